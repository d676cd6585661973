"""Figures of what was measured: lines, bands, crosses and points, of frames small enough to be worked out by hand."""

from __future__ import annotations

import math

import matplotlib.colors
import numpy as np
import polars as pl
import pytest

from analysis.figures.measured import ENOUGH, gradient_profiles, learning_curves, plot_paired_differences
from analysis.figures.style import looks

MANY, NAN, INF = ["relu", "tanh"], math.nan, math.inf


def history(**curves):
    """Of each activation and depth, written `tanh_5`, the test accuracies by seed and epoch; training is 0.1 less."""
    rows = []
    for key, seeds in curves.items():
        name, depth = key.split("_")
        rows += [
            (name, int(depth), seed, epoch, 1.0, accuracy - 0.1, accuracy)
            for seed, of in enumerate(seeds)
            for epoch, accuracy in enumerate(of, start=1)
        ]
    columns = ["activation", "depth", "seed", "epoch", "train_loss", "train_accuracy", "test_accuracy"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def probes(measure="gradient_max", epoch=0, **profiles):
    """Of each activation and depth the values of a measure by seed and layer."""
    rows = []
    for key, seeds in profiles.items():
        name, depth = key.split("_")
        rows += [
            (name, int(depth), seed, epoch, layer, value)
            for seed, of in enumerate(seeds)
            for layer, value in enumerate(of, start=1)
        ]
    columns = ["activation", "depth", "seed", "epoch", "layer", measure]
    return pl.DataFrame(rows, schema=columns, orient="row")


def points(line):
    """What a line goes through; gaps are left out."""
    return [(x, y) for x, y in np.asarray(line.get_xydata(), float).tolist() if not math.isnan(y)]


def band(collection):
    """Of each x, the least and the greatest y of a band."""
    [path] = collection.get_paths()
    heights = {}
    for x, y in path.vertices.tolist():
        heights.setdefault(x, []).append(y)
    return {x: pytest.approx((min(of), max(of))) for x, of in heights.items()}


def lines(axes):
    """Those that are drawn; what no reader sees has the values of seeds."""
    return [line for line in axes.lines if line.get_visible()]


def labels(axes):
    return [line.get_label() for line in axes.lines if not line.get_label().startswith("_")]


def colour(artist):
    return matplotlib.colors.to_hex(artist.get_color()).lower()


# Learning curves


THREE = history(tanh_5=[[0.2, 0.5], [0.9, 0.6], [0.4, 0.7]], relu_5=[[0.3, 0.3]] * 3)


def test_learning_curves_are_medians_over_seeds_and_bands_reach_from_the_lowest_to_the_highest():
    [axes] = learning_curves(THREE, ["tanh"]).figure().axes
    training, test = lines(axes)
    assert points(test) == [(1, pytest.approx(40)), (2, pytest.approx(60))]  # the means are 50 and 60
    assert points(training) == [(1, pytest.approx(30)), (2, pytest.approx(50))]
    assert band(axes.collections[0]) == {1: (20, 90), 2: (50, 70)}


def test_test_accuracy_is_thick_and_named_and_training_accuracy_thin():
    [axes] = learning_curves(THREE, MANY).figure().axes
    assert labels(axes) == ["ReLU", "tanh"]
    for training, test in zip(lines(axes)[::2], lines(axes)[1::2], strict=True):
        assert training.get_linewidth() < test.get_linewidth()
        assert colour(training) == colour(test)
    assert [colour(line) for line in lines(axes)[::2]] == [looks(MANY)[name].colour.lower() for name in MANY]


def test_learning_curves_have_a_panel_for_each_depth_in_the_order_of_the_study():
    given = history(tanh_20=[[0.4, 0.5]], relu_20=[[0.1, 0.1]], tanh_2=[[0.8, 0.9]], relu_2=[[0.7, 0.7]])
    left, right = learning_curves(given, MANY).figure().axes
    assert [axes.get_title() for axes in (left, right)] == ["20 layers", "2 layers"]
    assert [points(lines(axes)[3])[-1] for axes in (left, right)] == [
        (2, pytest.approx(50)),
        (2, pytest.approx(90)),
    ]
    assert left.get_ylim() == (0, 101)


def test_rows_of_a_history_may_come_in_any_order():
    shuffled = THREE.sample(fraction=1, shuffle=True, seed=3)
    assert shuffled["epoch"].to_list() != THREE["epoch"].to_list()
    for given, other in zip(
        *(learning_curves(of, MANY).figure().axes for of in (THREE, shuffled)), strict=True
    ):
        assert [points(line) for line in given.lines] == [points(line) for line in other.lines]


def test_only_the_activations_that_are_named_have_curves():
    [axes] = learning_curves(THREE, ["relu"]).figure().axes
    assert labels(axes) == ["ReLU"]
    assert len(lines(axes)) == 2
    assert points(lines(axes)[1]) == [(1, pytest.approx(30)), (2, pytest.approx(30))]


def test_chance_is_a_dotted_line_where_it_is_given():
    [axes] = learning_curves(THREE, ["tanh"], 0.1135).figure().axes
    line = lines(axes)[-1]
    assert list(line.get_ydata()) == pytest.approx([11.35] * 2)
    assert line.get_linestyle() == ":"
    assert len(lines(learning_curves(THREE, ["tanh"]).figure().axes[0])) == len(lines(axes)) - 1


@pytest.mark.parametrize("loss", [INF, NAN])
def test_the_curve_of_a_run_ends_where_it_diverged(loss):
    given = history(tanh_5=[[0.5, 0.6, 0.7]]).with_columns(
        train_loss=pl.when(pl.col("epoch") == 1).then(1.0).otherwise(loss)
    )
    [axes] = learning_curves(given, ["tanh"]).figure().axes
    for line in lines(axes):
        assert [x for x, _ in points(line)] == [1]
    assert band(axes.collections[0]) == {1: (50, 50)}


def test_after_a_run_diverged_the_median_is_that_of_the_others():
    given = THREE.with_columns(
        train_loss=pl.when(pl.col("seed") == 2, pl.col("epoch") == 2).then(INF).otherwise(1.0)
    )
    [axes] = learning_curves(given, ["tanh"]).figure().axes
    assert points(lines(axes)[1]) == [(1, pytest.approx(40)), (2, pytest.approx(55))]
    assert band(axes.collections[0])[2] == (50, 60)


# More activations than one panel can show

HORDE = ["relu", "tanh", "sigmoid", "celu", "elu", "gelu", "mish"]


def test_of_many_activations_each_has_a_panel_of_one_scale_with_a_curve_for_each_depth():
    given = history(**{f"{name}_{depth}": [[0.1, depth / 10]] for name in HORDE for depth in (2, 5)})
    shown = [axes for axes in learning_curves(given, HORDE).figure().axes if axes.get_visible()]
    assert [axes.get_title() for axes in shown] == ["ReLU", "tanh", "sigmoid", "CELU", "ELU", "GELU", "Mish"]
    for axes in shown:
        assert labels(axes) == ["2 layers", "5 layers"]
        assert [points(line)[-1] for line in lines(axes)[1::2]] == [(2, 20), (2, 50)]
        assert axes.get_ylim() == shown[0].get_ylim()
    assert colour(shown[0].lines[1]) != colour(shown[0].lines[3])


@pytest.mark.slow
def test_the_gradients_of_many_activations_have_panels_too():
    given = probes(**{f"{name}_2": [[10.0**-n, 1]] for n, name in enumerate(HORDE)})
    shown = [axes for axes in gradient_profiles(given, HORDE, 0).figure().axes if axes.get_visible()]
    assert [points(lines(axes)[-1]) for axes in shown] == [[(1, 10.0**-n), (2, 1)] for n in range(len(HORDE))]
    assert {axes.get_ylim() for axes in shown} == {shown[0].get_ylim()}


@pytest.mark.slow
def test_however_many_activations_there_are_the_figure_has_a_place_on_a_page():
    names = [f"own{n}" for n in range(60)]
    given = history(**{f"{name}_3": [[0.5]] for name in names})
    assert learning_curves(given, names).figure().get_figheight() < 8.1


# Gradients by layer


def test_gradient_profiles_are_thin_lines_of_seeds_below_their_median():
    given = probes(tanh_3=[[1e-3, 1e-2, 1], [1e-5, 1e-1, 2], [1e-4, 1e-3, 9]])
    [axes] = gradient_profiles(given, ["tanh"], 0).figure().axes
    *seeds, median = axes.lines
    assert [points(line) for line in seeds] == [
        [(1, 1e-3), (2, 1e-2), (3, 1)],
        [(1, 1e-5), (2, 1e-1), (3, 2)],
        [(1, 1e-4), (2, 1e-3), (3, 9)],
    ]
    assert points(median) == [(1, 1e-4), (2, 1e-2), (3, 2)]
    assert labels(axes) == ["tanh"]
    assert median.get_label() == "tanh"
    assert all(line.get_linewidth() < median.get_linewidth() for line in seeds)
    assert axes.get_yscale() == "log"


def test_a_layer_without_gradient_is_a_cross_on_the_lower_edge_and_a_gap_in_the_lines():
    given = probes(relu_4=[[0.0, 0.0, 1e-3, 1], [0.0, 1e-4, 1e-3, 1], [0.0, 0.0, 1e-3, 1]])
    [axes] = gradient_profiles(given, ["relu"], 0).figure().axes
    *seeds, median, crosses = axes.lines
    assert points(median) == [(3, 1e-3), (4, 1)]
    assert points(seeds[1]) == [(2, 1e-4), (3, 1e-3), (4, 1)]
    assert crosses.get_marker() == "x"
    assert colour(crosses) == looks(["relu"])["relu"].colour.lower()
    edge, _ = axes.get_ylim()
    assert points(crosses) == [(1, pytest.approx(edge)), (2, pytest.approx(edge))]
    assert 1e-6 < edge < 1e-4  # below all that is drawn, by a power of ten or two


def test_a_single_seed_without_gradient_has_its_cross_though_the_median_has_a_place():
    given = probes(relu_3=[[0.0, 1e-3, 1], [1e-4, 1e-3, 1], [1e-4, 1e-3, 1]])
    [axes] = gradient_profiles(given, ["relu"], 0).figure().axes
    *_, median, crosses = axes.lines
    assert points(median)[0] == (1, 1e-4)
    assert [layer for layer, _ in points(crosses)] == [1]


def test_accuracies_are_shown_from_the_least_that_is_given():
    rows = [{"activation": "tanh", "depth": 5, "seed": 0, "epoch": n, "train_loss": 1.0, "train_accuracy": 0.9,
             "test_accuracy": 0.9} for n in (1, 2)]  # fmt: skip
    [axes] = learning_curves(pl.DataFrame(rows), ["tanh"], least=0.85).figure().axes
    assert axes.get_ylim() == (85, 100)


def test_where_no_gradient_is_zero_there_are_no_crosses():
    [axes] = gradient_profiles(probes(relu_2=[[1e-3, 1]]), ["relu"], 0).figure().axes
    assert [line.get_marker() for line in axes.lines] == ["None", looks(["relu"])["relu"].marker]


def test_where_all_gradients_are_zero_every_layer_has_its_cross():
    [axes] = gradient_profiles(probes(relu_3=[[0.0] * 3] * 2), ["relu"], 0).figure().axes
    assert [x for x, _ in points(axes.lines[-1])] == [1, 2, 3]
    assert {y for _, y in points(axes.lines[-1])} == {axes.get_ylim()[0]}


@pytest.mark.parametrize("lost", [NAN, INF])
def test_what_is_not_finite_counts_for_no_median_and_layers_stay_in_their_order(lost):
    given = probes(tanh_3=[[lost, lost, 1.0], [1e-2, 1e-1, 3.0], [1e-4, 1e-3, 2.0]])
    [axes] = gradient_profiles(given, ["tanh"], 0).figure().axes
    assert points(axes.lines[-1]) == [(1, pytest.approx(5.05e-3)), (2, pytest.approx(5.05e-2)), (3, 2)]
    assert points(axes.lines[0]) == [(3, 1)]


def test_a_profile_is_of_its_epoch_and_measure():
    given = pl.concat([probes(tanh_2=[[1.0, 2.0]]), probes(epoch=3, tanh_2=[[5.0, 6.0]])])
    [axes] = gradient_profiles(given, ["tanh"], 3).figure().axes
    assert points(axes.lines[-1]) == [(1, 5), (2, 6)]
    delta = probes("delta_max", tanh_2=[[0.1, 0.2]])
    [other] = gradient_profiles(delta, ["tanh"], 0, "delta_max").figure().axes
    assert points(other.lines[-1]) == [(1, 0.1), (2, 0.2)]
    assert "delta" in other.get_ylabel()
    assert "delta" not in axes.get_ylabel()
    assert "partial E" in axes.get_ylabel()


def test_profiles_have_a_panel_for_each_depth_with_one_scale():
    given = probes(tanh_2=[[1e-1, 1]], relu_2=[[1e-2, 1]], tanh_3=[[1e-6, 1e-3, 1]], relu_3=[[1e-4, 1e-2, 1]])
    left, right = gradient_profiles(given, MANY, 0).figure().axes
    assert [axes.get_title() for axes in (left, right)] == ["2 layers", "3 layers"]
    assert left.get_ylim() == right.get_ylim()
    assert points(left.lines[1]) == [(1, 1e-2), (2, 1)]  # ReLU's, which is named first
    assert points(right.lines[-1]) == [(1, 1e-6), (2, 1e-3), (3, 1)]


# Differences, seed by seed


def differences(intervals=None, **of):
    """Of each activation and depth the differences of the seeds, and its interval, as (mean, half)."""
    rows = []
    for key, values in of.items():
        name, depth = key.split("_")
        rows.append((name, int(depth), values, *(intervals or {}).get(key, (None, None))))
    kinds = {"activation": pl.String, "depth": pl.Int64, "differences": pl.List(pl.Float64)}
    return pl.DataFrame(rows, schema=kinds | {"mean": pl.Float64, "half": pl.Float64}, orient="row")


def drawn(frame):
    return plot_paired_differences(frame, "tanh").figure().axes


@pytest.mark.slow
def test_each_seed_is_a_point_in_percentage_points_in_the_row_of_its_activation():
    given = differences(relu_5=[-0.02, 0.01, 0.03], sigmoid_5=[-0.5])
    [axes] = drawn(given)
    zero, relu, sigmoid = axes.lines
    assert list(zero.get_xdata()) == [0, 0]
    assert list(relu.get_xdata()) == pytest.approx([-2, 1, 3])
    assert np.abs(relu.get_ydata()).max() < 0.5
    assert list(relu.get_ydata()) == sorted(
        set(relu.get_ydata())
    )  # beside each other, in the order of the seeds
    assert points(sigmoid) == [(-50, 1)]
    assert relu.get_linestyle() == sigmoid.get_linestyle() == "None"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["ReLU", "sigmoid"]
    assert axes.get_xlabel() == "percentage points\nabove tanh"
    assert axes.yaxis_inverted()  # the first on top


def test_from_enough_seeds_on_an_interval_is_a_bar_around_its_mean():
    bars = {"sigmoid_5": (-0.45, 0.05), "relu_9": (0.1, 0.02), "relu_5": (0.5, 0.1), "sigmoid_9": (0.2, 0.1)}
    given = differences(
        bars,
        relu_5=[0.5] * (ENOUGH - 1),
        sigmoid_5=[-0.45] * ENOUGH,
        relu_9=[0.1] * ENOUGH,
        sigmoid_9=[0.2] * 2,
    )
    left, right = drawn(given)
    assert [axes.get_title() for axes in (left, right)] == ["5 layers", "9 layers"]
    for axes, height, ends in ((left, 1, (-50, -40)), (right, 0, (8, 12))):
        [bar] = axes.containers
        [segment] = bar.lines[2][0].get_segments()
        assert segment.tolist() == [[pytest.approx(end), height] for end in ends]
        assert points(bar.lines[0]) == [(pytest.approx(sum(ends) / 2), height)]


def test_where_nothing_differs_nothing_is_drawn():
    assert plot_paired_differences(differences(), "tanh") is None


def test_without_intervals_there_are_no_bars():
    given = differences(relu_5=[0.01, 0.03])
    [axes] = drawn(given)
    assert list(axes.containers) == []
