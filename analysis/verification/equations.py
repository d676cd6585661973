"""Each displayed equation in numbers, beside the code that trains and torch's autograd, in float64.

The numbers come from the SymPy expressions themselves: for a small network the sizes are put in, the sums
carried out, and each element looked up in an array. Each equation is checked by itself: it is given the
values of the network that autograd differentiates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from sympy import (
    Derivative,
    Expr,
    IndexedBase,
    Symbol,
)

from analysis.studies.patterns import CLASSES, Data
from analysis.studies.run import OPTIMIZER_KEYS, Protocol, Run, written
from analysis.training.networks import MEANS, Networks
from analysis.training.ways import networks_of
from analysis.verification.compared import EquationCheck
from analysis.verification.in_numbers import evaluate, in_torch
from analysis.verification.one_step import (
    Arrays,
    LayerArrays,
    by_autograd,
    by_networks,
    seen_from,
    slope,
    take_step,
)
from derivations import Activation, Differentiation, Equation, backpropagation, differentiate, softmax_sum, v
from derivations.calculus.backpropagation import (
    f,
    i,
    layer,
    learning_rate,
    mu,
    v_here,
    with_output_slope,
    with_this_slope,
)
from derivations.calculus.descent import beta_1, beta_2, decay, momentum, small, steps, updates
from derivations.printing.written import plain, slope_as_written, slope_in_v

PLAIN = Protocol(epochs=1)
DEPTH, INPUTS, WIDTH, PATTERNS = 4, 6, 5, 7
RATE = 0.5  # a large step: the change of a bias, from which its gradient is read, keeps its digits
GENTLE = 0.01  # where running means are begun by a step, after which nothing may have overflowed
POINTS = 200  # of each unit, where f' is checked by itself
BESIDE = 1e-5  # f' is also checked at this distance from each kink
LARGEST = 300  # v of the output layer: the exponential of twice that is still a number
HALVINGS = 20  # of weights and biases with which something overflows
NEAR = 1e-6  # points nearer to a kink are left out

slope_here = layer("slope", "r")  # f'(v), as numbers


def check_equations(
    activations: Sequence[Activation], cache: Path, protocol: Protocol = PLAIN
) -> tuple[EquationCheck, ...]:
    """The general equations over networks of all the activations, then those of each activation.

    The optimizer and its constants are those of the protocol.
    """
    settings = protocol.model_dump(include={*OPTIMIZER_KEYS}) | {
        "epochs": 1,
        "width": WIDTH,
        "learning_rate": RATE if protocol.optimizer == "sgd" else GENTLE,
    }
    runs = [
        Run(activation=one.name, expression=written(one), depth=DEPTH, seed=0, **settings)
        for one in activations
    ]
    random = np.random.default_rng(1)
    pixels, labels = random.integers(0, 256, (PATTERNS, INPUTS), np.uint8), np.arange(PATTERNS) % CLASSES
    data = Data("random", pixels, labels, pixels, labels)
    networks = networks_of(runs, data, np.float64, "cpu", cache)
    # Zero biases would leave their part unchecked; so would running means, which are zero before the first step.
    biases = {name: part for name, part in networks.arrays().items() if name.startswith("b")}
    drawn = {name: random.uniform(-0.5, 0.5, part.shape) for name, part in biases.items()}
    networks.restore(networks.arrays() | drawn)
    _keep_finite(networks)
    if runs[0].optimizer != "sgd":
        take_step(networks, PATTERNS)
    points = 2 * random.normal(size=(len(runs), WIDTH * POINTS))
    x, t = torch.tensor(pixels.T) / torch.tensor(255.0, dtype=torch.float64), np.eye(CLASSES)[labels].T

    functions = [in_torch(activation.expression) for activation in activations]
    slopes = [differentiate(activation.expression) for activation in activations]
    begun = networks.arrays()
    expected = [
        by_autograd(function, {name: part[n] for name, part in begun.items()}, x, torch.tensor(t), run)
        for n, (function, run) in enumerate(zip(functions, runs, strict=True))
    ]
    trained = by_networks(networks, t)
    for here, found in zip(points, slopes, strict=True):
        _put_kinks(here, found)

    table = _Table(constants_of(runs[0]))
    for n, activation in enumerate(activations):
        _general(table, activation, slopes[n], expected[n], trained[n])
        _updates(table, runs[n], expected[n], trained[n])
    for n, activation in enumerate(activations):
        own = _arrays_of(torch.tensor(points[n]).reshape(WIDTH, POINTS), functions[n])
        outputs, slopes_there = networks.function(n, points[n].tolist())
        left = {"y^r": outputs.reshape(WIDTH, POINTS), "slope^r": slopes_there.reshape(WIDTH, POINTS)}
        _derivative(table, activation.name, slopes[n], own, left)
        _recursion(table, activation.name, slopes[n], expected[n], trained[n])
    return tuple(table.rows.values())


def _keep_finite(networks: Networks) -> None:
    """Halve weights and biases until nothing overflows, as exponentials of exponentials do, and no output is 0."""
    for _ in range(HALVINGS):
        if all(np.abs(at.v[-1]).max() < LARGEST for at in networks.gradients(PATTERNS)):
            return
        networks.restore(
            {name: part / 2 if name[0] in "Wb" else part for name, part in networks.arrays().items()}
        )


def constants_of(run: Run) -> tuple[tuple[Symbol, float], ...]:
    """The constants of the equations; the step that is checked is the second, where the first has begun means."""
    values = {learning_rate: run.learning_rate, decay: run.weight_decay, momentum: run.momentum, steps: 2}
    return tuple((values | {beta_1: run.beta1, beta_2: run.beta2, small: run.adam_eps}).items())


class _Table:
    """The rows of the result, which grow as arrays are compared."""

    def __init__(self, constants: tuple[tuple[Symbol, float], ...]) -> None:
        self.constants = constants
        self.rows: dict[tuple[str, str], EquationCheck] = {}

    def compare(
        self,
        equation: Equation,
        gives: str,
        expected: Arrays,
        trained: Arrays,
        activation: str = "any",
        kinks: Sequence[Expr] = (),
    ) -> None:
        """The equation's numbers against what it `gives` by autograd, and in the stack that trains."""
        numbers = evaluate(equation, expected, self.constants)
        far = np.ones(numbers.shape, bool)
        for kink in kinks:
            far &= np.abs(expected["v^r"] - float(kink)) > NEAR
        largest = np.abs(numbers[far]).max(initial=0)
        with np.errstate(invalid="ignore"):
            differences = [
                np.abs(other[gives] - numbers)[far].max(initial=0) for other in (expected, trained)
            ]
        errors = [difference / largest if difference else 0.0 for difference in differences]
        key = (activation, equation.label)
        row = self.rows.get(key, EquationCheck(equation.label, equation.title, activation, 0, 0.0, 0))
        self.rows[key] = replace(
            row,
            points=row.points + int(far.sum()),
            # np.max keeps NaN, which max() may pass over.
            largest_relative_error=float(np.max([row.largest_relative_error, *errors])),
            excluded=row.excluded + int((~far).sum()),
        )


