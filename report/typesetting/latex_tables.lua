-- Pandoc filter for LaTeX, after the citations are set: tables that fit the text's width, and their page where they can.

-- How wide a cell is, in points of type of ten points ---------------------------------------------------------------

local TEXT, SEPARATION = 412, 8  -- the text's width, and the space between two columns
local PAGE = 46  -- lines of a table that fits a page, with its caption and its head

local function width_of(text, tt)
  local width = 0
  for _, code in utf8.codes(text) do
    local capital = code >= 65 and code <= 90
    width = width + (tt and 5.3 or capital and 7 or 5)
  end
  return width
end

local NAMES = {tanh = true, sinh = true, cosh = true, ln = true, max = true, min = true, exp = true, erf = true}

-- Text about as wide as the formula. Of a fraction it has the longer part.
local function flat(tex)
  tex = tex:gsub('\\left%s*', ''):gsub('\\right%s*', ''):gsub('\\operatorname', ''):gsub('\\text', '')
  tex = tex:gsub('\\begin{%a+}', '('):gsub('\\end{%a+}', ''):gsub('\\allowbreak', ''):gsub('\\[,:;!]', '')
  local before
  repeat
    before = tex
    tex = tex:gsub('\\frac(%b{})(%b{})', function(upper, lower) return #upper > #lower and upper or lower end)
  until tex == before
  tex = tex:gsub('\\(%a+)%s?', function(name) return NAMES[name] and name or 'x' end)
  return (tex:gsub('[{}^_\\&]', ''))
end

-- The width of the cell's widest line, and that of the widest part that can't be broken.
local function measured(cell)
  local widest, longest, line, word = 0, 0, 0, 0
  local function ended() longest, word = math.max(longest, word), 0 end
  local function add(width) line, word = line + width, word + width end
  local function visit(inlines)
    for _, inline in ipairs(inlines) do
      if inline.t == 'Str' then add(width_of(inline.text))
      elseif inline.t == 'Code' then add(width_of(inline.text, true))
      elseif inline.t == 'RawInline' then add(inline.text:match('Cref') and 62 or 0)
      elseif inline.t == 'Space' or inline.t == 'SoftBreak' then ended(); line = line + 3.4
      elseif inline.t == 'LineBreak' then ended(); widest, line = math.max(widest, line), 0
      elseif inline.t == 'Math' then
        for part, space in flat(inline.text):gmatch('(%S+)(%s*)') do
          add(width_of(part))
          if space ~= '' then line = line + 3; if part:match('[-+=,]$') then ended() end end
        end
      elseif inline.content then visit(inline.content) end
    end
  end
  for _, block in ipairs(cell.contents) do visit(block.content or {}) end
  ended()
  return math.max(widest, line), longest
end

local function rows_of(element)
  local rows = pandoc.List({})
  rows:extend(element.head.rows)
  for _, body in ipairs(element.bodies) do rows:extend(body.body) end
  return rows
end

local function columns_of(element)
  local natural, least = {}, {}
  for c = 1, #element.colspecs do natural[c], least[c] = 1, 1 end
  for r, row in ipairs(rows_of(element)) do
    for c, cell in ipairs(row.cells) do
      local width, word = measured(cell)
      natural[c], least[c] = math.max(natural[c], width), math.max(least[c], word)
    end
  end
  return natural, least
end

local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do total = total + number end
  return total
end

-- Of what is there, each column gets what its longest word needs, and of the rest in proportion to what it wants.
local function shared(wanted, least, available)
  local over, left = {}, available - sum(least)
  for c in ipairs(wanted) do over[c] = math.max(0, wanted[c] - least[c]) end
  local scale, widths = math.max(0, left) / math.max(sum(over), 1), {}
  for c in ipairs(wanted) do widths[c] = least[c] + over[c] * math.min(1, scale) end
  local used = sum(widths)
  for c in ipairs(widths) do widths[c] = widths[c] * math.min(1, available / used) end
  return widths
end

-- Give columns widths where their natural ones are too wide, or those of the chapter too narrow for a word.
local function fit(element)
  local natural, least = columns_of(element)
  local available = TEXT - SEPARATION * (#natural - 1)
  local given = element.colspecs[1][2]
  if not given and sum(natural) <= available then return natural end
  local wanted = natural
  if given then
    wanted = {}
    for c, spec in ipairs(element.colspecs) do wanted[c] = spec[2] * available end
  end
  local widths = shared(wanted, least, available)
  for c, width in ipairs(widths) do element.colspecs[c] = {element.colspecs[c][1], width / available} end
  return widths
end

local function lines_of(element, widths)
  local lines = 0
  for _, row in ipairs(rows_of(element)) do
    local most = 1
    for c, cell in ipairs(row.cells) do
      local breaks = 0
      pandoc.walk_block(pandoc.Div(cell.contents), {
        LineBreak = function() breaks = breaks + 1 end,
        Math = function(math) if math.text:match('\\frac') then breaks = breaks + 0.3 end end,
      })
      most = math.max(most, breaks + math.ceil(measured(cell) / widths[c] - 0.02))
    end
    lines = lines + most
  end
  return lines
end

-- Formulas in cells ---------------------------------------------------------------------------------------------------

-- Brackets that grow can't be broken, so that only those grow that hold something high.
local function breakable(math)
  local tex = math.text
  if tex:match('\\begin{cases}') then
    return {pandoc.RawInline('latex', '\\fitted{'), math, pandoc.RawInline('latex', '}')}
  end
  if not tex:match('\\frac') then
    tex = tex:gsub('\\left%s*', ''):gsub('\\right%s*', '')
  end
  math.text = tex:gsub(', ', ', \\allowbreak '):gsub('\\cup ', '\\cup \\allowbreak ')
  return math
end

-- Tables --------------------------------------------------------------------------------------------------------------

-- Pandoc's table, which may break, as one that floats and does not. Its parts: columns, caption, head, rows.
local LONG = '^\\begin{longtable}%[%](%b{})\n(\\caption.-)\\tabularnewline\n(.-)\\endfirsthead.-\\endlastfoot\n(.*)\\end{longtable}'
local AS_ALL = pandoc.WriterOptions({wrap_text = 'preserve', columns = 10000})  -- as pandoc.py has it
local UNBROKEN = '\\begin{table}\n%s\n\\centering\n\\begin{tabular}%s\n%s%s\\bottomrule\n\\end{tabular}\n\\end{table}'

local function set_table(element)
  element = element:walk({Math = breakable})
  local widths = fit(element)
  if lines_of(element, widths) > PAGE then return element end
  local code = pandoc.write(pandoc.Pandoc({element}), 'latex', AS_ALL)
  local columns, caption, head, rows = code:match(LONG)
  return columns and pandoc.RawBlock('latex', UNBROKEN:format(caption, columns, head, rows)) or element
end

return {{Table = set_table}}
