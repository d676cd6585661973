"""Generated code as C: its text, its numbers, and that it means what it means to NumPy and torch."""

from __future__ import annotations

import math
import re

import mpmath
import numpy as np
import pytest
from generated import INSTRUCTIONS, NAMED, POINTS, of_lines
from mpmath import mpf
from real import FUNCTIONS

from analysis.code.accuracy import Inaccurate
from analysis.code.binding import by_torch
from analysis.code.compiled import compiler
from analysis.code.compiled.compiler import why_not
from analysis.code.compiled.in_c import by_c, compiled, in_c
from analysis.code.generate import generate
from analysis.code.instructions import Constant, Instruction, V
from analysis.code.interpreter import by_numpy
from derivations import Activation, activations, find_activation, parse
from derivations.language.parsing import CONSTANTS, ParseError

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

LOST, FROM_OUTPUT = 2**8, 4  # eps: what f and f' may be off by; and f' as 1 - y**2, where y is rounded
PRECISIONS = [np.dtype(np.float32), np.dtype(np.float64)]
LECUN = """\
void forward(REAL *v, REAL *slope, long count)
{
    for (long n = 0; n < count; n += LANES) {
        V v_ = load(v + n);
        V scratch_0 = v_ * (REAL)0.6666666666666666;
        scratch_0 = tanh_(scratch_0);
        V slope_ = (REAL)1.1539333333333333 - (REAL)1.1439333333333332 * scratch_0 * scratch_0;
        v_ = v_ * (REAL)0.01;
        v_ = v_ + (REAL)1.7159 * scratch_0;
        store(v + n, v_);
        store(slope + n, slope_);
    }
}

void backward(REAL *delta, const REAL *y, const REAL *slope, long count)
{
    for (long n = 0; n < count; n += LANES) {
        V delta_ = load(delta + n);
        V slope_ = load(slope + n);
        delta_ = delta_ * slope_;
        store(delta + n, delta_);
    }
}
"""
ELU = """\
void forward(REAL *v, REAL *slope, long count)
{
    for (long n = 0; n < count; n += LANES) {
        V v_ = load(v + n);
        I condition_0 = v_ <= (REAL)0.0;
        V scratch_0 = expm1_(v_);
        v_ = pick(condition_0, scratch_0, v_);
        store(v + n, v_);
    }
}

void backward(REAL *delta, const REAL *y, const REAL *slope, long count)
{
    for (long n = 0; n < count; n += LANES) {
        V delta_ = load(delta + n);
        V y_ = load(y + n);
        I condition_0 = y_ <= (REAL)0.0;
        V scratch_0 = (REAL)1.0 + y_;
        scratch_0 = pick(condition_0, scratch_0, all((REAL)1.0));
        delta_ = delta_ * scratch_0;
        store(delta + n, delta_);
    }
}
"""
#: what keeps a function of the grammar real, and its slope finite; else v
WITHIN = {
    "log": "1 + v**2", "ln": "1 + v**2", "sqrt": "1 + v**2", "tan": "sin(v)", "asin": "sin(v)/2", "acos": "sin(v)/2",
    "acosh": "2 + v**2", "atanh": "sin(v)/2",
}  # fmt: skip
OF_SEVERAL = {
    "Max(sin(v), 0.3, v/4)": lambda x: max(mpmath.sin(x), mpf("0.3"), x / 4),
    "min(sin(v), 0.3, v/4)": lambda x: min(mpmath.sin(x), mpf("0.3"), x / 4),
    "Piecewise((v**3, v < -1.1), (-v, v <= 1.1 and v != 0.5), (sin(v), True))": (
        lambda x: x**3 if x < -1.1 else -x if x <= 1.1 else mpmath.sin(x)
    ),
    "Abs(v + 0.1)**1.5": lambda x: abs(x + mpf("0.1")) ** mpf("1.5"),
    "exp(sin(v)*log(2 + cos(v)))": lambda x: (2 + mpmath.cos(x)) ** mpmath.sin(x),
    "1/(1 + v**2)**2.3 + v**7": lambda x: (1 + x * x) ** mpf("-2.3") + x**7,
}


def of_grammar(name):
    """A call of the function in the grammar, and the same by mpmath."""
    inner = WITHIN.get(name, "v")
    within = {
        "v": lambda x: x,
        "1 + v**2": lambda x: 1 + x**2,
        "2 + v**2": lambda x: 2 + x**2,
        "sin(v)": mpmath.sin,
        "sin(v)/2": lambda x: mpmath.sin(x) / 2,
    }
    return f"{name}({inner})", lambda x: FUNCTIONS[name](within[inner](x))


CALLS = dict(map(of_grammar, FUNCTIONS)) | OF_SEVERAL


@pytest.mark.parametrize(("name", "text"), [("lecun", LECUN), ("elu", ELU)])
def test_the_text_of_an_activation_is_one_line_of_c_for_each_instruction(name, text):
    assert in_c(generate(activations[name])) == text


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_an_instruction_means_to_c_what_it_means_to_numpy(name, precision, libraries):
    code = of_lines(*INSTRUCTIONS[name])
    with np.errstate(all="ignore"):
        for ours, theirs in zip(
            by_c(libraries)(code, POINTS, precision), by_numpy(code, POINTS, precision), strict=True
        ):
            np.testing.assert_allclose(ours, theirs, rtol=8 * np.finfo(precision).eps)
            assert ours.dtype == precision


