"""How alike images become from layer to layer, measured and predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from analysis.figures.drawing import blank, by_layer, legend_below, styled
from analysis.figures.style import BLACK, TEXT_WIDTH, looks
from analysis.results.alike import SINGLE
from derivations.language.registry import title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LOWEST = 1e-18  # 1 - rho, far below what single precision can show


@styled
def correlation_profiles(probes: pl.DataFrame, theory: pl.DataFrame, names: Sequence[str]) -> Figure:
    """The correlation of v of two images in untrained networks against the layer; below, what it lacks to one.

    A panel for each depth. Thin lines are seeds, thick lines their medians; predictions lie over them, black and
    dashed. `probes` and `theory` have the column decorrelation; the dotted line is what single precision can show.
    """
    start = probes.filter(pl.col("activation").is_in(names), pl.col("decorrelation").is_finite(), epoch=0)
    depths = probes["depth"].unique(maintain_order=True).to_list()
    figure = blank(TEXT_WIDTH, 0.7 * TEXT_WIDTH)
    upper, lower = figure.subplots(2, len(depths), sharex="col", sharey="row", squeeze=False)
    for above, below, depth in zip(upper, lower, depths, strict=True):
        for name, look in looks(names).items():
            runs = start.filter(activation=name, depth=depth)
            expected = theory.filter(activation=name, depth=depth).drop_nulls("decorrelation")
            for axes, value in ((above, 1 - pl.col("decorrelation")), (below, pl.col("decorrelation"))):
                label = title(name) if axes is above else "_"
                by_layer(axes, runs.with_columns(value=value), "value", look.colour, label)
                axes.plot(expected["layer"], expected.select(value).to_series(), **_DASHED)
        below.axhline(SINGLE, color=BLACK, linewidth=0.6, linestyle=":")
        below.set_yscale("log")
        above.set_title(f"{depth} layers")
        below.set_xlabel("layer $r$")
        below.xaxis.get_major_locator().set_params(integer=True)
    lower[0].set_ylim(_LOWEST, 3)
    upper[0].plot([], [], label="predicted", **_DASHED)
    upper[0].set_ylabel(r"correlation $\rho^{(r)}$")
    lower[0].set_ylabel(r"$1 - \rho^{(r)}$")
    legend_below(figure, upper[0])
    return figure


_DASHED = {"color": BLACK, "linewidth": 0.8, "dashes": (4, 2)}
