"""Test accuracy by the variance of the weights and by depth, and the depth up to which networks should learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analysis.figures.drawing import blank, legend_below, styled
from analysis.figures.style import BLACK, TEXT_WIDTH
from analysis.theory.predictions import TRAINABLE
from analysis.theory.reach import reach
from derivations import Derivation
from derivations.wide.propagation import wide_networks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.figure import Figure

_POINTS = 300  # of the curve
_PALE = 60  # per cent, above which a cell is too pale for white letters


@styled
def accuracy_by_depth(rows: pl.DataFrame, derivation: Derivation, bias_variance: float) -> Figure:
    """A cell for each network, coloured by its test accuracy, and over the cells the reach of such networks.

    `rows` have weight_variance, depth and accuracy: every depth with every variance.
    """
    variances, depths = (rows[name].unique().sort().to_numpy() for name in ("weight_variance", "depth"))
    percents = 100 * rows.sort("depth", "weight_variance")["accuracy"].to_numpy().reshape(len(depths), -1)
    across, up = _between(variances), _between(depths)
    figure = blank(TEXT_WIDTH, 0.56 * TEXT_WIDTH)
    axes = figure.subplots()
    cells = axes.pcolormesh(across, up, percents, vmin=0, vmax=100, edgecolors="white", linewidth=0.4)
    _write(axes, cells, variances, percents, depths)
    _draw_reach(axes, derivation, bias_variance, (across[0], across[-1]))
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(up[0], up[-1])
    axes.set_yticks(depths)
    axes.grid(visible=False)
    axes.set_xlabel(r"$\sigma_w^2$")
    axes.set_ylabel("layers")
    figure.colorbar(cells, ax=axes, label="test accuracy / %")
    legend_below(figure, axes)
    return figure


def _between(places: np.ndarray) -> np.ndarray:
    """The ends of cells about at least two ascending places: halfway between two, and as far beyond the outer ones."""
    halves = np.diff(places) / 2
    return np.concatenate([[places[0] - halves[0]], places[:-1] + halves, [places[-1] + halves[-1]]])


def _write(
    axes: Axes, cells: QuadMesh, variances: np.ndarray, percents: np.ndarray, depths: np.ndarray
) -> None:
    """The number of each cell, (depths, variances), at its place on its colour, so that the curve leaves it free."""
    for (n, m), value in np.ndenumerate(percents):
        box = {"boxstyle": "square,pad=0.05", "facecolor": cells.to_rgba(value), "edgecolor": "none"}
        axes.text(
            float(variances[m]),
            float(depths[n]),
            f"{value:.0f}",
            color=BLACK if value > _PALE else "white",
            fontsize=8,
            ha="center",
            va="center",
            zorder=3,
            bbox=box,
        )


def _draw_reach(axes: Axes, derivation: Derivation, bias_variance: float, ends: tuple[float, float]) -> None:
    """The curve of the reach, which is nowhere drawn where there is none."""
    from matplotlib.patheffects import withStroke

    variances = np.linspace(*ends, _POINTS)
    found = [reach(wide_networks(derivation), float(x), bias_variance) for x in variances]
    layers = np.array([np.nan if each is None else each for each in found])
    axes.plot(
        variances,
        layers,
        color=BLACK,
        linewidth=1.4,
        path_effects=[withStroke(linewidth=3.5, foreground="white")],
        label=rf"${TRAINABLE:g}\,\xi_c$",
    )
