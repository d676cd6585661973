-- Pandoc filter for LaTeX, after the citations are set: tables that fit the text's width, and their page where they can.

-- How wide a cell is, in points of type of ten points ---------------------------------------------------------------

local TEXT, SEPARATION = 412, 8  -- the text's width, and the space between two columns
local SIZES = {{'', 1}, {'\\tight\\footnotesize', 1.08}, {'\\tight\\scriptsize', 1.17}}  -- and how much more a line holds
local PAGE = 46  -- lines of a table that fits a page, with its caption and its head

-- About as Latin Modern has them; what is not listed is a letter or a digit of the usual width.
local WIDTHS = {}
for letters, width in pairs({['ijl.,:;!|’'] = 2.8, ['frstIJ()[]-'] = 4, ['acez0123456789/'] = 5, ['mwM'] = 8.5, ['−+=<>'] = 7.8}) do
  for _, code in utf8.codes(letters) do WIDTHS[code] = width end
end

local function width_of(text, tt)
  local width = 0
  for _, code in utf8.codes(text) do
    local capital = code >= 65 and code <= 90
    width = width + (tt and 5.3 or WIDTHS[code] or capital and 7.3 or 5.6)
  end
  return width
end

local NAMES = {tanh = true, sinh = true, cosh = true, ln = true, max = true, min = true, exp = true, erf = true}

