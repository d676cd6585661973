"""A chain of layers with one unit each: how many factors f' the derivatives of its outputs and of its loss have."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Function, Symbol

SLOPE = Function("g")  # f', a name that SymPy does not write as a derivative, so that it can be counted


class _Activation(Function):
    """f, whose derivative is `SLOPE`."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return SLOPE(*self.args)


def slopes_in_chain(layers: int) -> list[dict[str, Any]]:
    """Of each hidden layer r of a chain y_r = f(w_r y_(r-1)) with the loss E(w_R y_(R-1)), counted by SymPy.

    Keys: layer; outputs, the factors f' in the derivative of y_r by the input y_0; weights, those in dE/dw_r.

    >>> slopes_in_chain(3)
    [{'layer': 1, 'outputs': 1, 'weights': 2}, {'layer': 2, 'outputs': 2, 'weights': 1}]
    """
    w = [Symbol(f"w{r}") for r in range(1, layers + 1)]
    y = [Symbol("y0")]
    for weight in w[:-1]:
        y.append(_Activation(weight * y[-1]))
    loss = Function("E")(w[-1] * y[-1])
    return [
        {"layer": r, "outputs": _slopes(y[r].diff(y[0])), "weights": _slopes(loss.diff(w[r - 1]))}
        for r in range(1, layers)
    ]


def _slopes(expression: Expr) -> int:
    return len(expression.atoms(SLOPE))
