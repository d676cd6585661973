-- Formulas as MathML, set as TeX sets them: functions stand off from the factor before them and from a bare
-- argument, parentheses fit what they hold, and primes have their own size.

local mathml = {}

local THIN = '\u{2009}'
local FUNCTION = '<mi mathvariant="normal">(%a%a+)</mi>'
local APPLIED = '<mo>&#8289;</mo>'  -- Pandoc writes it after a function, and browsers give it no width

-- The space is within the function's own element: a fraction or a power has two children, not three.
local function spaced(code)
  code = code:gsub('(<msu[bp]><mrow>' .. FUNCTION:gsub('[()]', '') .. ')' .. APPLIED, '%1')  -- its argument is farther off
  code = code:gsub('(</?m[ionsfr][a-z]*>)(<?[mrowsubup]*>?)(<?[mrowsubup]*>?)' .. FUNCTION, function(before, a, b, name)
    local factor = before:sub(1, 2) == '</' and before ~= '</mo>'
    return ('%s%s%s<mi mathvariant="normal">%s%s</mi>'):format(before, a, b, factor and THIN or '', name)
  end)
  code = code:gsub('(form="postfix">[^<]*</mo>)(<?[mrow]*>?)<mi mathvariant="normal">(%a%a+)',
    '%1%2<mi mathvariant="normal">' .. THIN .. '%3')
  for _, argument in ipairs({'mi', 'mn', 'mfrac', 'msu[bp]'}) do
    code = code:gsub('</mi>(' .. APPLIED .. '</mrow><' .. argument .. ')', THIN .. '</mi>%1')
  end
  return code
end

-- A prime is drawn small and high as it is; as a superscript it would be so twice.
local function primed(code)
  return (code:gsub('<msup>(<mi>[^<]*</mi>)<mo>(′+)</mo></msup>',
    '<mrow>%1<mo form="postfix" lspace="0" rspace="0">%2</mo></mrow>'))
end

local TALL = {'<mfrac', '<munder', '<mtable', '<msqrt', '<mroot'}

local function is_tall(code)
  for _, tag in ipairs(TALL) do
    if code:find(tag, 1, true) then return true end
  end
  return false
end

-- Stretched parentheses are drawn with gaps, so those of \left and \right stretch around what is tall only. The
-- last opening one and the first closing one after it are an innermost pair.
local function fenced(code)
  local fence = '<mo stretchy="%s" form="%s">'
  local pair = '^(.*)' .. fence:format('true', 'prefix') .. '(.-)' .. fence:format('true', 'postfix') .. '(.*)$'
  while true do
    local before, inside, after = code:match(pair)
    if not before then return (code:gsub('stretchy="tall"', 'stretchy="true"')) end
    local how = is_tall(inside) and 'tall' or 'false'
    code = before .. fence:format(how, 'prefix') .. inside .. fence:format(how, 'postfix') .. after
  end
end

-- In a page <math> needs no namespace, and its TeX would be read where no MathML is.
local function bare(code)
  code = code:gsub(' xmlns="[^"]*"', ''):gsub('<annotation.-</annotation>', '')
  return (code:gsub('</?semantics>', ''))
end

--- What finds a formula again: its TeX, and whether it is displayed.
function mathml.key(math)
  return math.mathtype .. ' ' .. math.text
end

--- The MathML of each formula of a document by its key; what Pandoc can't read has none. All at once: each call
--- of Pandoc's writer takes a while.
function mathml.of(document)
  local blocks, keys, found = pandoc.Blocks({}), {}, {}
  document:walk({Math = function(math)
    local key = mathml.key(math)
    if found[key] then return end
    found[key], keys[#keys + 1] = '', key
    blocks:extend({pandoc.Plain({math}), pandoc.RawBlock('html', '<!-- next -->')})
  end})
  local written = pandoc.write(pandoc.Pandoc(blocks), 'html', {html_math_method = 'mathml'})
  local index = 0
  for code in written:gmatch('(.-)%s*<!%-%- next %-%->%s*') do
    index = index + 1
    found[keys[index]] = code:match('^<math') and bare(fenced(primed(spaced(code))))
  end
  return found
end

return mathml