def test_every_function_that_is_read_is_among_them():
    with pytest.raises(ParseError) as error:
        parse("qqqqqqqq(v)")
    _, _, known = str(error.value).splitlines()[0].partition("known are ")
    assert set(known.rstrip(".").split(", ")) == {
        *FUNCTIONS, *CONSTANTS, "Max", "max", "Min", "min", "Piecewise",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
@pytest.mark.parametrize("text", CALLS)
def test_every_function_that_is_read_is_compiled(text, precision, libraries):
    """Against mpmath: f as it is computed alone and in training, and f' by differences."""
    code = compiled(Activation("case", parse(text), "case"), precision == np.float64, libraries).code
    points = [float(x) for x in np.linspace(-3.99, 4.03, 40).astype(precision)]
    values = by_c(libraries)(code, points, precision)
    f, h, eps = CALLS[text], mpf(10) ** -20, np.finfo(precision).eps
    with mpmath.workdps(60):
        for x, alone, y, slope in zip(points, *(part.tolist() for part in values), strict=True):
            before, here, after = f(x - h), f(x), f(x + h)
            true, bend = (after - before) / (2 * h), (after - 2 * here + before) / h**2
            for number in (alone, y):
                assert abs(number - here) <= LOST * eps * (abs(here) + abs(x * true))
            assert abs(slope - true) <= eps * (LOST * (abs(true) + abs(x * bend)) + FROM_OUTPUT)


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
@pytest.mark.parametrize("name", activations)
def test_infinities_and_nan_are_to_c_what_they_are_to_torch(name, precision, libraries):
    code = compiled(activations[name], precision == np.float64, libraries).code
    points = [math.inf, -math.inf, math.nan]
    for ours, theirs in zip(
        by_c(libraries)(code, points, precision), by_torch(code, points, precision), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("name", activations)
def test_nan_stays_nan(name, libraries):
    code = compiled(activations[name], False, libraries).code
    alone, y, _ = by_c(libraries)(code, [math.nan], PRECISIONS[0])
    assert np.isnan([alone, y]).all()


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
@pytest.mark.parametrize("name", activations)
def test_nothing_overflows_on_the_way(name, precision, libraries):
    code = compiled(activations[name], precision == np.float64, libraries).code
    points = [side * 10.0**power for side in (-1, 1) for power in range(1, 20, 3)]
    assert np.isfinite(by_c(libraries)(code, points, precision)).all()


@pytest.mark.parametrize("number", [0.1, 1 / 3, -math.pi, 1e-20, 123456789.123456789, 2.0**-100])
def test_a_number_keeps_all_its_digits(number, libraries):
    code = of_lines(Instruction("mul", (V, Constant(number, V)), V))
    for precision in PRECISIONS:
        assert list(by_c(libraries)(code, [1.0, -2.0], precision)[0]) == [
            precision.type(number),
            precision.type(-2 * number),
        ]


def test_every_point_is_computed_whatever_their_number(libraries):
    code = compiled(activations["tanh"], False, libraries).code
    for count in (1, 15, 16, 17, 33):
        points = np.linspace(-1, 1, count).tolist()
        for values in by_c(libraries)(code, points, PRECISIONS[0])[:2]:
            assert values == pytest.approx(np.tanh(points), rel=1e-6)


def test_libraries_that_are_loaded_together_keep_apart(libraries):
    codes = {name: compiled(activations[name], False, libraries).code for name in ("tanh", "relu", "sigmoid")}
    found = {name: by_c(libraries)(code, [1.0], PRECISIONS[0])[0].item() for name, code in codes.items()}
    assert found == pytest.approx({"tanh": math.tanh(1), "relu": 1, "sigmoid": 1 / (1 + math.exp(-1))})


@pytest.mark.slow
def test_what_no_code_computes_accurately_is_refused(libraries):
    apart = Activation("apart", parse("1e6*(log(cosh(v)) - Abs(v) + log(2))"), "apart")
    with pytest.raises(Inaccurate, match="apart cannot be trained accurately"):
        compiled(apart, False, libraries)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["relu", "gelu", "elu", "mish", "hardshrink", "softplus"])
def test_generated_c_has_nothing_that_a_compiler_warns_of(name, tmp_path, monkeypatch):
    """But for arguments and functions that one activation needs, and another does not."""
    strict = ("-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-unused-function")
    monkeypatch.setattr(compiler, "FLAGS", (*compiler.FLAGS, *strict))
    for double in (False, True):
        compiled(activations[name], double, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_every_text_reads_only_what_it_has_assigned(name):
    for function in in_c(generate(find_activation(name))).split("\n\n"):
        assigned = set()
        for line in re.findall(r"^ {8}(.*);$", function, re.MULTILINE):
            left, _, right = line.rpartition(" = ")
            assert set(re.findall(r"\b\w+_\d*\b(?!\()", right)) <= assigned
            assigned |= set(re.findall(r"\b\w+_\d*$", left))
