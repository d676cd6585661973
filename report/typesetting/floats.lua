-- Where Typst places figures, tables, and the lines that lead to equations.

local floats = {}

local SHORT, UNBROKEN, LONG = 10, 15, 25  -- lines; about half a page can't float
local LITTLE = 400  -- letters, about five lines
local LINE = 95  -- characters of a line as wide as the text

-- About how many lines a row takes, whose columns of sentences have these widths.
local function lines_of(row, widths)
  local most = 1
  for c, cell in ipairs(row.cells) do
    local length = utf8.len(pandoc.utils.stringify(cell.contents))
    if widths[c] then most = math.max(most, math.ceil(length / (widths[c] * LINE))) end
  end
  return most
end

-- About how many lines a table has, nil of a figure. A row without sentences has one, and is not looked at.
local function height_of(block)
  if block.t ~= 'Table' then return nil end
  local lines, widths = 0, {}
  for c, column in ipairs(block.colspecs) do widths[c] = column[2] end
  for _, body in ipairs(block.bodies) do
    local rows = body.body
    for r = 1, #rows do lines = lines + (next(widths) and lines_of(rows[r], widths) or 1) end
  end
  return lines
end

local function begins_with(block, pattern)
  local first = block.t == 'Para' and block.content[1]
  return first and first.t == 'RawInline' and first.text:match(pattern)
end

local function is_equation(block)
  return begins_with(block, '^#math.equation%(block')
end

local function is_float(block)
  return block.t == 'Table' or begins_with(block, '^#figure%(image')
end

-- The next block, and its index, other than comments and what wraps a table.
local function after(blocks, index)
  repeat index = index + 1 until not blocks[index] or blocks[index].t ~= 'RawBlock'
  return blocks[index], index
end

local function length_of(block)
  return block.t == 'RawBlock' and 0 or utf8.len(pandoc.utils.stringify(block))
end

-- Whether little text lies between this block and the next chapter or section, into which it would float.
local function is_last(blocks, index, level)
  local block, letters = nil, 0
  repeat
    block, index = after(blocks, index)
    if not block or block.t == 'Header' and block.level <= level then return true end
    letters = letters + (is_float(block) and 0 or length_of(block))
  until letters > LITTLE
  return false
end

local function wrapped(name, block)
  return pandoc.Blocks({pandoc.RawBlock('typst', '#' .. name .. '['), block, pandoc.RawBlock('typst', ']')})
end

-- The label of a figure or table, by which it is told whether it may float.
local function label_of(block)
  if block.t == 'Table' then return block.identifier end
  return block.content[#block.content].text:match('<([^<>]*)>$') or ''
end

-- Where a table goes on on another page, its head says whose it is.
local function say_continued(element)
  if element.identifier == '' then return end
  local said = pandoc.RawInline('typst', '#continued(<' .. element.identifier .. '>)')
  element.head.rows[1].cells[1].contents:insert(1, pandoc.Plain({said}))
end

--- The blocks with figures and tables that float, and with paragraphs that stay on the page of their equation.
function floats.placed(blocks)
  local result = pandoc.Blocks({})
  for index, block in ipairs(blocks) do
    local next = after(blocks, index)
    if is_float(block) then
      local lines = height_of(block)
      local stays = is_last(blocks, index, lines and lines <= SHORT and 2 or 1)
      local long = lines and lines > (stays and UNBROKEN or LONG)
      if long then say_continued(block) end
      local how = stays and 'standing' or ('floating("%s")'):format(label_of(block))
      result:extend(long and {block} or wrapped(how, block))
    elseif block.t == 'Para' and next and is_equation(next) and not is_equation(block) then
      result:extend(wrapped('leading', block))
    else
      result:insert(block)
    end
  end
  return result
end

return floats
