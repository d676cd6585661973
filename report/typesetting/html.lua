-- What crossref.lua writes into HTML, where nothing is numbered by itself: equations, figures and tables with their
-- numbers, references to them, and regions that scroll.

local mathml = require 'mathml'
local speech = require 'speech'

local html = {
  numbers = {},  -- label -> its number; crossref.lua counts
  names = {},  -- label's kind -> what it is called
  unreadable = function(tex) error('TeX that Pandoc cannot read: ' .. tex, 0) end,
}
local formulas = {}

local function escaped(text)
  return (text:gsub('&', '&amp;'):gsub('"', '&quot;'):gsub('<', '&lt;'))
end

local function raw(text)
  return pandoc.RawInline('html', text)
end

function html.name_of(label)
  return html.names[label:match('^%a+')] .. '\u{a0}' .. html.numbers[label]
end

function html.read(document)
  formulas = mathml.of(document)
end

local function code_of(math)
  return formulas[mathml.key(math)] or html.unreadable(math.text) or ''
end

-- A formula in words can be reached by keyboard, and scrolls where the screen is too narrow for it.
local function displayed(math, called)
  local words = escaped(called .. ': ' .. speech.of(math.text))
  return ('<span class="formula" role="group" tabindex="0" aria-label="%s">%s</span>'):format(words, code_of(math))
end

function html.equation(math, label)
  local number = html.numbers[label]
  local formula = displayed(math, 'Equation ' .. number)
  return {raw(('<span id="%s" class="equation">%s<span class="number">(%s)</span></span>'):format(label, formula, number))}
end

function html.math(math)
  if math.mathtype == 'DisplayMath' then
    return raw('<span class="equation">' .. displayed(math, 'Formula') .. '</span>')
  end
  local words = escaped(speech.of(math.text))
  return raw((code_of(math):gsub('^<math', function() return ('<math aria-label="%s"'):format(words) end)))
end

function html.references(labels)
  return labels:map(function(label)
    local number = html.numbers[label]
    local shown = label:match('^eq:') and '(' .. number .. ')' or number
    return {pandoc.Link(html.names[label:match('^%a+')] .. '\u{a0}' .. shown, '#' .. label)}
  end)
end

-- The caption with its number in front.
local function numbered(caption, label)
  local first = caption.long[1]
  if html.numbers[label] and first then
    first.content:insert(1, pandoc.Span(html.name_of(label) .. '. ', {class = 'label'}))
  end
  return caption
end

local outlines = {}  -- of letters, name -> path

-- The ids of an SVG made those of this figure alone. Letters, which Matplotlib draws in each figure, are shared by all.
local function with_own_ids(svg, prefix)
  local shared = {}
  svg = svg:gsub('<path id="([%w-]+)" d="([^"]*)" transform="scale%(0%.015625%)"/>%s*', function(name, path)
    local known = outlines[name]
    if known and known ~= path then return nil end
    outlines[name], shared[name] = path, true
    return known and ''
  end):gsub('<defs>%s*</defs>%s*', ''):gsub('xlink:href', 'href')
  local function own(before, id) return before .. (shared[id] and 'letter-' or prefix) .. id end
  return (svg:gsub('(id=")([^"]*)', own):gsub('(href="#)([^"]*)', own):gsub('(url%(#)([^)]*)', own))
end

-- The SVG itself, not an image: it is drawn with the page, and its curves can be looked at. The labels of its curves
-- are put in words.
local function inlined(image)
  local file = assert(io.open(image.src, 'rb'))
  local svg = file:read('a'):match('<svg.*'):gsub('%s+$', '')
  file:close()
  svg = with_own_ids(svg, image.src:match('([%w_-]+)%.svg$') .. '-')
  svg = svg:gsub('(<metadata[^>]*curves">)(.-)(</metadata>)', function(open, json, close)
    return open .. json:gsub('%$(.-)%$', function(tex) return speech.of((tex:gsub('\\\\', '\\'))) end) .. close
  end)
  local alt = escaped(pandoc.utils.stringify(image.caption))
  local width = image.attributes.width or '100%'
  return svg:gsub('^<svg', function() return ('<svg role="img" aria-label="%s" style="width: %s"'):format(alt, width) end, 1)
end

function html.figure(figure, image)
  if image.src:match('%.svg$') then figure.content = {pandoc.Plain({raw(inlined(image))})} end
  figure.caption = numbered(figure.caption, figure.identifier)
  return figure
end

-- What is too wide for a screen scrolls by itself, also by keyboard.
local function scrolling(block, label)
  local attributes = {{'role', 'region'}, {'aria-label', label}, {'tabindex', '0'}}
  return pandoc.Div({block}, pandoc.Attr('', {'scroll'}, attributes))
end

-- The caption stands before what scrolls, and is never cut.
function html.table(element)
  local label = element.identifier
  local number = html.numbers[label]
  if not number then return scrolling(element, 'Table') end
  local caption = pandoc.utils.blocks_to_inlines(numbered(element.caption, label).long)
  element.caption, element.identifier = {long = {}}, ''
  element.attributes['aria-labelledby'] = label .. '-caption'
  return {
    pandoc.RawBlock('html', ('<figure class="table" id="%s">\n<figcaption id="%s-caption">'):format(label, label)),
    pandoc.Plain(caption),
    pandoc.RawBlock('html', '</figcaption>'),
    scrolling(element, 'Table ' .. number),
    pandoc.RawBlock('html', '</figure>'),
  }
end

function html.code(block)
  return scrolling(block, 'Code')
end

return html
