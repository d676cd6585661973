"""Mutated certificates: `mutated` draws one in which a few of the fields of another are changed."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from hypothesis import strategies as st
from sympy import Abs, Expr, Float, Rational, S, cos, exp, log, oo, pi, sin, sqrt, tanh

from derivations import v
from derivations.arithmetic.points import Point, Smooth
from derivations.proofs.certificate import Certificate, Extreme, Part, PieceCertificate

KINDS = ["monotone", "within", "periodic", "wave", "kink"]
JOINTS = ["smooth", "kink", "vertical", "jump"]
SCALE = st.integers(-45, 6).map(lambda k: Rational(10) ** k)
STEP = st.builds(lambda size, sign: sign * size, SCALE, st.sampled_from([1, -1]))
NUMBER = st.one_of(
    st.sampled_from(
        [S.Zero, S.One, S(-1), pi, -pi, pi / 2, 2 * pi, log(2), sqrt(2), Rational(1, 4), S(8), S(-8)]
    ),
    STEP,
)
FORMULAS = [
    v, S.Zero, S.One, exp(v), tanh(v), 1 / (1 + exp(-v)), v / (1 - v), v / (1 + v), sin(v) ** 2 + v, cos(v),
    Abs(v), log(v), sqrt(v**2), exp(log(v)), -v, v + exp(v), -v - exp(v), v**2, oo, Float("0.5", 30),
]  # fmt: skip


def formulas_of(certificate: Certificate) -> list[Expr]:
    own = [piece.formula for piece in certificate.pieces]
    return [*own, *(piece.shown for piece in certificate.pieces), *(one.diff(v) for one in own), *FORMULAS]


def points_of(certificate: Certificate) -> list[Any]:
    found = [point for piece in certificate.pieces for point in piece.bounds]
    return [*dict.fromkeys(found)]


@st.composite
def point(draw: Any, certificate: Certificate, old: Any = None) -> Any:
    """Another point, or a changed one."""
    if isinstance(old, Point) and draw(st.booleans()):
        return draw(changed_point(certificate, old))
    choice = draw(st.integers(0, 3))
    if choice == 0:
        return draw(st.sampled_from(points_of(certificate)))
    if choice == 1:
        return Point(draw(NUMBER))
    if choice == 2:
        return draw(st.sampled_from([oo, -oo]))
    of = Smooth(draw(st.sampled_from(formulas_of(certificate))), draw(st.integers(0, 3)))
    middle, width = draw(NUMBER), abs(draw(STEP))
    around = Rational(str(middle.evalf(40)))
    return Point(draw(st.sampled_from([Float(around, 30), middle])), of, around - width, around + width)


@st.composite
def changed_point(draw: Any, certificate: Certificate, old: Point) -> Point:
    step = draw(STEP)
    if old.zero_of is None:
        return Point(old.value + step)
    name = draw(st.sampled_from(["value", "low", "high", "shifted", "zero_of", "closed", "order"]))
    if name in ("value", "low", "high"):
        moved = getattr(old, name) + step
        return replace(old, **{name: Float(moved, 30) if name == "value" else moved})
    if name == "shifted":
        return replace(old, low=old.low + step, high=old.high + step, value=Float(old.value + step, 30))
    if name == "closed":
        return Point(Rational(old.value))
    if name == "order":
        return replace(old, zero_of=replace(old.zero_of, order=draw(st.integers(-1, 3))))
    other = draw(st.sampled_from(formulas_of(certificate)))
    return replace(old, zero_of=Smooth(other, old.zero_of.order))


@st.composite
def listed(draw: Any, items: tuple, other: Any) -> tuple:
    """A tuple with an entry dropped, doubled, swapped, put in or changed."""
    items = list(items)
    choice = draw(st.sampled_from(["drop", "double", "swap", "insert", "change", "change"]))
    place = draw(st.integers(0, max(len(items) - 1, 0)))
    if choice == "insert" or not items:
        items.insert(place, draw(other(None)))
    elif choice == "drop":
        del items[place]
    elif choice == "double":
        items.insert(place, items[place])
    elif choice == "swap":
        there = draw(st.integers(0, len(items) - 1))
        items[place], items[there] = items[there], items[place]
    else:
        items[place] = draw(other(items[place]))
    return tuple(items)


@st.composite
def piece(draw: Any, certificate: Certificate, old: PieceCertificate | None) -> PieceCertificate:
    if old is None:
        old = draw(st.sampled_from(certificate.pieces))
    name = draw(st.sampled_from(["start", "end", "formula", "shown", "marks", "stretches", "both", "fused"]))
    if name in ("start", "end"):
        return replace(old, **{name: draw(point(certificate, getattr(old, name)))})
    if name in ("formula", "shown"):
        other = draw(st.sampled_from(formulas_of(certificate)))
        return replace(old, **{name: other * (1 + draw(STEP)) if draw(st.booleans()) else other})
    if name == "marks":
        return replace(old, marks=draw(listed(old.marks, lambda one: point(certificate, one))))
    if name == "stretches":
        return replace(old, stretches=draw(listed(old.stretches, lambda _: st.sampled_from(KINDS))))
    n = draw(st.integers(0, max(len(old.marks) - 1, 0)))
    if name == "fused" or not old.marks:  # a mark less, and the stretches beside it one
        kind = (draw(st.sampled_from(KINDS)),)
        return replace(
            old,
            marks=old.marks[:n] + old.marks[n + 1 :],
            stretches=old.stretches[:n] + kind + old.stretches[n + 2 :],
        )
    marks = [*old.marks, draw(point(certificate))]
    marks = sorted((mark for mark in marks if isinstance(mark, Point)), key=_place)
    kinds = draw(st.lists(st.sampled_from(KINDS[:4]), min_size=len(marks) + 1, max_size=len(marks) + 1))
    return replace(old, marks=tuple(marks), stretches=tuple(kinds))


def _place(mark: Point) -> float:
    return float(mark.value) if mark.value.is_number and mark.value.is_real else 0.0


@st.composite
def part(draw: Any, old: Part | None) -> Part:
    end = st.builds(Extreme, NUMBER, st.booleans())
    if old is None:
        return Part(draw(end), draw(end))
    name = draw(st.sampled_from(["lower", "upper"]))
    said = getattr(old, name)
    field = draw(st.sampled_from(["value", "attained", "low", "high"]))
    if field == "attained":
        changed = replace(said, attained=not said.attained)
    else:
        value = getattr(said, field)
        other = draw(NUMBER) if value is None or draw(st.booleans()) else value + draw(STEP)
        changed = replace(
            said, **{field: draw(st.sampled_from([other, None])) if field != "value" else other}
        )
    return replace(old, **{name: changed})


@st.composite
def mutated(draw: Any, certificate: Certificate) -> Certificate:
    """A certificate with a few of its fields changed."""
    for _ in range(draw(st.integers(1, 3))):
        certificate = draw(changed(certificate))
    return certificate


@st.composite
def changed(draw: Any, old: Certificate) -> Certificate:
    names = [field.name for field in fields(old)]
    name = draw(st.sampled_from([*names, "pieces", "pieces", "pieces"]))
    if name == "expression":
        return replace(old, expression=draw(st.sampled_from(formulas_of(old))))
    if name == "order":
        return replace(old, order=draw(st.integers(-1, 3)))
    if name == "period":
        period = draw(st.one_of(st.none(), NUMBER))
        return replace(old, period=draw(st.sampled_from([period, old.period and old.period / 2, old.period])))
    if name == "pieces":
        if not old.pieces:
            return old
        return replace(old, pieces=draw(listed(old.pieces, lambda one: piece(old, one))))
    if name == "joints":
        joint = (
            st.tuples(point(old), st.sampled_from(JOINTS)) if old.pieces else st.just((Point(S.Zero), "kink"))
        )
        return replace(old, joints=draw(listed(old.joints, lambda _: joint)))
    return replace(old, **{name: draw(listed(getattr(old, name), part))})
