"""The rates of training below what memory and arithmetic allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.figures.drawing import blank, styled
from analysis.figures.style import BLUE, GREEN, TEXT_WIDTH, VERMILLION
from analysis.speed.recorded import Benchmark, Rate

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def roofline(measured: Benchmark) -> Figure:
    """Achieved rate against arithmetic intensity, below what memory and arithmetic allow."""
    figure = blank(TEXT_WIDTH, 0.5 * TEXT_WIDTH)
    axes = figure.subplots()
    # The study's own width and size of mini-batches are among the layers.
    widths = {width: rate for width, rate in measured.widths.items() if width != measured.width}
    batches = {size: rate for size, rate in measured.batches.items() if size != measured.batch_size}
    series: Sequence[tuple[str, Mapping[int, Rate], str, str]] = (
        ("layers", measured.depths, BLUE, "o"),
        (f"width, at {measured.varied_at_depth} layers", widths, VERMILLION, "s"),
        (f"mini-batch, at {measured.varied_at_depth} layers", batches, GREEN, "^"),
    )
    reached = [rate for _, rates, _, _ in series for rate in rates.values()]
    low = min(rate.flop_per_byte for rate in reached) / 2
    high = max(rate.flop_per_byte for rate in reached) * 2
    ridge = measured.peak_gflops / measured.copy_gigabytes_per_second
    corners = [low, min(max(ridge, low), high), high]
    roof = [min(measured.peak_gflops, measured.copy_gigabytes_per_second * x) for x in corners]
    axes.plot(corners, roof, color="black", linewidth=1.4, label="matrix product, copy")
    for label, rates, colour, marker in series:
        points = [(rate.flop_per_byte, rate.gflops) for rate in rates.values()]
        axes.plot(*np.reshape(points, (-1, 2)).T, marker, color=colour, label=label, markersize=4.5)
        for n, (value, point) in enumerate(zip(rates, points, strict=True)):
            # To the right of the study's own are other widths and sizes; its deepest networks are close together.
            shift, side = ((-4, (4, -8)[n % 2]), "right") if rates is measured.depths else ((4, -8), "left")
            axes.annotate(
                str(value), point, shift, textcoords="offset points", ha=side, fontsize=7.5, color=colour
            )
    axes.set_ylim(bottom=min(rate.gflops for rate in reached) / 2)  # room for the legend
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("arithmetic intensity / (FLOP/byte)")
    axes.set_ylabel("GFLOP/s on one thread")
    axes.legend(loc="lower right")
    return figure
