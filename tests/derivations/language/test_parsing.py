"""The parser: exact and complete for the grammar, and closed against everything else."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sympy import Abs, Eq, Expr, Max, Min, Ne, Piecewise, Rational, cos, exp, log, pi, sqrt, tanh

from derivations import v
from derivations.language import parsing
from derivations.language.parsing import ParseError, parse


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("v", v),
        ("0.01*v", v / 100),
        ("1e-3", Rational(1, 1000)),
        ("-v**2 + 3", 3 - v**2),
        ("v*tanh(log(1+exp(v)))", v * tanh(log(1 + exp(v)))),
        ("max(0, v) + Min(0, v)/4", Max(0, v) + Min(0, v) / 4),
        ("Piecewise((v, v > 0), (exp(v) - 1, True))", Piecewise((v, v > 0), (exp(v) - 1, True))),
        ("Piecewise((v, (v > 1) | (v < -1)), (0, True))", Piecewise((v, (v > 1) | (v < -1)), (0, True))),
        ("Piecewise((1, -1 < v <= 1), (0, True))", Piecewise((1, (v > -1) & (v <= 1)), (0, True))),
        ("sqrt(abs(v))*cos(2*pi*v)", sqrt(Abs(v)) * cos(2 * pi * v)),
        (
            "Piecewise((1, v == 0), (2, v != 1), (v, True))",
            Piecewise((1, Eq(v, 0)), (2, Ne(v, 1)), (v, True)),
        ),
        ("v*sigmoid(v) + v/100", v / (1 + exp(-v)) + v / 100),
        ("  ln(2 + v**2)  ", log(2 + v**2)),
    ],
)
def test_the_grammar_is_read_exactly(text, expression):
    assert parse(text) == expression


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("v.real", "v.real"),
        ("__import__('os')", "__import__"),
        ("v.__class__.__mro__", "v."),
        ("open('x')", "open"),
        ("'v'", "'v'"),
        ("b'v'", "b'"),
        ("1j*v", "1j"),
        ("lambda: v", "lambda"),
        ("[v for v in (1,)]", "["),
        ("v[0]", "v["),
        ("{v}", "{"),
        ("f'{v}'", "f'"),
        ("v if v else 0", "v if"),
        ("(v := 1)", "v :="),
        ("exp(x=v)", "v)"),
        ("exp(*v)", "*v"),
        ("exp(v, v)", "exp"),
        ("exp()", "exp"),
        ("tahn(v)", "tahn"),
        ("w + 1", "w"),
        ("v ^ 2", "v ^"),
        ("v // 2", "v //"),
        ("v % 2", "v %"),
        ("v @ v", "v @"),
        ("~v", "~"),
        ("not v", "not"),
        ("v > 0", "v >"),
        ("True", "True"),
        ("None", "None"),
        ("...", "..."),
        ("1/0", "0"),
        ("v/(1-1)", "1-1"),
        ("0**-1", "0**"),
        ("sqrt(-1)", "sqrt"),
        ("log(-1)*v", "log"),
        ("log(0)", "log"),
        ("oo", "oo"),
        ("nan", "nan"),
        ("9**9**8", "9**8"),
        ("v**(10**9)", "10**9"),
        ("(9**99)**99", "(9**99)"),
        ("1e999999", "1e999999"),
        ("9" * 100, "9"),
        ("Piecewise((v, v > 0))", "Piecewise"),
        ("Piecewise(v)", "v)"),
        ("Piecewise((v, v is 0), (1, True))", "v is"),
        ("Piecewise((v, 'x'), (1, True))", "'x'"),
        ("(exp)(v)(v)", "(exp)"),
        ("0x10*v", "0x10"),
    ],
)
def test_anything_else_is_refused_with_a_caret_under_it(text, place):
    start = time.perf_counter()
    with pytest.raises(ParseError) as refusal:
        parse(text)
    assert time.perf_counter() - start < 3
    said, shown, caret = str(refusal.value).splitlines()
    assert said
    assert caret.index("^") in (text.find(place), text.find(place) + 1)
    assert shown == text[: len(shown)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("torch.sin(v)", "sin(v)"),
        ("np.sin(v)", "sin(v)"),
        ("1 + np.maximum(0, v)", "max(0, v)"),
        ("nn.Tanh()", "tanh(v)"),
        ("nn.Tanh()(v)", "tanh(v)"),
        ("v.tanh()", "tanh(v)"),
        ("math.pi*v", "pi"),
        ("Tanh(v)", "tanh(v)"),
        ("torch.where(v > 0, v, 0)", "Piecewise((v, v > 0), (0, True))"),
        ("np.arctan(v)", "atan(v)"),
        ("torch.nn.functional.gelu(v)", "gelu alone"),
        ("F.leaky_relu(v)", "leaky_relu alone"),
        ("2*gelu(v)", "gelu alone"),
    ],
)
def test_what_another_library_has_is_refused_with_what_to_write_instead(text, right):
    with pytest.raises(ParseError) as refusal:
        parse(text)
    said, shown, caret = str(refusal.value).splitlines()
    assert f"write {right}" in said
    assert shown == text
    assert set(caret) <= {" ", "^"}
    if not right.endswith("alone"):
        parse(right)


def test_a_slip_in_a_name_is_told_the_nearest():
    with pytest.raises(ParseError, match="did you mean max"):
        parse("mx(0, v)")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "v +",
        "(" * 5000,
        "(" * 300 + "v" + ")" * 300,
        "-" * 1500 + "v",
        "exp(" * 100 + "v" + ")" * 100,
        "v" * 3000,
        "v\x00",
        "ｖ + 1",
        "v\u200b",
        "v; v",
        "v\nv",
        "import os",
        "x = v",
        "v # comment",
        "exp(exp(exp(exp(exp(9)))))**100",
        "Max(exp(exp(exp(exp(50)))), exp(exp(exp(exp(51)))))",
    ],
)
def test_what_is_no_expression_at_all_is_refused_quickly(text):
    start = time.perf_counter()
    with pytest.raises(ParseError):
        parse(text)
    assert time.perf_counter() - start < 3


@pytest.mark.slow
@given(st.text(alphabet="v019.e+-*/()<>,_ expPiecwsaxlogTru'\"[]:", max_size=40))
@settings(deadline=3000, max_examples=300)
@example("v**v**v**v")
@example("max(v,1)**min(v,2)")
@example("0**v")
def test_random_text_is_read_or_refused_in_seconds(text):
    try:
        expression = parse(text)
    except ParseError:
        return
    assert isinstance(expression, Expr)
    assert expression.free_symbols <= {v}


def test_an_expression_is_read_also_where_other_work_takes_the_time(monkeypatch):
    waits = iter([1, 0])  # seconds in which this thread does nothing, at the first try and at the second
    read = parsing._Reader.read
    monkeypatch.setattr(parsing._Reader, "read", lambda self: (time.sleep(next(waits)), read(self))[1])
    assert parse("v**2") == v**2