-- Text about as wide as the formula. Of a fraction it has the longer part.
local function flat(tex)
  tex = tex:gsub('\\left%s*', ''):gsub('\\right%s*', ''):gsub('\\operatorname', ''):gsub('\\text', '')
  tex = tex:gsub('\\begin{%a+}', '('):gsub('\\end{%a+}', ''):gsub('\\allowbreak', ''):gsub('\\ldots', '.....'):gsub('%-', '−'):gsub('\\[,:;!]', '')
  local before
  repeat
    before = tex
    tex = tex:gsub('\\frac(%b{})(%b{})', function(upper, lower) return #upper > #lower and upper or lower end)
  until tex == before
  tex = tex:gsub('\\(%a+)%s?', function(name) return NAMES[name] and name or 'x' end)
  return (tex:gsub('[{}^_\\&]', ''))
end

local SIGNS = {['−'] = 13, ['+'] = 13, ['='] = 13, ['<'] = 13, ['>'] = 13}  -- with the space about them

local function width_of_part(part)
  return SIGNS[part] or 1.08 * width_of(part)  -- for the space between its factors
end

local function width_of_formula(tex)
  local width = 0
  for part in flat(tex):gmatch('%S+') do width = width + width_of_part(part) end
  return width
end

-- The width of the cell's widest line, and that of the widest part that can't be broken.
local function measured(cell)
  local widest, longest, line, word = 0, 0, 0, 0
  local function ended() longest, word = math.max(longest, 1.02 * word), 0 end
  local function add(width) line, word = line + width, word + width end
  local function visit(inlines)
    for _, inline in ipairs(inlines) do
      if inline.t == 'Str' then
        for part in inline.text:gmatch('[^-]*-?') do
          add(width_of(part))
          if part:match('%-$') then ended() end
        end
      elseif inline.t == 'Code' then add(width_of(inline.text, true))
      elseif inline.t == 'RawInline' then add(inline.text:match('Cref') and 62 or 0)
      elseif inline.t == 'Space' or inline.t == 'SoftBreak' then ended(); line = line + 3.4
      elseif inline.t == 'LineBreak' then ended(); widest, line = math.max(widest, line), 0
      elseif inline.t == 'Math' then
        for part in flat(inline.text):gmatch('%S+') do
          add(width_of_part(part))
          if SIGNS[part] or part:match(',$') then ended() end
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

-- What is left over goes in equal parts to the columns that still want it.
local function filled_up(widths, natural, surplus)
  local wanting = pandoc.List({})
  for c, width in ipairs(widths) do
    if width < natural[c] - 0.1 then wanting:insert(c) end
  end
  if surplus < 0.1 or #wanting == 0 then return widths end
  local part = surplus / #wanting
  for _, c in ipairs(wanting) do
    local more = math.min(part, natural[c] - widths[c])
    widths[c], surplus = widths[c] + more, surplus - more
  end
  return filled_up(widths, natural, surplus)
end

-- No column is narrower than its longest word; and none wider than it wants, as long as others want more.
local function shared(asked, natural, least, available)
  local widths, over = {}, {}
  for c in ipairs(asked) do
    widths[c] = math.max(least[c], math.min(asked[c], natural[c]))
    over[c] = widths[c] - least[c]
  end
  local surplus = available - sum(widths)
  if surplus >= 0 then return filled_up(widths, natural, surplus) end
  local kept = math.max(0, 1 + surplus / math.max(sum(over), 1))
  for c in ipairs(widths) do widths[c] = least[c] + kept * over[c] end
  local scale = math.min(1, available / sum(widths))
  for c in ipairs(widths) do widths[c] = widths[c] * scale end
  return widths
end

-- The largest size in which so much has a place, else the smallest.
local function size_for(width, available)
  for _, size in ipairs(SIZES) do
    if width <= size[2] * available then return size end
  end
  return SIZES[#SIZES]
end

-- Give columns widths where their natural ones are too wide, or where the chapter does, for sentences. Says also in
-- which size they are.
local function fit(element)
  local natural, least = columns_of(element)
  local available = TEXT - SEPARATION * (#natural - 1)
  local given = element.colspecs[1][2]
  if not given and sum(natural) <= SIZES[2][2] * available then return natural, size_for(sum(natural), available)[1] end
  local size = size_for(sum(least), available)
  available = size[2] * available
  local asked = {}
  for c, spec in ipairs(element.colspecs) do
    asked[c] = given and spec[2] * available or natural[c] * available / sum(natural)
  end
  local widths = shared(asked, natural, least, available)
  for c, width in ipairs(widths) do element.colspecs[c] = {element.colspecs[c][1], width / available} end
  return widths, size[1]
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

local function bracketed(part, pattern)
  local flat_part = part:gsub('%b()', ''):gsub('%b{}', '')
  return flat_part:match(pattern) and '(' .. part .. ')' or part
end

-- Fractions that are wider than their column, as quotients, which can be broken.
local function slashed(tex, width)
  return (tex:gsub('\\frac(%b{})(%b{})', function(upper, lower)
    upper, lower = upper:sub(2, -2), lower:sub(2, -2)
    if math.max(width_of_formula(upper), width_of_formula(lower)) < width then return nil end
    return bracketed(upper, ' [-+] ') .. ' / ' .. bracketed(lower, ' ')
  end))
end

local function without_wide_fractions(element, widths)
  local function mend(row)
    for c, cell in ipairs(row.cells) do
      cell.contents = cell.contents:walk({Math = function(math)
        math.text = slashed(math.text, widths[c])
        return math
      end})
    end
    return row
  end
  for _, body in ipairs(element.bodies) do body.body = pandoc.List(body.body):map(mend) end
  return element
end

-- Tables --------------------------------------------------------------------------------------------------------------

-- Pandoc's table, which may break, as one that floats and does not. Its parts: columns, caption, head, rows.
local LONG = '^\\begin{longtable}%[%](%b{})\n(\\caption.-)\\tabularnewline\n(.-)\\endfirsthead.-\\endlastfoot\n(.*)\\end{longtable}'
local AS_ALL = pandoc.WriterOptions({wrap_text = 'preserve', columns = 10000})  -- as pandoc.py has it
local UNBROKEN = '\\begin{table}\n%s\n\\centering\\smalltable\n\\begin{tabular}%s\n%s%s\\bottomrule\n\\end{tabular}\n\\end{table}'

-- Above the head that is repeated on another page: whose it is.
local function with_continued(code, columns)
  local said = ('\\endfirsthead\n\\multicolumn{%d}{@{}l}{Table~\\thetable, continued}\\\\[2pt]\n'):format(columns)
  return (code:gsub('\\endfirsthead\n', function() return said end, 1))
end

-- Heads that are repeated are none with boxes of their own: LaTeX would tag each copy of those.
local function with_plain_heads(code)
  return (code:gsub('^.-\\endlastfoot', function(head)
    return (head:gsub('\\begin{minipage}%[b%]{\\linewidth}\\ragged%a+%s*', ''):gsub('%s*\\end{minipage}', ''))
  end))
end

local function set_table(element)
  element = element:walk({Math = breakable})
  local sentences = element.colspecs[1][2]
  local widths, size = fit(element)
  if sentences then element = without_wide_fractions(element, widths) end
  local code = pandoc.write(pandoc.Pandoc({element}), 'latex', AS_ALL)
  local columns, caption, head, rows = code:match(LONG)
  local unbroken = columns and lines_of(element, widths) <= PAGE
  local block = unbroken and UNBROKEN:format(caption, columns, head, rows) or with_continued(with_plain_heads(code), #element.colspecs)
  local style = (sentences and '\\sentences' or '') .. size
  return pandoc.RawBlock('latex', style == '' and block or '{' .. style .. '\n' .. block .. '\n}')
end

return {{Table = set_table}}
