-- What crossref.lua writes for Word, where nothing is numbered by itself: numbered equations, figures and tables, and
-- references to them, which are links to bookmarks.

local html = require 'html'

local docx = {references = html.references}

local function marked(label, text)
  return pandoc.Span({pandoc.Str(text)}, pandoc.Attr(label))
end

-- For now a span, which `docx.blocks` makes a row of its paragraph.
function docx.equation(math, label)
  return {pandoc.Span({math}, pandoc.Attr(label, {'equation'}))}
end

-- The caption with its number in front, which bears the bookmark.
local function numbered(caption, label)
  local first = caption.long[1]
  if html.numbers[label] and first then first.content:insert(1, marked(label, html.name_of(label) .. '. ')) end
  return caption
end

function docx.figure(figure, image)
  image.src = image.src:gsub('%.svg$', '.png')
  image.attributes.width = image.attributes.width or '100%'
  figure.caption, figure.identifier = numbered(figure.caption, figure.identifier), ''
  return figure
end

function docx.table(element)
  element.caption, element.identifier = numbered(element.caption, element.identifier), ''
  return element
end

function docx.span(class, content)
  if class == 'removed' then return {pandoc.Strikeout(content)} end
  return {class == 'added' and pandoc.Underline(content) or pandoc.Strong(content)}
end

-- An equation between a margin and its number: a table of one row, without lines.
local function row(span)
  local label = span.identifier
  local number = marked(label, '(' .. html.numbers[label] .. ')')
  local made = pandoc.utils.from_simple_table(pandoc.SimpleTable(
    {}, {'AlignLeft', 'AlignCenter', 'AlignRight'}, {0.1, 0.8, 0.1}, {},
    {{{pandoc.Plain({})}, {pandoc.Plain({span.content[1]})}, {pandoc.Plain({number})}}}
  ))
  return made
end

local function is_equation(inline)
  return inline.t == 'Span' and inline.classes[1] == 'equation'
end

--- The blocks with each equation in a row of its own, and what stands before and after it as paragraphs.
function docx.blocks(blocks)
  local result = pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    if block.t ~= 'Para' or not block.content:find_if(is_equation) then
      result:insert(block)
    else
      local rest = pandoc.Inlines({})
      for _, inline in ipairs(block.content) do
        if is_equation(inline) then
          if #rest > 0 then result:insert(pandoc.Para(rest)) end
          result:insert(row(inline))
          rest = pandoc.Inlines({})
        elseif #rest > 0 or inline.t ~= 'SoftBreak' then
          rest:insert(inline)
        end
      end
      if #rest > 0 then result:insert(pandoc.Para(rest)) end
    end
  end
  return result
end

--- Authors and their affiliations are lines of the title, and what is in front comes first in the body.
function docx.front(document, found)
  document.meta.author = pandoc.MetaList(found.authors:map(function(block) return pandoc.MetaInlines(block.content) end))
  if #found.abstract > 0 then document.meta.abstract = found.abstract end
  local keywords = pandoc.utils.stringify(document.meta.keywords or '')  -- which Pandoc asks for as a list
  document.meta.keywords = pandoc.MetaList({pandoc.Inlines(keywords)})
  local blocks = found.front
  blocks:extend(document.blocks)
  document.blocks = blocks
  return document
end

return docx
