"""Each formula that the report displays, as people write it: in TeX, and some for a terminal and in words."""

from __future__ import annotations

import random

import mpmath
import pytest
from sympy import (
    Add,
    Eq,
    FiniteSet,
    Interval,
    KroneckerDelta,
    Mul,
    Piecewise,
    Pow,
    Rational,
    Symbol,
    erf,
    exp,
    lambdify,
    log,
    oo,
    pi,
    sqrt,
    sympify,
    tanh,
)

from derivations import (
    activations,
    backpropagation,
    derive,
    differentiate,
    literature,
    parse,
    softmax_sum,
    v,
    y,
)
from derivations.calculus.descent import updates
from derivations.printing.notation import equation_tex, inline, tex, text
from derivations.printing.tables import where_sigma
from derivations.printing.tex import tex_in_text
from derivations.printing.typst import typst
from derivations.printing.words import words
from derivations.printing.written import (
    as_defined,
    delta_as_written,
    function_as_written,
    plain,
    slope_as_written,
    slope_in_v,
)

EQUATIONS = {
    "forward": r"v^{(r)}_{i \mu} = \sum_{j=1}^{n_{r-1}} w^{(r)}_{i j} y^{(r-1)}_{j \mu} + b^{(r)}_{i}",
    "output": r"y^{(r)}_{i \mu} = f(v^{(r)}_{i \mu})",
    "softmax": r"p_{i \mu} = \frac{e^{v^{(R)}_{i \mu}}}{\sum_{k=1}^{n_{R}} e^{v^{(R)}_{k \mu}}}",
    "loss": r"E = - \frac{1}{m} \sum_{\mu=1}^{m} \sum_{i=1}^{n_{R}} t_{i \mu} \ln(p_{i \mu})",
    "output-delta": r"\delta^{(R)}_{i \mu} = \frac{p_{i \mu} - t_{i \mu}}{m}",
    "hidden-delta": (
        r"\delta^{(r)}_{i \mu} = f'(v^{(r)}_{i \mu}) "
        r"\sum_{k=1}^{n_{r+1}} w^{(r+1)}_{k i} \delta^{(r+1)}_{k \mu}"
    ),
    "weight-gradient": (
        r"\frac{\partial E}{\partial w^{(r)}_{i j}} = "
        r"\sum_{\mu=1}^{m} \delta^{(r)}_{i \mu} y^{(r-1)}_{j \mu}"
    ),
    "bias-gradient": r"\frac{\partial E}{\partial b^{(r)}_{i}} = \sum_{\mu=1}^{m} \delta^{(r)}_{i \mu}",
    "weight-update": (
        r"w^{(r)}_{i j} \leftarrow w^{(r)}_{i j} - \epsilon "
        r"\sum_{\mu=1}^{m} \delta^{(r)}_{i \mu} y^{(r-1)}_{j \mu}"
    ),
    "bias-update": r"b^{(r)}_{i} \leftarrow b^{(r)}_{i} - \epsilon \sum_{\mu=1}^{m} \delta^{(r)}_{i \mu}",
}


def general():
    return {equation.label: equation for equation in vars(backpropagation()).values()}


@pytest.mark.parametrize("label", EQUATIONS)
def test_an_equation_of_the_training_reads_as_in_a_textbook(label):
    assert equation_tex(general()[label]) == EQUATIONS[label]


def test_each_equation_of_the_training_is_here():
    assert set(EQUATIONS) == set(general())


