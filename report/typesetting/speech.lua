-- TeX mathematics in words, for readers who hear the report: "f prime of v equals 1 minus y squared".
-- Unknown commands are spoken by their name, so that nothing of an equation is lost.

local speech = {}

local WORDS = {
  ['='] = 'equals', ['+'] = 'plus', ['-'] = 'minus', ['*'] = 'times', ['/'] = 'over', ['<'] = 'less than',
  ['>'] = 'greater than', ['('] = 'open parenthesis', [')'] = 'close parenthesis',
  ['['] = 'open bracket', [']'] = 'close bracket', [','] = ',', ['.'] = '.', [';'] = ';', [':'] = 'colon',
  ['!'] = 'factorial', ['~'] = '', ['&'] = '',
  ['\\{'] = 'open brace', ['\\}'] = 'close brace', ['\\|'] = 'norm', ['\\%'] = 'per cent', ['\\\\'] = ';',
  ['\\cdot'] = 'times', ['\\times'] = 'times', ['\\pm'] = 'plus or minus', ['\\mp'] = 'minus or plus',
  ['\\odot'] = 'elementwise times', ['\\circ'] = 'composed with', ['\\div'] = 'divided by',
  ['\\le'] = 'at most', ['\\leq'] = 'at most', ['\\ge'] = 'at least', ['\\geq'] = 'at least',
  ['\\lt'] = 'less than', ['\\gt'] = 'greater than', ['\\ll'] = 'much less than', ['\\gg'] = 'much greater than',
  ['\\ne'] = 'is not', ['\\neq'] = 'is not', ['\\approx'] = 'approximately', ['\\sim'] = 'distributed as',
  ['\\equiv'] = 'is identical to', ['\\propto'] = 'proportional to',
  ['\\in'] = 'in', ['\\notin'] = 'not in', ['\\subset'] = 'subset of', ['\\subseteq'] = 'subset of',
  ['\\cup'] = 'union', ['\\cap'] = 'intersection', ['\\setminus'] = 'without', ['\\emptyset'] = 'the empty set',
  ['\\to'] = 'to', ['\\rightarrow'] = 'to', ['\\mapsto'] = 'maps to', ['\\leftarrow'] = 'becomes',
  ['\\Rightarrow'] = 'implies', ['\\implies'] = 'implies', ['\\iff'] = 'if and only if',
  ['\\Leftrightarrow'] = 'if and only if', ['\\forall'] = 'for all', ['\\exists'] = 'there is',
  ['\\wedge'] = 'and', ['\\vee'] = 'or', ['\\neg'] = 'not', ['\\land'] = 'and', ['\\lor'] = 'or',
  ['\\partial'] = 'partial', ['\\nabla'] = 'nabla', ['\\infty'] = 'infinity', ['\\ell'] = 'l',
  ['\\varepsilon'] = 'epsilon', ['\\varphi'] = 'phi', ['\\mathbb R'] = 'the real numbers',
  ['\\ldots'] = 'and so on', ['\\dots'] = 'and so on', ['\\cdots'] = 'and so on', ['\\prime'] = 'prime',
  ['\\top'] = 'transpose', ['\\intercal'] = 'transpose', ['\\mid'] = 'given', ['\\colon'] = 'colon',
  ['\\lvert'] = 'absolute value of', ['\\rvert'] = ', end of absolute value', ['\\lVert'] = 'norm of',
  ['\\rVert'] = ', end of norm', ['\\sum'] = 'sum', ['\\prod'] = 'product', ['\\int'] = 'integral',
  ['\\log'] = 'log', ['\\ln'] = 'natural log', ['\\exp'] = 'exp', ['\\tanh'] = 'tanh', ['\\cosh'] = 'cosh',
  ['\\sinh'] = 'sinh', ['\\min'] = 'minimum', ['\\max'] = 'maximum', ['\\lim'] = 'limit', ['\\sup'] = 'supremum',
  ['\\inf'] = 'infimum', ['\\lbrace'] = 'open brace', ['\\rbrace'] = 'close brace',
  ['\\langle'] = 'the mean of', ['\\rangle'] = ', end of mean',
}
-- Space and size say nothing.
for name in ([[quad qquad , ; : ! > left right big Big bigg Bigg bigl bigr Bigl Bigr middle limits displaystyle
  textstyle nolimits]]):gmatch('%S+') do WORDS['\\' .. name] = '' end
