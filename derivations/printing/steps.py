"""The steps of a derivation, from definition to deltas: sentences and equations, in no language yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sympy import Basic, Derivative, Equality, Expr, Float, Interval, oo

from derivations.arithmetic import identities
from derivations.arithmetic.exact import Sum
from derivations.arithmetic.numbers import as_expression, decimal_between
from derivations.arithmetic.points import Point, Smooth
from derivations.arithmetic.signs import is_constant
from derivations.arithmetic.values import limit_at
from derivations.calculus.backpropagation import backpropagation, f
from derivations.calculus.differentiation import Differentiation
from derivations.calculus.facts import Facts
from derivations.language.activation import v, y
from derivations.printing.derived import Derived
from derivations.printing.written import as_defined, delta_as_written, function_as_written, slope_in_v
from derivations.proofs.bounds import Number
from derivations.proofs.certificate import Part, PieceCertificate

NEAR = 20  # digits to which a critical point without a closed form is known here

slope_of = Derivative(f(v), v)


@dataclass(frozen=True)
class Display:
    """An equation on lines of its own; `written` is its right side as people write it, where that is another form."""

    left: Expr
    right: Basic
    written: Basic | None = None

    @property
    def shown(self) -> Basic:
        """The right side for people."""
        return self.right if self.written is None else self.written


Sentence = tuple[str | Basic, ...]


@dataclass(frozen=True)
class Step:
    """What is done, and the lines that it gives: each an equation, or words with expressions among them."""

    title: str
    lines: tuple[Display | Sentence, ...]


def steps(derivation: Derived) -> list[Step]:
    """The steps in the order in which a reader can follow them.

    >>> from derivations import activations, derive
    >>> [step.title for step in steps(derive(activations["tanh"]))][:3]
    ['Definition', 'Derivative by the rules', 'In terms of the output']
    """
    slopes = derivation.slopes
    found = [
        Step("Definition", (Display(f(v), derivation.activation.expression, function_as_written(slopes)),)),
        Step("Derivative by the rules", (Display(slope_of, slopes.rules, slope_in_v(slopes, slopes.rules)),)),
    ]
    if slopes.derivative != slopes.rules:
        found.append(Step("Simplified", (Display(slope_of, slopes.derivative, slope_in_v(slopes)),)))
    found.append(Step("In terms of the output", tuple(_of_output(slopes))))
    found += proof(derivation)
    found.append(Step("Shape", tuple(_shape(derivation.facts))))
    return [*found, Step("Deltas of the output layer and of a hidden layer", tuple(_deltas(derivation)))]


def proof(derivation: Derived) -> list[Step]:
    """The steps that prove the gradient range: kinks, critical points, limits, range."""
    certificate = derivation.gradient_range.certificate
    limits = [sentence for piece in certificate.pieces for sentence in _limits(piece)]
    limits += [
        (
            "At ",
            _equal(v, point.value),
            " the pieces meet smoothly, with the derivative ",
            _value(piece, point),
            ".",
        )
        for piece in certificate.pieces
        for point, joint in certificate.joints
        if joint == "smooth" and piece.start == point
    ]
    critical = tuple(
        sentence
        for piece, part in zip(certificate.pieces, certificate.by_piece, strict=True)
        for sentence in _critical_points(
            piece, part, certificate.period if len(certificate.pieces) == 1 else None
        )
    )
    if certificate.summands:
        critical = (
            ("It is the sum of two waves that have no common period, and comes as near as one likes to any value of",
             " the one and any of the other at once."),
        )  # fmt: skip
    found = [Step("Kinks", tuple(_kinks(derivation.slopes))), Step("Critical points", critical)]
    if limits:
        found.append(Step("Limits", tuple(limits)))
    return [*found, Step("Gradient range", tuple(_range(derivation)))]


def _deltas(derivation: Derived) -> Iterator[Display]:
    output, slopes = backpropagation().output_delta, derivation.slopes
    yield Display(output.left, output.right)
    hidden, of_output = derivation.hidden_delta, derivation.hidden_delta_of_output
    yield Display(hidden.left, hidden.right, delta_as_written(slopes).right)
    if of_output:
        yield Display(of_output.left, of_output.right, as_defined(of_output.right, slopes))


def _of_output(slopes: Differentiation) -> Iterator[Display | Sentence]:
    form = slopes.in_terms_of_output
    if form is None:
        yield ("No closed form of ", slope_of, " in terms of the output ", y, " was found.")
    else:
        yield ("With ", y, " for ", f(v), ":")
        yield Display(slope_of, form, as_defined(form, slopes))


_HOW = {
    "kink": "the function has no derivative",
    "vertical": "the slope of the function grows without bound, and it has no derivative",
    "jump": "the function jumps, and has no derivative",
}


def _kinks(slopes: Differentiation) -> Iterator[Sentence]:
    if not slopes.joints:
        yield ("The function has a derivative everywhere.",)
        return
    again = () if slopes.period is None else (", and again after every ", slopes.period, ",")
    for how, words in _HOW.items():
        points = [
            p for p, joint in zip(slopes.not_differentiable_at, slopes.joints, strict=True) if joint == how
        ]
        if points:
            at = _listed([(_equal(v, point),) for point in points])
            yield ("At ", *at, *again, f" {words}: no value comes from there.")


def _critical_points(piece: PieceCertificate, part: Part, period: Expr | None) -> Iterator[Sentence]:
    """Where g' is zero on a piece, which is all that its monotone stretches leave."""
    where = _where(piece, period)
    if part.lower == part.upper:
        yield (*where, "the derivative is the constant ", part.lower.value, ".")
        return
    if "wave" in piece.stretches and (part.lower.value, part.upper.value) == (-oo, oo):
        yield (
            *where,
            "the derivative swings between ever larger values of both signs: it takes every value.",
        )
        return
    slope = Smooth(piece.formula, 2)
    sides = zip(piece.marks, pairwise(piece.stretches), strict=True)
    found = [mark for mark, kinds in sides if set(kinds) == {"monotone"}]
    critical = [
        mark for mark in found if mark.zero_of is not None or identities.is_zero(slope.at(mark.exact)[0])
    ]
    others = "within" in piece.stretches
    zeros = (
        "only at ",
        *_listed([(_equal(v, mark.value.evalf(NEAR) if mark.zero_of else mark.value),) for mark in critical]),
    )
    bend = piece.shown.diff(v) if piece.bend is None else piece.bend
    zero_at = zeros if critical else ("nowhere",)
    end = " but where the derivative is bounded as said below." if others else "."
    yield (*where, "the slope of the derivative is ", bend, ", which is zero ", *zero_at, end)
    if critical:
        values = _listed([(_value(piece, mark),) for mark in critical])
        yield ("There the derivative is ", *values, "; between, it is monotone.")
    if others:
        yield ("Elsewhere it is proven to stay strictly between its extremes.",)
    if "periodic" in piece.stretches:
        yield ("Beyond, its values repeat.",)
    if "wave" in piece.stretches:
        yield ("Towards infinity it swings, and comes near limits that it does not reach.",)


