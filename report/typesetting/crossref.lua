-- Pandoc filter: numbers and references of equations, figures, tables and sections, with alternative text.
--
-- Labels are those of spans {#eq:x} of an equation, blocks ::: {#fig:x} of an image and its caption, table captions
-- {#tbl:x} and headings {#sec:x}; @eq:x refers to one.
-- Typst and LaTeX number by themselves and get native labels; for HTML the filter counts. A reference to
-- nothing, or a label given twice, is an error that names the label.

package.path = pandoc.path.join({pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua'}) .. ';' .. package.path
local html = require 'html'
local speech = require 'speech'
local floats = require 'floats'
local latex = require 'latex'
local docx = require 'docx'

local KINDS = {eq = 'Equation', fig = 'Figure', tbl = 'Table', sec = 'Section'}
local numbers = {}  -- label -> its number as HTML shows it
local counts = {eq = 0, fig = 0, tbl = 0}
local section = {}
local problems = {}

local function kind_of(label)
  local kind = label:match('^(%a+):')
  return KINDS[kind] and kind
end

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('%s+', ' ') .. '"'
end

local function raw(text)
  return pandoc.RawInline(FORMAT, text)
end

-- How each format writes what Pandoc's own writers leave out; those of LaTeX and HTML are in files of their own.
local typst = {blocks = floats.placed}
html.numbers, html.names = numbers, KINDS
local writers = {typst = typst, latex = latex, html = html, docx = docx}

-- Typst -------------------------------------------------------------------------------------------------------

-- TeX parts the columns of cases by a quad, Typst by nothing.
local function with_quads(tex)
  return (tex:gsub('\\begin{cases}.-\\end{cases}', function(cases) return (cases:gsub('&', '& \\quad ')) end))
end

local formulas = {}  -- TeX, as Pandoc is to read it -> the same in Typst

-- All at once: each call of Pandoc's writer takes a while.
function typst.read(document)
  local blocks, keys = pandoc.Blocks({}), {}
  document:walk({Math = function(math)
    local key = with_quads(math.text)
    if formulas[key] then return end
    formulas[key], keys[#keys + 1] = '', key
    blocks:extend({pandoc.Plain({pandoc.Math('InlineMath', key)}), pandoc.RawBlock('typst', '// next')})
  end})
  local index = 0
  for code in pandoc.write(pandoc.Pandoc(blocks), 'typst'):gmatch('(.-)%s*// next%s*') do
    index = index + 1
    formulas[keys[index]] = code:gsub('dot%.circle', 'dot.o')  -- which Pandoc still calls by its old name
  end
end

local function unreadable(tex)
  problems[#problems + 1] = 'TeX that Pandoc cannot read: ' .. tex:gsub('%s+', ' ')
end
html.unreadable = unreadable

local function typst_math(math, arguments, called)
  local code = formulas[with_quads(math.text)]
  if code:sub(1, 1) ~= '$' then unreadable(math.text) end
  local words = (called or '') .. speech.of(math.text)
  return ('#math.equation(%salt: %s, %s.body)'):format(arguments, quoted(words), code)
end

function typst.equation(math, label)
  local called = ('Equation %s: '):format(numbers[label])  -- who hears "Equation 6" finds it
  return {raw(typst_math(math, 'block: true, numbering: "(1)", ', called) .. ' <' .. label .. '>')}
end

function typst.math(math)
  local block = math.mathtype == 'DisplayMath' and 'block: true, ' or ''
  return raw(typst_math(math, block) .. ';')
end

function typst.references(labels)
  return labels:map(function(label) return {raw('#ref(<' .. label .. '>);')} end)
end

function typst.figure(figure, image)
  local width, alt = image.attributes.width or 'auto', quoted(pandoc.utils.stringify(image.caption))
  local picture = ('image(%s, width: %s, alt: %s)'):format(quoted(image.src), width, alt)
  local label = figure.identifier ~= '' and (' <' .. figure.identifier .. '>') or ''
  local inlines = pandoc.Inlines({raw('#figure(' .. picture .. ', caption: [')})
  inlines:extend(pandoc.utils.blocks_to_inlines(figure.caption.long))
  inlines:insert(raw('])' .. label))
  return pandoc.Para(inlines)
end

-- Columns of sentences have widths.
function typst.table(element)
  if not element.colspecs[1][2] then return element end
  return {pandoc.RawBlock('typst', '#sentences['), element, pandoc.RawBlock('typst', ']')}
end

function typst.span(class, content)
  return {raw('#' .. class .. '['), content, raw('];')}
end

function typst.comment(text)
  return pandoc.RawBlock('typst', '// ' .. text)
end

-- What the filter does, in the order in which it does it -------------------------------------------------------

local write = writers[FORMAT] or error('crossref.lua writes Typst, LaTeX and HTML, not ' .. FORMAT)

local function define(label, number)
  if not kind_of(label) then return end
  if numbers[label] then problems[#problems + 1] = 'label given twice: ' .. label end
  numbers[label] = number
end

local function count(label)
  local kind = kind_of(label)
  if not kind then return end
  counts[kind] = counts[kind] + 1
  define(label, tostring(counts[kind]))
end

local function count_section(header)
  if header.classes:includes('unnumbered') then return define(header.identifier, '') end
  section[header.level] = (section[header.level] or 0) + 1
  for deeper = header.level + 1, 6 do section[deeper] = 0 end
  local parts = {}
  for level = 1, header.level do parts[level] = section[level] or 0 end
  define(header.identifier, table.concat(parts, '.'))
end

-- A block with a figure's label holds the image, then the caption.
local function make_figure(div)
  if kind_of(div.identifier) ~= 'fig' then return nil end
  local image = div.content[1] and div.content[1].content and div.content[1].content[1]
  if not image or image.t ~= 'Image' then return nil end
  image.caption = pandoc.Inlines({pandoc.Str(speech.without_tex(image.attributes.alt or ''))})
  image.attributes.alt = nil
  local caption = pandoc.Blocks({pandoc.Plain(pandoc.utils.blocks_to_inlines({table.unpack(div.content, 2)}))})
  return pandoc.Figure({pandoc.Plain({image})}, {long = caption}, {id = div.identifier})
end

local collect = {
  traverse = 'topdown',
  Header = count_section,
  Figure = function(figure) count(figure.identifier) end,
  Table = function(element) count(element.identifier) end,
  Span = function(span) count(span.identifier) end,
}

local function set_equation(span)
  if kind_of(span.identifier) == 'eq' then return write.equation(span.content[1], span.identifier) end
end

-- A sentence [marked so]{.optional} leads to what a report may lack, and is dropped where it does.
local function set_optional(span)
  if not span.classes:includes('optional') then return nil end
  local lacking = false
  span:walk({Cite = function(cite)
    for _, citation in ipairs(cite.citations) do
      if kind_of(citation.id) and not numbers[citation.id] then lacking = true end
    end
  end})
  return lacking and {} or span.content
end

-- Words before and after it, as in [see @fig:x, above], stay.
local function set_reference(cite)
  local labels = cite.citations:map(function(citation) return citation.id end)
  if not labels:find_if(kind_of) then return nil end  -- a citation of the literature: citeproc's
  for _, label in ipairs(labels) do
    if not numbers[label] then problems[#problems + 1] = 'unresolved reference: ' .. label end
  end
  if #problems > 0 then return nil end
  local result = pandoc.Inlines({})
  for index, reference in ipairs(write.references(labels)) do
    local before, after = cite.citations[index].prefix, cite.citations[index].suffix
    local joint = #before > 0 and '; ' or index < #labels and ', ' or ' and '
    if index > 1 then result:extend(pandoc.Inlines(joint)) end
    if #before > 0 then result:extend(before .. {pandoc.Space()}) end
    result:extend(reference)
    if #after > 0 and pandoc.utils.stringify(after):match('^%w') then result:insert(pandoc.Space()) end
    result:extend(after)
  end
  return result
end

local function set_figure(figure)
  local image = figure.content[1] and figure.content[1].content and figure.content[1].content[1]
  if not image or image.t ~= 'Image' then return nil end
  local alt = pandoc.utils.stringify(image.caption)
  if alt == '' or alt == pandoc.utils.stringify(figure.caption.long) then  -- Pandoc falls back on the caption
    problems[#problems + 1] = 'figure without alternative text: ' .. image.src
    return nil
  end
  return write.figure(figure, image)
end

local function set_table(element)
  local widths = element.attributes.widths
  if widths then
    local column = 0
    for width in widths:gmatch('[%d.]+') do
      column = column + 1
      element.colspecs[column] = {element.colspecs[column][1], tonumber(width)}
    end
    element.attributes.widths = nil
  end
  return write.table and write.table(element) or element
end

local MARKED = {unsupported = true, verdict = true, added = true, removed = true}

local function set_span(span)
  local class = span.classes[1]
  local evidence = span.identifier:match('^claim%-') or class == 'computed'
  if evidence and FORMAT ~= 'html' then return span.content end  -- where nothing leads there
  if class == 'leads' then  -- to its entry in the appendix (origins.py), and that back
    return pandoc.Span({pandoc.Link(span.content, '#from-' .. span.identifier)}, {id = 'at-' .. span.identifier})
  end
  if write.span and MARKED[class] then
    local result = pandoc.Inlines({})
    for _, part in ipairs(write.span(class, span.content)) do
      if pandoc.utils.type(part) == 'Inlines' then result:extend(part) else result:insert(part) end
    end
    return result
  end
end

-- Comments say which cell of which chapter follows; they lead from an error in the output back to it.
local function set_comment(block)
  if block.format == 'tex' then problems[#problems + 1] = 'TeX outside of a formula: ' .. block.text:match('[^\n]*') end
  local text = block.format == 'html' and block.text:match('^<!%-%- (.*) %-%->%s*$')
  if text and write.comment then return write.comment(text) end
end

-- Two lines in a cell of a table. TeX in the text would be left out of most documents.
local function set_break(inline)
  if inline.format == 'tex' then problems[#problems + 1] = 'TeX outside of a formula: ' .. inline.text:gsub('%s+$', '') end
  if inline.format == 'html' and inline.text:match('^<br') then return pandoc.LineBreak() end
end

-- The authors, the abstract and what else is in front, before the contents, leave the body for the metadata.
local function move_front(document)
  local found = {authors = pandoc.Blocks({}), abstract = pandoc.Blocks({}), front = pandoc.Blocks({})}
  document.blocks = document.blocks:walk({
    Div = function(div)
      local part = found[div.classes[1]]
      if not part then return nil end
      if #part == 0 then part:extend(div.content) end  -- that of report.toml comes before a chapter's
      return {}
    end,
  })
  if write.front then return write.front(document, found) end
  for name, blocks in pairs(found) do
    if #blocks > 0 then document.meta[name] = blocks end
  end
  return document
end

local function report_problems()
  if #problems > 0 then error(table.concat(problems, '\n'), 0) end
end

-- A report that begins inside a chapter, with ## as its first heading, has it as a chapter of its own.
local begun = false
local function promote(header)
  begun = begun or header.level == 1
  if not begun then header.level = header.level - 1 end
  return header
end

-- Nothing is looked for within.
local function skipped(block)
  return block, false
end

return {
  {Header = promote},
  {Div = make_figure},
  collect,
  {Pandoc = write.read},
  {Span = set_optional},
  {Cite = set_reference, Span = set_equation},
  {Math = write.math, Span = set_span, RawBlock = set_comment, RawInline = set_break},
  {Figure = set_figure, Table = set_table, CodeBlock = write.code},
  {traverse = 'topdown', Blocks = write.blocks, Table = skipped, Para = skipped, Plain = skipped},
  {Pandoc = function(document) report_problems(); return move_front(document) end},
}
