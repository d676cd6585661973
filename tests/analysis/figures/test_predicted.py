"""Figures of theory beside measurement, of frames made by hand; and the map of chi against sums over a fine grid."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from analysis.figures.predicted import chaos_map, predicted_profiles
from analysis.figures.style import looks
from derivations import activations, derive

SEEDS = [[1e-3, 1e-2, 1.0], [2e-3, 4e-2, 3.0], [9e-3, 3e-2, 2.0]]  # by layer
THEORY = [4e-3, 2e-2, 2.0]
LOW, HIGH = [2e-3, 1e-2, 1.9], [6e-3, 3e-2, 2.2]


def probes(seeds, name="tanh", epoch=0, measure="delta_rms"):
    rows = [
        (name, len(of), seed, epoch, layer, value)
        for seed, of in enumerate(seeds)
        for layer, value in enumerate(of, start=1)
    ]
    columns = ["activation", "depth", "seed", "epoch", "layer", measure]
    return pl.DataFrame(rows, schema=columns, orient="row")


def layered(name, **columns):
    """A row per layer of an activation's networks of one depth."""
    [layers] = {len(values) for values in columns.values()}
    keys = {"activation": [name] * layers, "depth": [layers] * layers, "layer": range(1, layers + 1)}
    return pl.DataFrame({**keys, **columns}, strict=False)


def predictions(values, name="tanh", of="delta"):
    return layered(name, **{of: values})


def bands(low=LOW, high=HIGH, name="tanh", of="delta"):
    return layered(name, **{f"{of}_low": low, f"{of}_high": high})


def points(line):
    return [(x, y) for x, y in np.asarray(line.get_xydata(), float).tolist() if not math.isnan(y)]


def about(pairs):
    return [(x, pytest.approx(y)) for x, y in pairs]


def drawn(given=None, theory=None, names=("tanh",), measure="delta_rms", within=None):
    given = probes(SEEDS) if given is None else given
    theory = predictions(THEORY) if theory is None else theory
    within = bands(of=measure.removesuffix("_rms")) if within is None else within
    return predicted_profiles(given, theory, within, list(names), measure).figure().axes


def test_the_prediction_lies_dashed_over_thin_lines_of_seeds_and_their_thick_median():
    above, _ = drawn()
    *seeds, median, predicted, _ = above.lines
    assert [points(line) for line in seeds] == [list(enumerate(of, start=1)) for of in SEEDS]
    assert points(median) == about([(1, 2e-3), (2, 3e-2), (3, 2.0)])
    assert points(predicted) == about(enumerate(THEORY, start=1))
    assert predicted.get_color() == "#000000"
    assert predicted.is_dashed()
    assert all(line.get_linewidth() < median.get_linewidth() for line in seeds)
    assert {line.get_color() for line in (*seeds, median)} == {looks(["tanh"])["tanh"].colour}
    assert above.get_yscale() == "log"


def test_below_are_the_ratios_to_the_prediction_and_a_dashed_line_at_one():
    _, below = drawn()
    *seeds, median, one = below.lines
    for line, values in zip(seeds, SEEDS, strict=True):
        assert points(line) == about(
            (r, v / t) for r, (v, t) in enumerate(zip(values, THEORY, strict=True), 1)
        )
    assert points(median) == about([(1, 0.5), (2, 1.5), (3, 1.0)])
    assert list(one.get_ydata()) == [1, 1]
    assert below.get_ylabel() == "measured / predicted"


def test_the_band_is_that_of_the_networks_drawn_over_the_prediction():
    _, below = drawn()
    [band] = below.collections
    [path] = band.get_paths()
    heights = {}
    for x, y in path.vertices.tolist():
        heights.setdefault(x, []).append(y)
    for layer, (low, high, theory) in enumerate(zip(LOW, HIGH, THEORY, strict=True), start=1):
        assert min(heights[layer]) == pytest.approx(low / theory)
        assert max(heights[layer]) == pytest.approx(high / theory)


