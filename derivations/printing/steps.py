"""The steps of a derivation, from definition to deltas: sentences and equations, in no language yet."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Derivative, oo

from derivations.calculus.backpropagation import backpropagation, f
from derivations.calculus.differentiation import Differentiation
from derivations.calculus.facts import Facts
from derivations.language.activation import v, y
from derivations.printing.derived import Derived
from derivations.printing.proof import proof
from derivations.printing.sentences import NEAR, Display, Sentence, Step, equal, listed
from derivations.printing.written import as_defined, delta_as_written, function_as_written, slope_in_v

slope_of = Derivative(f(v), v)


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
    return ("Its slope changes its sign at ", *listed([(equal(v, point),) for point in shown]), *again, ".")