def _value(piece: PieceCertificate, point: Point) -> Expr:
    """The derivative at a point of the piece: in closed form, or a decimal of it."""
    found = limit_at(Smooth(piece.formula, 1), point, 1)
    return _shown(found)


def _shown(found: Number) -> Expr:
    if isinstance(found, int):
        return found * oo
    return as_expression(found) if isinstance(found, Sum) else Float(decimal_between(found)[0], 30)


def _limits(piece: PieceCertificate) -> Iterator[Sentence]:
    """The limits at both ends, where the derivative is not constant, and monotone towards them."""
    slope = Smooth(piece.formula, 2)
    if set(piece.stretches[:1] + piece.stretches[-1:]) == {"monotone"} and not is_constant(slope):
        ends = ((piece.start, 1), (piece.end, -1))
        left, right = (_shown(limit_at(Smooth(piece.formula, 1), end, side)) for end, side in ends)
        yield (
            *_where(piece, None), "the derivative tends to ", left, " towards the left end and to ", right,
            " towards the right end, and does not reach them there.",
        )  # fmt: skip


def _range(derivation: Derived) -> Iterator[Sentence]:
    proven = derivation.gradient_range
    certificate = proven.certificate
    pairs = [*zip(certificate.pieces, certificate.by_piece, strict=True)]
    for piece, part in pairs if len(pairs) > 1 else ():
        if part.lower != part.upper:
            yield (*_where(piece, None), "the derivative takes the values ", part.values, ".")
    yield ("The gradient range is ", proven.values, ".")
    if proven.kind == "enclosed":
        yield ("Ends without a closed form are enclosed: they are proven to 20 decimals.",)


_MONOTONE = {
    "increasing": "It is increasing", "decreasing": "It is decreasing", "constant": "It is constant",
    "no": "It is not monotone",
}  # fmt: skip
_CONVEX = {"convex": "convex", "concave": "concave", "both": "a line", "no": "neither convex nor concave"}
_PARITY = {"odd": "odd", "even": "even", "both": "odd and even", "neither": "neither odd nor even"}


def _shape(facts: Facts) -> Iterator[Sentence]:
    """What else is proven of the function; what is not, is left out."""
    if facts.values is not None:
        bounded = "it is bounded" if facts.bounded else "it is not bounded"
        yield ("The function takes the values ", facts.values.values, f": {bounded}.")
    if facts.curvature is not None:
        yield ("Its second derivative takes the values ", facts.curvature.values, ".")
    for what, constant in (("It", facts.lipschitz), ("Its derivative", facts.slope_lipschitz)):
        if constant is not None:
            yield (f"{what} has no Lipschitz constant.",) if constant == oo else (
                f"{what} has the Lipschitz constant ", constant, ".",
            )  # fmt: skip
    words = [
        names[name]
        for names, name in ((_MONOTONE, facts.monotone), (_CONVEX, facts.convex), (_PARITY, facts.parity))
        if name is not None
    ]
    if words:
        first = words[0] if words[0].startswith("It") else f"It is {words[0]}"
        yield (", ".join([first, *words[1:]]) + ".",)
    if facts.slope_changes_sign is not None:
        yield _sign_changes(facts)


def _sign_changes(facts: Facts) -> Sentence:
    points = facts.slope_changes_sign or ()
    if not points:
        return ("Its slope never changes its sign.",)
    again = () if facts.period is None else (", and again after every ", facts.period)
    shown = [point.evalf(NEAR) if point.is_Float else point for point in points]
    return ("Its slope changes its sign at ", *_listed([(_equal(v, point),) for point in shown]), *again, ".")


def _where(piece: PieceCertificate, period: Expr | None) -> Sentence:
    if period is not None:
        return ("On one period, of length ", period, ", ")
    ends = [end.value if isinstance(end, Point) else end for end in (piece.start, piece.end)]
    if ends != [-oo, oo]:
        return ("For ", v, " in ", Interval.open(*ends), ", ")
    return ("For all ", v, ", ")


def _equal(left: Expr, right: Expr) -> Basic:
    return Equality(left, right, evaluate=False)


def _listed(items: Sequence[Sentence]) -> Sentence:
    """a, b and c."""
    joined: list[str | Basic] = []
    for n, item in enumerate(items):
        joined += [", " if n < len(items) - 1 else " and "] if n else []
        joined += item
    return tuple(joined)
