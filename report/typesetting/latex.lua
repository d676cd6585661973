-- How the filter writes LaTeX: equations, references, figures and spans; tables are in latex_tables.lua.

local latex = {}

local function raw(text)
  return pandoc.RawInline('latex', text)
end

function latex.equation(math, label)
  local body = math.text:gsub('^%s+', ''):gsub('%s+$', '')
  return {raw(('\\begin{equation}\\label{%s}\n%s\n\\end{equation}'):format(label, body))}
end

function latex.references(labels)
  return labels:map(function(label) return {raw('\\Cref{' .. label .. '}')} end)
end

-- No picture is so high that its caption does not fit below it.
function latex.figure(figure, image)
  image.src = image.src:gsub('%.svg$', '.pdf')  -- what LaTeX can include
  figure.content = {pandoc.Plain({raw('\\abovecaption{'), image, raw('}')})}
  return figure
end

function latex.span(class, content)
  return {raw('\\' .. class .. '{'), content, raw('}')}
end

function latex.comment(text)
  return pandoc.RawBlock('latex', '% ' .. text)
end

-- Paragraphs that an equation interrupts --------------------------------------------------------------------------

local function is_display(inline)
  return inline.mathtype == 'DisplayMath' or inline.t == 'RawInline' and inline.text:match('^\\begin{equation}')
end

local function is_comment(block)
  return block.t == 'RawBlock' and block.text:match('^%% cell ')
end

-- An empty line before an equation would add to its distance, one after it would begin a new paragraph.
function latex.blocks(blocks)
  local joined, comments = pandoc.Blocks({}), pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    local last = joined[#joined]
    if is_comment(block) then
      comments:insert(block)
    elseif last and last.t == 'Para' and block.t == 'Para'
        and (is_display(block.content[1]) or is_display(last.content[#last.content])) then
      for _, comment in ipairs(comments) do last.content:insert(raw('\n' .. comment.text)) end
      last.content:extend({raw('\n')})
      last.content:extend(block.content)
      joined[#joined], comments = last, pandoc.Blocks({})
    else
      joined:extend(comments)
      joined:insert(block)
      comments = pandoc.Blocks({})
    end
  end
  joined:extend(comments)
  return joined
end

return latex