STEPS = {
    "output-delta": (
        r"E = - \frac{1}{m} \sum_{\mu=1}^{m} \sum_{i=1}^{n_{R}} t_{i \mu} "
        r"\left(v^{(R)}_{i \mu} - \ln\left(\sum_{k=1}^{n_{R}} e^{v^{(R)}_{k \mu}}\right)\right)",
        r"\frac{\partial E}{\partial v^{(R)}_{l \nu}} = - \frac{1}{m} \sum_{\mu=1}^{m} \sum_{i=1}^{n_{R}} t_{i \mu} "
        r"\left([i = l] [\mu = \nu] - \frac{\sum_{k=1}^{n_{R}} [k = l] [\mu = \nu] e^{v^{(R)}_{k \mu}}}"
        r"{\sum_{k=1}^{n_{R}} e^{v^{(R)}_{k \mu}}}\right)",
        r"\frac{\partial E}{\partial v^{(R)}_{l \nu}} = \frac{e^{v^{(R)}_{l \nu}} \sum_{i=1}^{n_{R}} t_{i \nu}}"
        r"{m \sum_{k=1}^{n_{R}} e^{v^{(R)}_{k \nu}}} - \frac{t_{l \nu}}{m}",
        r"\frac{\partial E}{\partial v^{(R)}_{l \nu}} = \frac{e^{v^{(R)}_{l \nu}}}"
        r"{m \sum_{k=1}^{n_{R}} e^{v^{(R)}_{k \nu}}} - \frac{t_{l \nu}}{m}",
        r"\frac{\partial E}{\partial v^{(R)}_{l \nu}} = \frac{p_{l \nu} - t_{l \nu}}{m}",
    ),
    "hidden-delta": (
        r"\frac{\partial v^{(r+1)}_{k \mu}}{\partial v^{(r)}_{i \mu}} = "
        r"\sum_{j=1}^{n_{r}} [i = j] w^{(r+1)}_{k j} f'(v^{(r)}_{j \mu})",
        r"\frac{\partial v^{(r+1)}_{k \mu}}{\partial v^{(r)}_{i \mu}} = w^{(r+1)}_{k i} f'(v^{(r)}_{i \mu})",
        r"\delta^{(r)}_{i \mu} = "
        r"\sum_{k=1}^{n_{r+1}} w^{(r+1)}_{k i} \delta^{(r+1)}_{k \mu} f'(v^{(r)}_{i \mu})",
        EQUATIONS["hidden-delta"],
    ),
    "softmax-sum": (
        r"\sum_{i=1}^{n_{R}} p_{i \mu} = \sum_{i=1}^{n_{R}} \frac{e^{v^{(R)}_{i \mu}}}{S}",
        r"\sum_{i=1}^{n_{R}} p_{i \mu} = \frac{1}{S} \sum_{i=1}^{n_{R}} e^{v^{(R)}_{i \mu}}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("label", STEPS)
def test_a_step_is_an_equation_without_a_second_delta(label):
    equation = (general() | {"softmax-sum": softmax_sum()})[label]
    found = [f"{tex(step.left)} = {tex(step.expression)}" for step in equation.steps]
    assert found == [*STEPS[label]]
    assert not any(r"\delta_{" in line for line in found)  # Kronecker's


def test_the_softmax_outputs_sum_to_one():
    assert equation_tex(softmax_sum()) == r"\sum_{i=1}^{n_{R}} p_{i \mu} = 1"


OPTIMIZERS = {
    ("momentum", "weight-mean-update"): (
        r"u^{(r)}_{i j} \leftarrow \beta u^{(r)}_{i j} + "
        r"\sum_{\mu=1}^{m} \delta^{(r)}_{i \mu} y^{(r-1)}_{j \mu} + \lambda w^{(r)}_{i j}"
    ),
    ("momentum", "weight-update"): r"w^{(r)}_{i j} \leftarrow w^{(r)}_{i j} - \epsilon u^{(r)}_{i j}",
    ("adam", "bias-mean-update"): (
        r"u^{(r)}_{i} \leftarrow \beta_{1} u^{(r)}_{i} + (1 - \beta_{1}) "
        r"\left(\sum_{\mu=1}^{m} \delta^{(r)}_{i \mu} + \lambda b^{(r)}_{i}\right)"
    ),
    ("adam", "bias-square-update"): (
        r"s^{(r)}_{i} \leftarrow \beta_{2} s^{(r)}_{i} + (1 - \beta_{2}) "
        r"\left(\sum_{\mu=1}^{m} \delta^{(r)}_{i \mu} + \lambda b^{(r)}_{i}\right)^{2}"
    ),
    ("adam", "bias-update"): (
        r"b^{(r)}_{i} \leftarrow b^{(r)}_{i} - \frac{\epsilon u^{(r)}_{i}}{(1 - \beta_{1}^{n}) "
        r"\left(\sqrt{\frac{s^{(r)}_{i}}{1 - \beta_{2}^{n}}} + \eta\right)}"
    ),
}


@pytest.mark.parametrize(("optimizer", "label"), OPTIMIZERS)
def test_an_update_begins_with_what_it_replaces(optimizer, label):
    [found] = [each for each in updates(optimizer, decays=True) if each.label == label]
    assert equation_tex(found) == OPTIMIZERS[optimizer, label]


ABOVE = r"\sum_{k=1}^{n_{r+1}} w^{(r+1)}_{k i} \delta^{(r+1)}_{k \mu}"
DELTAS = {
    "relu": r"[v^{(r)}_{i \mu} > 0]",
    "tanh": r"(1 - \tanh^{2}(v^{(r)}_{i \mu}))",
    "sigmoid": r"\frac{e^{- v^{(r)}_{i \mu}}}{(1 + e^{- v^{(r)}_{i \mu}})^{2}}",
    "lecun": r"(1.1439\ldots (1 - \tanh^{2}(2 v^{(r)}_{i \mu} / 3)) + 0.01)",
}


@pytest.mark.parametrize("name", DELTAS)
def test_a_delta_has_the_slope_in_front_as_the_slope_itself_is_written(name):
    right = delta_as_written(derive(activations[name]).slopes).right
    assert tex(right) == f"{DELTAS[name]} {ABOVE}"


def test_a_delta_by_outputs_has_the_factors_of_the_slope_in_its_order():
    tanh_delta, sigmoid_delta = (
        derive(activations[name]).hidden_delta_of_output.right for name in ("tanh", "sigmoid")
    )
    assert tex(tanh_delta) == rf"(1 - (y^{{(r)}}_{{i \mu}})^{{2}}) {ABOVE}"
    assert tex(sigmoid_delta) == rf"y^{{(r)}}_{{i \mu}} (1 - y^{{(r)}}_{{i \mu}}) {ABOVE}"
    assert tex(derive(activations["sigmoid"]).slopes.in_terms_of_output) == "y (1 - y)"


#: f and f' as tables of activations have them.
FUNCTIONS = {
    "relu": (r"\max(0, v)", "[v > 0]"),
    "tanh": (r"\tanh(v)", r"1 - \tanh^{2}(v)"),
    "sigmoid": (r"\frac{1}{1 + e^{- v}}", r"\sigma(v) (1 - \sigma(v))"),
    "lecun": (r"1.7159 \tanh(2 v / 3) + 0.01 v", r"1.1439\ldots (1 - \tanh^{2}(2 v / 3)) + 0.01"),
    "celu": (r"\max(0, v) + \min(0, e^{v} - 1)", None),
    "elu": (
        r"\begin{cases} e^{v} - 1 & \text{for}\: v \leq 0 \\ v & \text{for}\: v > 0 \end{cases}",
        r"\begin{cases} e^{v} & \text{for}\: v \leq 0 \\ 1 & \text{for}\: v > 0 \end{cases}",
    ),
    "gelu": (
        r"\frac{v (1 + \operatorname{erf}(v / \sqrt{2}))}{2}",
        r"\frac{1}{2} + \frac{\operatorname{erf}(v / \sqrt{2})}{2} + \frac{v e^{- v^{2} / 2}}{\sqrt{2 \pi}}",
    ),
    "gelu_tanh": (r"\frac{v (1 + \tanh(\sqrt{2 / \pi} (v + 0.044715 v^{3})))}{2}", None),
    "hardshrink": (
        r"\begin{cases} v & \text{for}\: v < - \frac{1}{2} \\ 0 & \text{for}\: - \frac{1}{2} \leq v \leq \frac{1}{2} "
        r"\\ v & \text{for}\: v > \frac{1}{2} \end{cases}",
        r"\begin{cases} 1 & \text{for}\: v < - \frac{1}{2} \\ 0 & \text{for}\: - \frac{1}{2} < v < \frac{1}{2} "
        r"\\ 1 & \text{for}\: v > \frac{1}{2} \end{cases}",
    ),
    "hardtanh": (r"\max(-1, \min(1, v))", "[-1 < v < 1]"),
    "relu6": (r"\min(6, \max(0, v))", "[0 < v < 6]"),
    "leaky_relu": (
        r"\max(0, v) + 0.01 \min(0, v)",
        r"\begin{cases} 0.01 & \text{for}\: v < 0 \\ 1 & \text{for}\: v > 0 \end{cases}",
    ),
    "prelu": (r"\max(0, v) + \frac{\min(0, v)}{4}", None),
    "logsigmoid": (r"\ln\left(\frac{1}{1 + e^{- v}}\right)", r"1 - \sigma(v)"),
    "mish": (
        r"v \tanh(\ln(1 + e^{v}))",
        r"\tanh(\ln(1 + e^{v})) + \frac{v e^{v} (1 - \tanh^{2}(\ln(1 + e^{v})))}{1 + e^{v}}",
    ),
    "selu": (
        None,
        r"\begin{cases} 1.7580\ldots e^{v} & \text{for}\: v < 0 \\ 1.0507\ldots & \text{for}\: v > 0 \end{cases}",
    ),
    "silu": (r"\frac{v}{1 + e^{- v}}", r"\sigma(v) + v \sigma(v) (1 - \sigma(v))"),
    "softplus": (r"\ln(1 + e^{v})", r"\frac{e^{v}}{1 + e^{v}}"),
    "softsign": (r"\frac{v}{1 + \left|{v}\right|}", None),
    "tanhshrink": (r"v - \tanh(v)", r"\tanh^{2}(v)"),
    "threshold": (
        r"\begin{cases} 20 & \text{for}\: v \leq 0.1 \\ v & \text{for}\: v > 0.1 \end{cases}",
        "[v > 0.1]",
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_and_its_slope_read_as_in_a_paper(name):
    slopes = derive(activations[name]).slopes
    found = tex(function_as_written(slopes)), tex(slope_as_written(slopes))
    assert [one for one, wanted in zip(found, FUNCTIONS[name], strict=True) if wanted] == [
        wanted for wanted in FUNCTIONS[name] if wanted
    ]


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        ("tanh(v) + v/10", r"1.1 - \tanh^{2}(v)"),
        ("tanh(v)/10 + v", r"1 + 0.1 (1 - \tanh^{2}(v))"),
        ("tanh(v) + v/7", r"\frac{8}{7} - \tanh^{2}(v)"),
    ],
)
def test_no_factor_of_one_is_written(function, slope):
    assert tex(slope_as_written(differentiate(parse(function)))) == slope


@pytest.mark.parametrize("name", [*activations, *literature])
def test_what_is_written_is_what_was_derived(name):
    activation = activations.get(name) or literature[name]
    slopes = derive(activation).slopes
    places = random.Random(1)
    points = [places.uniform(-4, 4) for _ in range(20)]
    pairs = [
        (function_as_written(slopes), slopes.expression),
        (slope_as_written(slopes), slopes.derivative),
        (slope_in_v(slopes), slopes.derivative),
    ]
    for shown, derived in pairs:
        one, other = (lambdify(v, plain(each), "mpmath") for each in (shown, derived))
        for point in points:
            assert mpmath.almosteq(one(point), other(point), rel_eps=1e-12, abs_eps=1e-12)


def test_decimals_are_those_of_the_definition_and_rationals_those_of_the_proof():
    lecun, sigmoid = (derive(activations[name]) for name in ("lecun", "sigmoid"))
    proven = lecun.gradient_range.values
    assert tex(proven) == r"\left(\frac{1}{100}, \frac{17309}{15000}\right]"
    assert tex(as_defined(proven, lecun.slopes)) == r"\left(0.01, 1.1539\ldots\right]"
    quarter = sigmoid.gradient_range.values
    assert as_defined(quarter, sigmoid.slopes) == quarter
    assert as_defined(Rational(-1, 100), lecun.slopes) == -as_defined(Rational(1, 100), lecun.slopes)
    assert tex(as_defined(FiniteSet(1, Rational(1, 100)), lecun.slopes)) == r"\left\{0.01, 1\right\}"


def test_sigma_is_explained_where_it_is_used():
    assert where_sigma([{"slope": r"$\sigma(v)$"}]) == r"; $\sigma(v)$ is $1 / (1 + e^{-v})$"
    assert where_sigma([{"slope": "$v$"}]) == ""


def test_the_slope_of_a_slope_shows_the_factor_that_it_shares_with_it():
    bend = 2 * tanh(v) ** 3 - 2 * tanh(v)
    assert tex(bend) == r"- 2 \tanh(v) (1 - \tanh^{2}(v))"
    assert inline(bend) == "-2·tanh(v)·(1 - tanh(v)^2)"
    lecun = derive(activations["lecun"]).slopes
    assert tex(lecun.derivative.diff(v)) == r"- \frac{17159}{11250} \tanh(2 v / 3) (1 - \tanh^{2}(2 v / 3))"


x = Symbol("x")
#: An expression -> the same in TeX, for a terminal, in Typst and in words: all four in one order.
EVERYWHERE = {
    1 - y**2: ("1 - y^{2}", "1 - y^2", "1 - y^(2)", "1 minus y squared"),
    y * (1 - y): (
        "y (1 - y)", "y·(1 - y)", "y (1 - y)", "y times open parenthesis 1 minus y close parenthesis",
    ),
    exp(-v) / (1 + exp(-v)) ** 2: (
        r"\frac{e^{- v}}{(1 + e^{- v})^{2}}",
        "exp(-v)/(1 + exp(-v))^2",
        "frac(e^(- v), (1 + e^(- v))^(2))",
        "the fraction e to the power minus v over open parenthesis 1 plus e to the power minus v close parenthesis"
        " squared, end of fraction",
    ),
    Piecewise((0, v < 0), (1, v > 0)): (
        "[v > 0]", "[v > 0]", "[v > 0]", "one if v greater than 0, else zero",
    ),
    Piecewise((1, v < -1), (0, v < 1), (2, True)): (
        r"\begin{cases} 1 & \text{for}\: v < -1 \\ 0 & \text{for}\: -1 \leq v < 1 \\ "
        r"2 & \text{for}\: v \geq 1 \end{cases}",
        "{1 for v < -1; 0 for -1 ≤ v < 1; 2 for v ≥ 1}",
        'cases(1 & "for" v < -1, 0 & "for" -1 <= v < 1, 2 & "for" v >= 1)',
        "cases: 1 for v less than minus 1; 0 for v at least minus 1 and less than 1; 2 for v at least 1; end of cases",
    ),
    KroneckerDelta(x, y): ("[x = y]", "[x = y]", "[x = y]", "one if x is y, else zero"),
    -sqrt(2) * v / 2: (
        r"- \frac{v}{\sqrt{2}}", "-v/sqrt(2)", "- frac(v, sqrt(2))",
        "minus the fraction v over the square root of 2, end of root, end of fraction",
    ),
    tanh(v) ** 2: (r"\tanh^{2}(v)", "tanh(v)^2", "tanh^2(v)", "tanh squared of v"),
    log(1 + exp(v)): (
        r"\ln(1 + e^{v})", "ln(1 + exp(v))", "ln(1 + e^(v))",
        "the logarithm of 1 plus e to the power v, end of argument",
    ),
}  # fmt: skip


@pytest.mark.parametrize("expression", EVERYWHERE, ids=str)
def test_all_languages_have_one_order(expression):
    found = tuple(printer(expression) for printer in (tex, inline, typst, words))
    assert found == EVERYWHERE[expression]


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        (1 - tanh(v) ** 2, "        2\n1 - tanh (v)"),
        (Piecewise((0, v < 0), (1, v > 0)), "[v > 0]"),
        (y * (1 - y), "y⋅(1 - y)"),
        (-v / 2, "  v\n- ─\n  2"),
        (log(v), "ln(v)"),
        (Piecewise((0, v < 0), (v, True)), "⎧0  for v < 0\n⎨\n⎩v  for v ≥ 0"),
        (KroneckerDelta(x, y), "[x = y]"),
    ],
)
def test_lines_of_a_terminal_have_it_too(expression, printed):
    assert text(expression).strip("\n") == printed