WORDS['\\ '] = ''

local FUNCTIONS = {}  -- a parenthesis after these reads "of"
for name in ('f g h \\log \\ln \\exp \\tanh \\cosh \\sinh \\max \\min \\sigma \\sup \\inf'):gmatch('%S+') do
  FUNCTIONS[name] = true
end
local RANGES = {['\\sum'] = 'over', ['\\prod'] = 'over', ['\\int'] = 'over', ['\\max'] = 'over',
  ['\\min'] = 'over', ['\\sup'] = 'over', ['\\inf'] = 'over', ['\\lim'] = 'as'}
local UPRIGHT = {['\\text'] = true, ['\\mathrm'] = true, ['\\operatorname'] = true, ['\\textrm'] = true,
  ['\\textbf'] = true, ['\\textit'] = true}
local STYLED = {['\\mathbf'] = '', ['\\mathcal'] = '', ['\\mathit'] = '', ['\\boldsymbol'] = '', ['\\bar'] = 'bar',
  ['\\hat'] = 'hat', ['\\tilde'] = 'tilde', ['\\overline'] = 'bar', ['\\dot'] = 'dot', ['\\vec'] = 'vector',
  ['\\mathbb'] = '', ['\\substack'] = ''}
local POWERS = {['2'] = 'squared', ['3'] = 'cubed', ['transpose'] = 'transpose', ['T'] = 'transpose',
  ['prime'] = 'prime', ['*'] = 'star'}

