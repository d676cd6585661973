"""Another prover: Sollya proves each bound of |f'| that the certificates give, and refutes a smaller one.

Sollya differentiates and computes with intervals of its own (MPFI); no line of ours takes part, and nothing
of Arb. It works on a box [-B, B]. Beyond that a certificate speaks for itself: its marks lie inside of it,
and from there on to infinity the derivative is monotone, between a value in the box and its limit.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

import pytest
from sympy import Abs, Max, Rational

from derivations import activations, differentiate, gradient_range
from derivations.arithmetic.points import Point
from derivations.proofs.certificate import Certificate, is_infinite

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("sollya") is None, reason="Sollya is not installed"),
]
B = 20
WHOLE, LEFT, RIGHT = f"[-{B};{B}]", f"[-{B};0]", f"[0;{B}]"
MARGIN = Rational(1, 10**6)  # shown in a second; with 1e-9 SiLU takes longer than ten
# f in Sollya's functions, and where it is that; where a limit is approached, in a form that loses no digit.
WRITTEN = {
    "tanh": [("tanh(x)", WHOLE)],
    "sigmoid": [("1/(1 + exp(-x))", WHOLE)],
    "lecun": [("1.7159*tanh(2*x/3) + 0.01*x", WHOLE)],
    "gelu": [("x*(1 + erf(x/sqrt(2)))/2", WHOLE)],
    "gelu_tanh": [("x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))/2", WHOLE)],
    "silu": [("x/(1 + exp(-x))", WHOLE)],
    "mish": [("x*tanh(log1p(exp(x)))", WHOLE)],
    "softplus": [("log1p(exp(x))", LEFT), ("x + log1p(exp(-x))", RIGHT)],
    "logsigmoid": [("x - log1p(exp(x))", LEFT), ("-log1p(exp(-x))", RIGHT)],
    "tanhshrink": [("x - tanh(x)", WHOLE)],
    "softsign": [("x/(1 - x)", LEFT), ("x/(1 + x)", RIGHT)],
    "elu": [("expm1(x)", LEFT), ("x", RIGHT)],
    "celu": [("expm1(x)", LEFT), ("x", RIGHT)],
}


@cache
def certificate(name: str) -> Certificate:
    return gradient_range(differentiate(activations[name].expression)).certificate


def largest(name: str) -> Rational:
    """The largest |f'|, to 40 digits."""
    values = certificate(name).values
    return Rational(str(Max(Abs(values.inf), Abs(values.sup)).evalf(40)))


def asked(*lines: str) -> list[str]:
    """What Sollya answers, a line for each question."""
    script = "prec = 100; diam = 1b-45; verbosity = 0;\n" + "\n".join(lines) + "\nquit;\n"
    done = subprocess.run(
        ["sollya", "--warnonstderr"], input=script, capture_output=True, text=True, timeout=300, check=True
    )
    return [line for line in done.stdout.splitlines() if line in ("true", "false")]


def is_proven(name: str, bound: Rational) -> bool:
    """Whether |f'| < bound on the box: `checkinfnorm` says true only where intervals have shown it."""
    lines = [f"checkinfnorm(diff({f}), {where}, {bound.p}/{bound.q});" for f, where in WRITTEN[name]]
    answers = asked(*lines)
    assert len(answers) == len(lines)
    return answers == ["true"] * len(lines)


def is_refuted(name: str, bound: Rational) -> bool:
    """Whether |f'| > bound at a point: at an extreme or an end, enclosed by an interval."""
    lines, above = [], f"{bound.p}/{bound.q}"
    for f, where in WRITTEN[name]:
        lines += [
            f"d = diff({f});",
            f"places = dirtyfindzeros(diff(d), {where}) @ [|inf({where}), sup({where})|];",
            "found = false;",
            "for place in places do {",
            "  around = evaluate(d, [place; place]);",
            f"  if (inf(around) > {above} || sup(around) < -({above})) then found = true;",
            "};",
            "found;",
        ]
    return "true" in asked(*lines)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_bound_is_proven_by_another_prover(name):
    assert is_proven(name, largest(name) * (1 + MARGIN))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_smaller_bound_is_refuted_by_it(name):
    smaller = largest(name) * (1 - Rational(1, 10**4))
    assert is_refuted(name, smaller)
    assert not is_refuted(name, largest(name) * (1 + MARGIN))


@pytest.mark.parametrize("name", WRITTEN)
def test_beyond_the_box_the_certificate_is_monotone(name):
    first, *_, last = certificate(name).pieces[0], certificate(name).pieces[-1]
    assert is_infinite(first.start)
    assert is_infinite(last.end)
    assert first.stretches[0] == last.stretches[-1] == "monotone"
    for piece in certificate(name).pieces:
        for point in piece.bounds:
            assert not isinstance(point, Point) or (point.ball > -B and point.ball < B)


def test_every_registered_activation_without_a_kink_is_asked_about():
    smooth = {name for name in activations if not differentiate(activations[name].expression).joints}
    assert smooth == set(WRITTEN)


def test_a_bound_that_is_wrong_is_not_proven():
    assert not is_proven("gelu", Rational("1.1289"))
    assert is_proven("gelu", Rational("1.1290"))
