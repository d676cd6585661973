"""Activations, their derivatives and their gradient ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from sympy import Expr, FiniteSet, Set

from analysis.figures.drawing import blank, grid, styled
from analysis.figures.style import TEXT_WIDTH, looks
from derivations import Derivation
from derivations.printing.notation import intervals
from derivations.wide.quadrature import numeric

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@styled
def activation_functions(derived: Sequence[Derivation]) -> Figure:
    """f and f' of each activation side by side, the gradient range as a bar beside the axis of f'."""
    figure = blank(TEXT_WIDTH, 1.35 * len(derived))
    rows = figure.subplots(len(derived), 2, squeeze=False, sharex=True)
    look = looks(derivation.activation.name for derivation in derived)
    for (left, right), derivation in zip(rows, derived, strict=True):
        colour = look[derivation.activation.name].colour
        _curve(left, derivation.activation.expression, (), colour)
        left.set_ylabel(derivation.activation.title)
        _curve(right, derivation.slopes.derivative, derivation.slopes.not_differentiable_at, colour)
        _range_bar(right, derivation, colour)
    rows[0][0].set_title("$f(v)$")
    rows[0][1].set_title("$f'(v)$, with its range beside it")
    for axes in rows[-1]:
        axes.set_xlabel("$v$")
    return figure


_TALLEST = 20.0  # of what a panel of the atlas shows of a range without bounds


@styled
def atlas(derived: Sequence[Derivation]) -> Figure:
    """Small multiples: f (thin) and f' (thick) of each activation, its gradient range a bar at the right."""
    figure, panels = grid(len(derived))
    look = looks(derivation.activation.name for derivation in derived)
    for axes, derivation in zip(panels, derived, strict=True):
        colour = look[derivation.activation.name].colour
        axes.axhline(0, color="#bbbbbb", linewidth=0.4)
        _curve(axes, derivation.activation.expression, (), colour, linewidth=0.6)
        _curve(axes, derivation.slopes.derivative, derivation.slopes.not_differentiable_at, colour)
        axes.set_title(derivation.activation.title, fontsize=8, pad=2)
        low, high = (0, 0) if derivation.unproven else _ends(derivation.gradient_range.values)
        axes.set_ylim(min(-1.2, max(low, -_TALLEST) - 0.2), max(2.2, min(high, _TALLEST) + 0.2))
        _range_bar(axes, derivation, colour)
        axes.tick_params(labelsize=7)
    return figure


def _curve(axes: Axes, expression: Expr, breaks: Iterable[Expr], colour: str, linewidth: float = 1.1) -> None:
    """The expression over [-5, 5], interrupted at the breaks, with a hollow circle at each open end."""
    function = numeric(expression)  # nan, and a gap, where it has no value
    ends = [-5.0, *(float(point) for point in breaks), 5.0]
    for start, end in pairwise(ends):
        points = np.linspace(start, end, 201)[1:-1]
        axes.plot(points, function(points), color=colour, linewidth=linewidth)
    for point in ends[1:-1]:
        heights = function(np.array([point - 1e-9, point + 1e-9]))
        axes.plot([point, point], heights, "o", markerfacecolor="white", markeredgecolor=colour)
    axes.set_xlim(-5, 5)


def _ends(values: Set) -> tuple[float, float]:
    return float(values.inf), float(values.sup)


def _range_bar(axes: Axes, derivation: Derivation, colour: str) -> None:
    """The gradient range as a bar: filled circles are attained, hollow ones are not. None if unproven.

    Where the range has no bound the bar goes to the edge of the panel.
    """
    beside, edges = 5.9, axes.get_ylim()
    for part in () if derivation.unproven else intervals(derivation.gradient_range.values):
        ends = _ends(part)
        shown = [end if isfinite(end) else edge for end, edge in zip(ends, edges, strict=True)]
        attained = [True] if isinstance(part, FiniteSet) else [part.inf in part, part.sup in part]
        axes.plot([beside, beside], shown, color=colour, linewidth=2.5, solid_capstyle="butt")
        for height, closed in zip(ends, attained, strict=False):
            if isfinite(height):
                face = colour if closed else "white"
                axes.plot(beside, height, "o", markersize=4.5, markerfacecolor=face, markeredgecolor=colour)
        if tuple(shown) != ends:
            axes.set_ylim(edges)
    axes.set_xlim(-5, 6.3)