local function tokens_of(tex)
  local tokens, at = {}, 1
  while at <= #tex do
    local token = tex:match('^\\%a+', at) or tex:match('^\\.', at) or tex:match('^%d[%d.]*%f[^%d.]', at)
      or tex:match('^%s+', at) or tex:match('^' .. utf8.charpattern, at)
    if token:match('^%d') then token = token:gsub('%.$', '') end  -- a full stop ends no number
    at = at + #token
    tokens[#tokens + 1] = token:match('^%s') and ' ' or token
  end
  return tokens
end

-- Reads tokens from left to right; each method takes what it speaks off the front.
local Reader = {}
Reader.__index = Reader

function Reader:peek()
  while self.tokens[self.at] == ' ' do self.at = self.at + 1 end
  return self.tokens[self.at]
end

function Reader:take()
  local token = self:peek()
  self.at = self.at + 1
  return token
end

-- The text between braces as it stands, for \text{...} and \begin{...}.
function Reader:verbatim()
  self:take()
  local parts, depth = {}, 1
  while self.tokens[self.at] do
    local token = self.tokens[self.at]
    self.at = self.at + 1
    depth = depth + (token == '{' and 1 or token == '}' and -1 or 0)
    if depth == 0 then break end
    parts[#parts + 1] = token
  end
  return (table.concat(parts):gsub('[{}\\$]', ''))
end

-- What one argument of a command or script says: a group in braces, or one atom.
function Reader:argument()
  local token = self:peek()
  if token and token:match('^%d.') then  -- of \frac12 the first digit alone
    self.tokens[self.at] = token:sub(2)
    return token:sub(1, 1)
  end
  if token ~= '{' then return self:atom() end
  self:take()
  local words = self:sequence('}')
  self:take()
  return words
end

function Reader:fraction()
  local above, below = self:argument(), self:argument()
  if not (above .. below):find(' ') then return above .. ' over ' .. below end
  return ('the fraction %s over %s, end of fraction'):format(above, below)
end

function Reader:environment()
  local name = self:verbatim()
  if name == 'array' then self:verbatim() end
  local words = self:sequence('\\end')
  self:take()
  self:verbatim()
  return name == 'cases' and ('cases: ' .. words .. ', end of cases') or words
end

function Reader:root()
  if self:peek() == '[' then
    self:take()
    local degree = self:sequence(']')
    self:take()
    return ('root of order %s of %s, end of root'):format(degree, self:argument())
  end
  return ('the square root of %s, end of root'):format(self:argument())
end

function Reader:atom()
  local token = self:take()
  if not token then return '' end  -- of TeX that ends too early, of which Pandoc tells
  if token == '{' then
    self.at = self.at - 1
    return self:argument()
  elseif token == '\\frac' or token == '\\dfrac' or token == '\\tfrac' then return self:fraction()
  elseif token == '\\sqrt' then return self:root()
  elseif token == '\\begin' then return self:environment()
  elseif UPRIGHT[token] then return self:verbatim()
  elseif STYLED[token] then
    local styled = self:argument() .. ' ' .. STYLED[token]
    return styled == 'R ' and 'the real numbers' or styled
  elseif token == '\\left' or token == '\\right' or token == '\\middle' then
    if self:peek() == '.' then self:take() end  -- \left. draws nothing
    return ''
  end
  if token == '|' then  -- bars come in pairs
    self.bars = self.bars + 1
    return self.bars % 2 == 1 and 'the absolute value of' or ', end of absolute value'
  end
  return WORDS[token] or (token:gsub('^\\', ''))
end

function Reader:superscript()
  local power = self:argument()
  local layer = power:match('^open parenthesis (.*) close parenthesis$')
  if layer then return 'superscript ' .. layer end
  local turned = power:match('^open parenthesis (.*) close parenthesis transpose$')
  if turned then return 'superscript ' .. turned .. ' transpose' end
  if POWERS[power] then return POWERS[power] end
  return 'to the power ' .. power .. (power:find(' ') and ',' or '')
end

-- Subscript, superscript and primes after an atom, in whatever order they stand.
function Reader:scripts(atom)
  local words, range = {}, RANGES[atom]
  while true do
    local token = self:peek()
    if token == "'" then
      self:take()
      words[#words + 1] = 'prime'
    elseif token == '_' then
      self:take()
      words[#words + 1] = (range or 'sub') .. ' ' .. self:argument()
    elseif token == '^' then
      self:take()
      words[#words + 1] = range and ('up to ' .. self:argument()) or self:superscript()
    elseif token == '\\limits' then self:take()
    else break end
  end
  if range and #words > 0 then words[#words + 1] = 'of' end
  return words
end

-- Whether an opening parenthesis comes next; it is spoken as "of" after a function.
function Reader:opens_argument()
  local start = self.at
  while self:peek() == '{' or self:peek() == '\\left' do self:take() end
  local opens = self:peek() == '('
  self.at = start
  return opens
end

function Reader:sequence(stop)
  local words = {}
  while self:peek() and self:peek() ~= stop do
    local token = self:peek()
    words[#words + 1] = self:atom()
    for _, word in ipairs(self:scripts(token)) do words[#words + 1] = word end
    if FUNCTIONS[token] and self:opens_argument() then words[#words + 1] = 'of' end
  end
  local text = table.concat(words, ' ')
  return (text:gsub('%s+', ' '):gsub(' ([,;.])', '%1'):gsub('^ ', ''):gsub(' $', ''))
end

--- The words of a TeX formula, never empty.
function speech.of(tex)
  local reader = setmetatable({tokens = tokens_of(tex), at = 1, bars = 0}, Reader)
  local words = {}
  while reader:peek() do
    words[#words + 1] = reader:sequence(nil)
  end
  local text = table.concat(words, ' ')
    :gsub('of open parenthesis ([%w ]-) close parenthesis', 'of %1')
  text = text:gsub(',+', ','):gsub(',$', '')
  return text ~= '' and text or 'empty formula'
end

--- Text with its formulas, $...$, in words.
function speech.without_tex(text)
  return (text:gsub('%$(.-)%$', speech.of))
end

return speech