def test_a_terminal_shows_the_delta_of_lecuns_activation_in_decimals():
    slopes = derive(activations["lecun"]).slopes
    assert text(slope_as_written(slopes)).splitlines()[1] == "1.1439…⋅⎜1 - tanh ⎜───⎟⎟ + 0.01"
    assert inline(slope_as_written(slopes)) == "1.1439…·(1 - tanh(2·v/3)^2) + 0.01"


def test_sets_are_ascending_and_intervals_written_alike():
    for values, printed in (
        (FiniteSet(2, -1, Rational(1, 2)), r"\left\{-1, \frac{1}{2}, 2\right\}"),
        (Interval.Lopen(0, Rational(1, 4)), r"\left(0, \frac{1}{4}\right]"),
        (Interval.open(-oo, oo), r"\left(-\infty, \infty\right)"),
    ):
        assert tex(values) == printed
    assert inline(Interval.Lopen(0, Rational(1, 4))) == "(0, 1/4]"


def test_no_fraction_is_below_another_in_the_argument_of_a_function():
    assert tex(erf(sqrt(2) * v / 2)) == r"\operatorname{erf}(v / \sqrt{2})"
    assert tex(exp(-(v**2) / 2) / sqrt(2 * pi)) == r"\frac{e^{- v^{2} / 2}}{\sqrt{2 \pi}}"
    assert tex(tanh((v + 1) / (v - 1))) == r"\tanh\left(\frac{v + 1}{v - 1}\right)"


