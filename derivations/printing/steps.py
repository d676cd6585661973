"""The steps of a derivation, from definition to deltas: sentences and equations, in no language yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Basic, Derivative, Equality, Expr, Interval, factor, together

from derivations.calculus.backpropagation import backpropagation, f
from derivations.derivation import Derivation
from derivations.language.activation import v, y
from derivations.proofs.certificate import Cell, PieceCertificate, critical_value, interval_between, limit_at

NEAR = 20  # digits to which a critical point without a closed form is known here

slope_of = Derivative(f(v), v)


@dataclass(frozen=True)
class Display:
    """An equation on lines of its own."""

    left: Expr
    right: Basic


Sentence = tuple[str | Basic, ...]


@dataclass(frozen=True)
class Step:
    """What is done, and the lines that it gives: each an equation, or words with expressions among them."""

    title: str
    lines: tuple[Display | Sentence, ...]


def steps(derivation: Derivation) -> list[Step]:
    """The steps in the order in which a reader can follow them.

    >>> from derivations import activations, derive
    >>> [step.title for step in steps(derive(activations["tanh"]))][:3]
    ['Definition', 'Derivative by the rules', 'In terms of the output']
    """
    slopes = derivation.slopes
    found = [
        Step("Definition", (Display(f(v), derivation.activation.expression),)),
        Step("Derivative by the rules", (Display(slope_of, slopes.rules),)),
    ]
    if slopes.derivative != slopes.rules:
        found.append(Step("Simplified", (Display(slope_of, slopes.derivative),)))
    found.append(Step("In terms of the output", tuple(_of_output(slopes.in_terms_of_output))))
    found += proof(derivation)
    deltas = [backpropagation().output_delta, derivation.hidden_delta, derivation.hidden_delta_of_output]
    shown = tuple(Display(equation.left, equation.right) for equation in deltas if equation)
    return [*found, Step("Deltas of the output layer and of a hidden layer", shown)]


def proof(derivation: Derivation) -> list[Step]:
    """The steps that prove the gradient range: kinks, critical points, limits, range."""
    proven = derivation.gradient_range
    certificate = proven.certificate
    limits = [sentence for piece in certificate.pieces for sentence in _limits(piece)]
    limits += [
        ("At ", _equal(v, point), " the pieces meet smoothly, with the derivative ", value, ".")
        for point, value in certificate.joints
    ]
    critical = tuple(sentence for piece in certificate.pieces for sentence in _critical_points(piece))
    found = [
        Step("Kinks", (_kinks(derivation.slopes.not_differentiable_at),)),
        Step("Critical points", critical),
    ]
    if limits:
        found.append(Step("Limits", tuple(limits)))
    return [*found, Step("Gradient range", tuple(_range(derivation)))]


def _of_output(form: Expr | None) -> Iterator[Display | Sentence]:
    if form is None:
        yield ("No closed form of ", slope_of, " in terms of the output ", y, " was found.")
    else:
        yield ("With ", y, " for ", f(v), ":")
        yield Display(slope_of, form)


def _kinks(points: Sequence[Expr]) -> Sentence:
    if not points:
        return ("The function has a derivative everywhere.",)
    at = _listed([(_equal(v, point),) for point in points])
    return ("At ", *at, " the function has no derivative: no value comes from there.")


def _critical_points(piece: PieceCertificate) -> Iterator[Sentence]:
    """Where g' is zero on a piece, which is all that its monotone stretches leave."""
    low, _ = piece.extremes
    where = _where(piece)
    kinds = {cell.kind for cell in piece.cells}
    critical = [cell for cell in piece.cells if cell.kind == "critical"]
    if "constant" in kinds:
        yield (*where, "the derivative is the constant ", low.value, ".")
        return
    if "swinging" in kinds:
        yield (
            *where,
            "the derivative swings between ever larger values of both signs: it takes every value.",
        )
        return
    zeros = ("only at ", *_listed([(_point(cell),) for cell in critical])) if critical else ("nowhere",)
    yield (
        *where,
        "the slope of the derivative is ",
        _shortest(piece.slope.diff(v)),
        ", which is zero ",
        *zeros,
        ".",
    )
    if critical:
        values = _listed([(critical_value(piece.slope, cell).value,) for cell in critical])
        yield ("There the derivative is ", *values, "; between, it is monotone.")
    if "within" in kinds:
        yield ("Where its slope changes sign again and again, it stays strictly between its extremes.",)


def _limits(piece: PieceCertificate) -> Iterator[Sentence]:
    if piece.cells[0].kind == piece.cells[-1].kind == "monotone" and not piece.periodic:
        left, right = (limit_at(piece, end) for end in (piece.start, piece.end))
        yield (
            *_where(piece), "the derivative tends to ", left, " towards the left end and to ", right,
            " towards the right end, and does not reach them there.",
        )  # fmt: skip


def _range(derivation: Derivation) -> Iterator[Sentence]:
    proven = derivation.gradient_range
    for piece in proven.certificate.pieces if len(proven.certificate.pieces) > 1 else ():
        if piece.cells[0].kind != "constant":
            yield (*_where(piece), "the derivative takes the values ", interval_between(*piece.extremes), ".")
    yield ("The gradient range is ", proven.values, ".")
    if proven.kind == "enclosed":
        yield ("Ends without a closed form are enclosed: they are proven to 20 decimals.",)


def _where(piece: PieceCertificate) -> Sentence:
    if piece.periodic:
        return ("On one period, of length ", piece.end - piece.start, ", ")
    if piece.bounded:
        return ("For ", v, " in ", Interval.open(piece.start, piece.end), ", ")
    return ("For all ", v, ", ")


def _point(cell: Cell) -> Basic:
    """Where a critical point is: in closed form, or by its first digits."""
    return _equal(v, ((cell.start + cell.end) / 2).evalf(NEAR) if cell.point is None else cell.point)


def _equal(left: Expr, right: Expr) -> Basic:
    return Equality(left, right, evaluate=False)


def _listed(items: Sequence[Sentence]) -> Sentence:
    """a, b and c."""
    joined: list[str | Basic] = []
    for n, item in enumerate(items):
        joined += [", " if n < len(items) - 1 else " and "] if n else []
        joined += item
    return tuple(joined)


def _shortest(expression: Expr) -> Expr:
    return min((expression, together(expression), factor(expression)), key=lambda form: form.count_ops())