def test_layers_of_which_nothing_was_drawn_have_no_band():
    within = bands(low=[None, *LOW[1:]], high=[None, *HIGH[1:]])
    _, below = drawn(within=within)
    [path] = below.collections[0].get_paths()
    assert set(path.vertices[:, 0].tolist()) == {2, 3}
    above, _ = drawn(within=within.clear())
    assert points(above.lines[4]) == about(enumerate(THEORY, start=1))


@pytest.mark.slow
def test_only_untrained_networks_are_shown():
    trained = probes([[7.0, 8.0, 9.0]], epoch=3)
    for axes, alone in zip(drawn(pl.concat([trained, probes(SEEDS)])), drawn(), strict=True):
        assert [points(line) for line in axes.lines] == [points(line) for line in alone.lines]


@pytest.mark.parametrize("lost", [0.0, math.inf, math.nan])
def test_a_layer_that_nothing_reaches_in_one_seed_has_the_median_of_the_others_in_its_own_place(lost):
    above, below = drawn(probes([[lost, lost, 1.0], *SEEDS[1:]]))
    first, *_, median, _, _ = above.lines
    assert points(first) == [(3, 1.0)]
    assert points(median) == about([(1, 5.5e-3), (2, 3.5e-2), (3, 2.0)])
    assert points(below.lines[-2]) == about([(1, 5.5 / 4), (2, 1.75), (3, 1.0)])


def test_each_depth_has_a_panel_and_each_activation_its_prediction():
    deep = [1e-4, *SEEDS[0]]
    given = pl.concat([probes(SEEDS), probes(SEEDS[:1], "relu"), probes([deep]), probes([deep], "relu")])
    theory = pl.concat(
        [
            predictions(THEORY),
            predictions([1.0, 2.0, 4.0], "relu"),
            predictions([5.0] * 4),
            predictions([6.0] * 4, "relu"),
        ]
    )
    left, right, below_left, below_right = drawn(given, theory, ["relu", "tanh"])
    assert [left.get_title(), right.get_title()] == ["3 layers", "4 layers"]
    dashed = [[points(line) for line in axes.lines if line.is_dashed()] for axes in (left, right)]
    assert dashed[0] == [about([(1, 1), (2, 2), (3, 4)]), about(enumerate(THEORY, start=1)), []]
    assert dashed[1] == [about((r, 6.0) for r in range(1, 5)), about((r, 5.0) for r in range(1, 5))]
    assert [axes.get_title() for axes in (below_left, below_right)] == ["ReLU, 4 layers", "tanh, 4 layers"]
    # Each by its own theory, at the greatest depth.
    assert points(below_left.lines[0]) == about((r, value / 6) for r, value in enumerate(deep, 1))
    assert points(below_right.lines[0]) == about((r, value / 5) for r, value in enumerate(deep, 1))
    assert [line.get_label() for line in left.lines if not line.get_label().startswith("_")] == [
        "ReLU",
        "tanh",
        "predicted",
    ]


def test_gradients_are_compared_with_the_prediction_of_gradients():
    theory = predictions(THEORY, of="gradient").with_columns(delta=pl.lit(77.0))
    above, below = drawn(probes(SEEDS, measure="gradient_rms"), theory, measure="gradient_rms")
    assert points(above.lines[4]) == about(enumerate(THEORY, start=1))
    assert points(below.lines[3]) == about([(1, 0.5), (2, 1.5), (3, 1.0)])
    assert "partial E" in above.get_ylabel()
    assert "delta" in drawn()[0].get_ylabel()


def test_where_nothing_arrives_anywhere_the_prediction_is_drawn_alone():
    above, _ = drawn(probes([[0.0, 0.0, 0.0]]))
    assert [points(line) for line in above.lines if points(line)] == [about(enumerate(THEORY, start=1))]
    assert above.get_ylim() == (0.1, 10)


# The map of chi


Z = np.linspace(-10, 10, 4001)
WEIGHTS = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()


