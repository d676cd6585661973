"""Theory beside measurement: gradients by layer with their predictions, and the map of chi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from analysis.figures.drawing import blank, by_layer, legend_below, styled
from analysis.figures.style import BLACK, MOST, TEXT_WIDTH, looks
from analysis.theory.chaos import VARIANCES, least_on_edge
from derivations import Derivation, Propagation
from derivations.language.registry import title
from derivations.wide.propagation import wide_networks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABELS = {
    "delta_rms": r"RMS of $\delta^{(r)}_{i\mu}$",
    "gradient_rms": r"RMS of $\partial E/\partial w^{(r)}_{ij}$",
}
_PREDICTED = {"delta_rms": "delta", "gradient_rms": "gradient"}
_KEYS = ["activation", "depth", "layer"]
_FOUR = ("relu", "tanh", "sigmoid", "lecun")


def told_apart(names: Sequence[str]) -> list[str]:
    """Those of the activations that a figure with one panel for all can show: the report's four, or the first few.

    >>> told_apart(["mish", "tanh", "relu"]), told_apart(["mish", "gelu"])
    (['tanh', 'relu'], ['mish', 'gelu'])
    """
    return [name for name in names if name in _FOUR] or list(names[:MOST])


@styled
def predicted_profiles(
    probes: pl.DataFrame,
    predictions: pl.DataFrame,
    bands: pl.DataFrame,
    names: Sequence[str],
    measure: str,
) -> Figure:
    """A gradient measure of untrained networks against the layer, and below its ratio to the prediction.

    Above, a panel for each depth; below, of the greatest depth, one for each activation. Thin lines are seeds, thick
    lines their medians; the prediction lies over them, black and dashed. `bands` show where 95 per cent of networks of
    this width lie.
    """
    value = pl.col(measure)
    start = probes.filter(pl.col("activation").is_in(names), value > 0, value.is_finite(), epoch=0)
    depths = predictions["depth"].unique(maintain_order=True).to_list()
    figure = blank(TEXT_WIDTH, 0.64 * TEXT_WIDTH)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(3, 2))[:, 0]
    upper = above.subplots(1, len(depths), sharey=True, squeeze=False)[0]
    lower = below.subplots(1, len(names), sharey=True, squeeze=False)[0]
    dashed = {"color": BLACK, "linewidth": 0.8, "dashes": (4, 2)}
    look = looks(names)
    for axes, depth in zip(upper, depths, strict=True):
        for name in names:
            runs, theory = _beside(start, predictions, name, depth, measure)
            by_layer(axes, runs, measure, look[name].colour, title(name))
            axes.plot(theory["layer"], theory["predicted"], **dashed)
        axes.set_title(f"{depth} layers")
    for axes, name in zip(lower, names, strict=True):
        runs, theory = _beside(start, predictions, name, max(depths), measure)
        by_layer(axes, runs, "ratio", look[name].colour, "_")
        _band(axes, theory.join(bands, on=_KEYS, maintain_order="left"), measure, look[name].colour)
        axes.axhline(1, **dashed)
        axes.set_title(f"{title(name)}, {max(depths)} layers")
        axes.set_xlabel("layer $r$")
    for axes in (*upper, *lower):
        axes.set_yscale("log")
        axes.xaxis.get_major_locator().set_params(integer=True)
    if start.is_empty():  # nothing arrives anywhere, which leaves nothing to take the scale from
        upper[0].set_ylim(0.1, 10)
    upper[0].plot([], [], label="predicted", **dashed)
    upper[0].set_ylabel(_LABELS[measure])
    lower[0].set_ylabel("measured / predicted")
    legend_below(figure, upper[0])
    return figure


def _beside(
    start: pl.DataFrame, predictions: pl.DataFrame, name: str, depth: int, measure: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Measured layers with their ratio to what is predicted, and the predictions, of one kind of network."""
    here = (pl.col("activation") == name) & (pl.col("depth") == depth)
    theory = predictions.filter(here).with_columns(predicted=pl.col(_PREDICTED[measure]))
    runs = start.filter(here).join(theory, on="layer", how="left", maintain_order="left")
    return runs.with_columns(ratio=pl.col(measure) / pl.col("predicted")), theory


