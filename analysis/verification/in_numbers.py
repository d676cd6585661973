"""Equations and functions of SymPy in numbers: on arrays of NumPy, and as plain torch operations."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache as remembered

import numpy as np
import torch
from sympy import (
    Expr,
    Function,
    Heaviside,
    Indexed,
    Max,
    Min,
    Piecewise,
    Pow,
    Symbol,
    lambdify,
)

from analysis.verification.one_step import Arrays
from derivations import Equation, v
from derivations.calculus.backpropagation import batch, n_above, n_below, n_here, n_out


def evaluate(equation: Equation, arrays: Arrays, constants: tuple[tuple[Symbol, float], ...]) -> np.ndarray:
    """The right side in numbers, for all indices of the left side; `arrays` has the array of each letter."""
    rows = {n_below: "y^r-1", n_here: "v^r", n_above: "v^r+1", n_out: "v^R"}
    sizes = {size: len(arrays[name]) for size, name in rows.items() if name in arrays}
    sizes[batch] = arrays["v^r"].shape[1]
    elements, function = _instantiated(equation.right, (*sizes.items(), *constants))
    shape, indices = _indices(equation.left, arrays)
    values = [
        arrays[str(element.base)][tuple(indices[n] if n in indices else int(n) - 1 for n in element.indices)]
        for element in elements
    ]
    with np.errstate(all="ignore"):  # what overflows is not finite, and is told as that
        return np.broadcast_to(function(*values), shape)


@remembered
def _instantiated(
    right: Expr, values: tuple[tuple[Symbol, float], ...]
) -> tuple[list[Indexed], Callable[..., np.ndarray]]:
    """The elements that are left once the sums are carried out, and the right side as a function of them."""
    expanded = right.subs(dict(values)).doit()
    elements = sorted(expanded.atoms(Indexed), key=str)
    names = [Symbol(f"x{n}", real=True) for n in range(len(elements))]
    special = {"erf": np.vectorize(math.erf), "erfc": np.vectorize(math.erfc)}
    named = expanded.xreplace(dict(zip(elements, names, strict=True)))
    return elements, lambdify(names, named, [special, "numpy"])


def _indices(left: Expr, arrays: Arrays) -> tuple[tuple[int, ...], dict[Expr, np.ndarray]]:
    """The shape of the left side, and its indices as an open grid; a scalar has none."""
    for element in left.atoms(Indexed):
        shape = arrays[str(element.base)].shape
        return shape, dict(zip(element.indices, np.ix_(*map(range, shape)), strict=True))
    return (), {}


def in_torch(expression: Expr) -> Callable[[torch.Tensor], torch.Tensor]:
    """f in plain torch operations, as SymPy prints them: nothing of the generated code is in it."""
    # torch.max and torch.sqrt take no plain numbers, as SymPy prints them.
    numbers = {part: part.n(17) for part in expression.atoms(Pow, Function) if part.is_number}
    # An absolute value stays one: the root of a case that does not hold would spoil the gradient.
    cases = expression.xreplace(numbers).rewrite([Max, Min, Heaviside], Piecewise)
    function = lambdify(v, cases, "torch")

    def evaluated(x: torch.Tensor) -> torch.Tensor:
        y = function(x)
        if isinstance(y, torch.Tensor) and y.requires_grad == x.requires_grad and y.dtype == x.dtype:
            return y
        return torch.as_tensor(y, dtype=x.dtype) + 0 * x  # of a step, which torch gives as numbers alone

    return evaluated