def chi_of_tanh(sigma_w, sigma_b):
    """sigma_w^2 E[f'(v)^2] where many layers lead, by the recursion of the papers."""
    q = 1.0
    for _ in range(3000):
        q = sigma_w**2 * (WEIGHTS @ np.tanh(math.sqrt(q) * Z) ** 2) + sigma_b**2
    return sigma_w**2 * (WEIGHTS @ (1 - np.tanh(math.sqrt(q) * Z) ** 2) ** 2)


@pytest.fixture(scope="module")
def chaos():
    names = ("tanh", "relu", "sigmoid")
    return chaos_map([derive(activations[name]) for name in names], {"Glorot": 1.0, "He": 1.5}).figure()


def pixels(axes):
    """sigma_w and sigma_b along the edges of the picture, and log10(chi)."""
    [image] = axes.images
    left, right, bottom, top = image.get_extent()
    logarithms = np.asarray(image.get_array())
    assert image.origin == "lower"
    rows, columns = logarithms.shape
    return np.linspace(left, right, columns), np.linspace(bottom, top, rows), logarithms


def test_the_lowest_panel_of_each_column_names_its_axis(chaos):
    assert [bool(axes.get_xlabel()) for axes in chaos.axes[:3]] == [False, True, True]


def test_chi_of_relu_is_half_of_the_square_of_sigma_w_whatever_the_biases(chaos):
    sigma_w, _, logarithms = pixels(chaos.axes[1])
    expected = np.log10(np.linspace(0.02, sigma_w[-1], len(sigma_w)) ** 2 / 2)
    assert logarithms == pytest.approx(np.broadcast_to(expected, logarithms.shape), abs=1e-6)


def test_chi_of_tanh_is_that_of_the_fixed_point_that_many_layers_lead_to(chaos):
    _, sigma_b, logarithms = pixels(chaos.axes[0])
    sigma_w = np.linspace(0.02, pixels(chaos.axes[0])[0][-1], logarithms.shape[1])
    for row, column in ((0, 10), (0, 52), (0, 60), (0, 119), (20, 30), (45, 60), (89, 119), (89, 5)):
        truth = math.log10(chi_of_tanh(sigma_w[column], sigma_b[row]))
        assert logarithms[row, column] == pytest.approx(truth, abs=0.02)


def test_the_edge_of_chaos_is_where_chi_is_one(chaos):
    [edge] = chaos.axes[1].collections
    vertices = np.concatenate([path.vertices for path in edge.get_paths()])
    assert vertices[:, 0] == pytest.approx(math.sqrt(2), abs=0.01)
    assert (vertices[:, 1].min(), vertices[:, 1].max()) == (0, 2)
    [edge] = chaos.axes[0].collections
    vertices = np.concatenate([path.vertices for path in edge.get_paths()])
    for sigma_w, sigma_b in vertices[:: len(vertices) // 5]:
        if sigma_b > 0.1:  # where many layers have led to the fixed point
            assert chi_of_tanh(sigma_w, sigma_b) == pytest.approx(1, abs=0.02)


def test_the_initial_weights_are_marked_in_each_panel_at_no_biases(chaos):
    for axes in chaos.axes[:3]:
        marks = {line.get_label(): points(line) for line in axes.lines if len(line.get_xdata())}
        assert marks == {"Glorot": [(1.0, 0.0)], "He": [(1.5, 0.0)]}
        looks_of = {(line.get_marker(), line.get_markerfacecolor()) for line in axes.lines[:2]}
        assert len(looks_of) == 2


def test_each_panel_shows_its_edge_and_the_one_that_is_left_over_nothing(chaos):
    assert [axes.get_title() for axes in chaos.axes[:3]] == ["tanh", "ReLU", "sigmoid"]
    assert [axes.get_visible() for axes in chaos.axes[:4]] == [True, True, True, False]
    tanh, relu, sigmoid = (axes.get_xlim()[1] for axes in chaos.axes[:3])
    assert tanh == relu == 2.5
    assert sigmoid > 4  # as f' is a quarter at most, chi can be one where sigma_w is 4 or more only
    assert chaos.axes[0].images[0].norm.vcenter == 0