def _general(
    table: _Table,
    activation: Activation,
    slopes: Differentiation,
    expected: LayerArrays,
    trained: LayerArrays,
) -> None:
    """The equations that hold for any f, in one network."""
    equations, kinks = backpropagation(), slopes.not_differentiable_at
    output, recursion = equations.output, equations.hidden_delta
    output = replace(output, right=output.right.replace(f, lambda at: activation.expression.subs(v, at)))
    recursion = replace(recursion, right=recursion.right.replace(Derivative, lambda *_: slope_here[i, mu]))
    every, hidden, last = range(1, DEPTH + 1), range(1, DEPTH), (DEPTH,)
    for equation, gives, layers, near in (
        (equations.forward, "v^r", every, ()),
        (output, "y^r", hidden, kinks),
        (equations.softmax, "p", last, ()),
        (equations.loss, "E", last, ()),
        (equations.output_delta, "delta^R", last, ()),
        (recursion, "delta^r", hidden, kinks),
        (equations.weight_gradient, "dE/dw^r", every, ()),
        (equations.bias_gradient, "dE/db^r", every, ()),
        (replace(softmax_sum(), left=IndexedBase("S")[mu]), "S", last, ()),
    ):
        for r in layers:
            table.compare(equation, gives, seen_from(r, expected), seen_from(r, trained), kinks=near)


def _updates(table: _Table, run: Run, expected: LayerArrays, trained: LayerArrays) -> None:
    """What an optimizer replaces: its running means, which it then uses, and weights or biases."""
    for equation in updates(run.optimizer, run.weight_decay > 0):
        parameter = "w" if equation.label.startswith("weight") else "b"
        letter = str(equation.left.base).partition("^")[0]
        gives = f"new {letter if letter == parameter else letter + parameter}^r"
        means = "new " if letter == parameter else ""
        for r in range(1, DEPTH + 1):
            here, found = (
                at | {f"{mean}^r": at[f"{means}{mean}{parameter}^r"] for mean in MEANS[run.optimizer]}
                for at in (dict(seen_from(r, step)) for step in (expected, trained))
            )
            table.compare(equation, gives, here, found)


def _derivative(
    table: _Table, activation: str, slopes: Differentiation, expected: Arrays, trained: Arrays
) -> None:
    """f' of one activation, at points of its own."""
    at_unit = v_here[i, mu]
    derivative = Equation("derivative", "Derivative", slope_here[i, mu], Derivative(f(at_unit), at_unit))
    for equation in _with_slopes(derivative, slopes, slope_as_written(slopes)):
        table.compare(equation, "slope^r", expected, trained, activation, slopes.not_differentiable_at)


def _recursion(
    table: _Table, activation: str, slopes: Differentiation, expected: LayerArrays, trained: LayerArrays
) -> None:
    """The delta recursion of one activation, in its network."""
    kinks = slopes.not_differentiable_at
    for equation in _with_slopes(backpropagation().hidden_delta, slopes, slope_in_v(slopes)):
        for r in range(1, DEPTH):
            here, found = seen_from(r, expected), seen_from(r, trained)
            table.compare(equation, "delta^r", here, found, activation, kinks)


def _with_slopes(equation: Equation, slopes: Differentiation, written: Expr) -> list[Equation]:
    """The equation with f'(v) put in as it is written, and with f' in terms of the output where that is known."""
    of_output = with_output_slope(equation, slopes)
    renamed = [replace(of_output, label=f"{equation.label}-of-output")] if of_output else []
    return [with_this_slope(equation, plain(written)), *renamed]


def _put_kinks(points: np.ndarray, slopes: Differentiation) -> None:
    """Each kink and its two sides in place of the first points."""
    kinks = [float(kink) for kink in slopes.not_differentiable_at]
    placed = [kink + offset for kink in kinks for offset in (-BESIDE, 0, BESIDE)]
    points[: len(placed)] = placed


def _arrays_of(points: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor]) -> Arrays:
    """v, y = f(v) and f'(v) by autograd."""
    arrays = {"v^r": points, "y^r": function(points), "slope^r": slope(function, points)}
    return {name: part.numpy() for name, part in arrays.items()}