def _band(axes: Axes, theory: pl.DataFrame, measure: str, colour: str) -> None:
    """Where the ratio to the prediction lies in networks of this width."""
    low, high = (pl.col(f"{_PREDICTED[measure]}_{end}") / pl.col("predicted") for end in ("low", "high"))
    rows = theory.select("layer", low=low, high=high).drop_nulls()
    axes.fill_between(rows["layer"], rows["low"], rows["high"], color=colour, alpha=0.15, linewidth=0)


@styled
def chaos_map(derived: Sequence[Derivation], scales: Mapping[str, float]) -> Figure:
    """chi at the stable fixed point over sigma_w and sigma_b, a panel for each activation.

    The edge of chaos, chi = 1, is a black line. `scales` are values of sigma_w to mark, at sigma_b = 0.
    """
    from matplotlib.colors import TwoSlopeNorm

    columns = 2
    rows = -(-len(derived) // columns)
    figure = blank(TEXT_WIDTH, 0.38 * TEXT_WIDTH * rows)
    panels = list(figure.subplots(rows, columns, squeeze=False, sharey=True).flat)
    drawn: Any = None
    for axes, derivation in zip(panels, derived, strict=False):
        network = wide_networks(derivation)
        widest = max(2.5, 1.4 * least_on_edge(network))
        sigma_w, sigma_b = np.linspace(0.02, widest, 120), np.linspace(0, _HIGHEST, 90)
        chi = _at_fixed_point(network, sigma_w[None, :], sigma_b[:, None])
        drawn = axes.imshow(
            np.log10(chi),
            extent=(0, widest, 0, _HIGHEST),
            origin="lower",
            aspect="auto",
            cmap="RdBu_r",
            norm=TwoSlopeNorm(0, -2, 1),
            interpolation="bilinear",
        )
        axes.contour(sigma_w, sigma_b, np.log10(chi), levels=[0], colors=BLACK, linewidths=1.2)
        for (label, scale), (marker, face) in zip(scales.items(), _MARKS, strict=False):
            look = {"color": BLACK, "markerfacecolor": face, "markersize": 5, "clip_on": False}
            axes.plot(scale, 0, marker, **look, zorder=5, label=label)
        axes.set_xlim(0, widest)
        axes.set_ylim(0, _HIGHEST)
        axes.grid(visible=False)
        axes.set_title(derivation.activation.title)
    for axes in panels[len(derived) :]:
        axes.set_visible(False)
    for axes in panels[: len(derived)][-columns:]:  # the lowest of each column that is shown
        axes.set_xlabel(r"$\sigma_w$")
    for axes in panels[::columns]:
        axes.set_ylabel(r"$\sigma_b$")
    bar = figure.colorbar(drawn, ax=panels, shrink=0.8, label=r"$\log_{10}\,\chi$", extend="both")
    bar.ax.axhline(0, color=BLACK, linewidth=1.2)
    panels[0].plot([], [], color=BLACK, linewidth=1.2, label=r"edge of chaos, $\chi = 1$")
    legend_below(figure, panels[0])
    return figure


_MARKS = (("o", "white"), ("X", BLACK), ("s", "white"), ("^", BLACK))
_HIGHEST = 2.0  # sigma_b
_LAYERS = 300


def _at_fixed_point(network: Propagation, sigma_w: np.ndarray, sigma_b: np.ndarray) -> np.ndarray:
    """chi after many layers, with means interpolated between variances."""
    logarithms = np.log(VARIANCES)
    square, slope = (
        np.array([mean(q).value for q in VARIANCES])
        for mean in (network.mean_square, network.mean_square_slope)
    )
    q = np.ones(np.broadcast_shapes(sigma_w.shape, sigma_b.shape))
    for _ in range(_LAYERS):
        mean = np.exp(np.interp(np.log(q), logarithms, np.log(np.maximum(square, 1e-300))))
        q = np.clip(sigma_w**2 * mean + sigma_b**2, VARIANCES[0], VARIANCES[-1])
    return np.maximum(sigma_w**2 * np.interp(np.log(q), logarithms, slope), 1e-12)
