"""The rates of training below what memory and arithmetic allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures.drawing import blank, styled
from analysis.figures.style import BLUE, GREEN, TEXT_WIDTH, VERMILLION
from analysis.speed.recorded import Benchmark

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def roofline(measured: Benchmark) -> Figure:
    """Achieved rate against arithmetic intensity, below what memory and arithmetic allow."""
    figure = blank(TEXT_WIDTH, 0.5 * TEXT_WIDTH)
    axes = figure.subplots()
    series: Sequence[tuple[str, dict[int, Any], str, str]] = (
        ("layers", dict(measured.depths), BLUE, "o"),
        (f"width, at {measured.varied_at_depth} layers", measured.widths, VERMILLION, "s"),
        (f"networks in the stack, at {measured.varied_at_depth} layers", measured.models, GREEN, "^"),
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
        axes.plot(*zip(*points, strict=True), marker, color=colour, label=label, markersize=4.5)
        for value, point in zip(rates, points, strict=True):
            axes.annotate(str(value), point, (4, -8), textcoords="offset points", fontsize=7.5, color=colour)
    axes.set_ylim(bottom=min(rate.gflops for rate in reached) / 2)  # room for the legend
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("arithmetic intensity / (FLOP/byte)")
    axes.set_ylabel("GFLOP/s on one thread")
    axes.legend(loc="lower right")
    return figure