def test_between_words_a_fraction_is_as_high_as_a_line_where_that_says_the_same():
    lecun = derive(activations["lecun"])
    assert tex_in_text(lecun.gradient_range.values) == r"\left(1 / 100, 17309 / 15000\right]"
    assert (
        tex_in_text(lecun.slopes.derivative.diff(v))
        == r"- 17159 \tanh(2 v / 3) (1 - \tanh^{2}(2 v / 3)) / 11250"
    )
    assert tex_in_text(exp(v) * (1 - exp(v)) / (1 + exp(v)) ** 3) == r"e^{v} (1 - e^{v}) / (1 + e^{v})^{3}"
    assert tex_in_text((1 + v) / y) == r"\frac{v + 1}{y}"  # which a slash would not hold together
    assert tex_in_text(v / (2 * y)) == r"\frac{v}{2 y}"


def test_a_condition_on_two_letters_is_printed_as_sympy_does():
    two = Piecewise((0, v < y), (1, True))
    assert r"\text{otherwise}" in tex(two)
    assert "otherwise" in words(two)


def test_an_equation_is_one():
    assert inline(Eq(v, Rational(1, 2), evaluate=False)) == "v = 1/2"


def trees(depth: int, source: random.Random):
    """An expression as derivations are made of, at random."""
    if depth == 0:
        return source.choice([v, y, Rational(1, 2), Rational(-3), sqrt(2), Rational(17, 100)])
    parts = [trees(depth - 1, source) for _ in range(source.randint(2, 3))]
    kind = source.choice([Add, Mul, Add, Mul, "power", "function"])
    if kind == "power":
        return Pow(parts[0], source.choice([-2, -1, 2, 3]))
    if kind == "function":
        return source.choice([tanh, exp])(parts[0])
    return kind(*parts)


@pytest.mark.slow
def test_any_expression_on_one_line_means_what_it_says():
    source, checked = random.Random(3), 0
    while checked < 300:
        expression = trees(source.randint(1, 3), source)
        if expression.has(oo, -oo) or (not expression.is_finite and expression.is_number):
            continue
        line = inline(expression).replace("·", "*").replace("^", "**")
        at = {v: mpmath.mpf("0.37"), y: mpmath.mpf("-0.61")}
        try:
            wanted = lambdify((v, y), expression, "mpmath")(*at.values())
        except (ZeroDivisionError, OverflowError):
            continue
        if not mpmath.isfinite(wanted) or abs(wanted) > 1e30:
            continue
        found = lambdify((v, y), sympify(line, locals={"v": v, "y": y}), "mpmath")(*at.values())
        assert mpmath.almosteq(found, wanted, rel_eps=1e-9, abs_eps=1e-12), (expression, line)
        checked += 1
