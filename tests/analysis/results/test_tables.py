"""The tables of the report, of frames small enough to be worked out by hand, their rows in no order."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from analysis.results.tables import (
    delta_growth,
    final_scores,
    gradient_ends,
    last_epochs,
    paired_differences,
    scores,
)

NAN, INF = math.nan, math.inf


def shuffled(frame, seed):
    """The same rows in another order."""
    return frame.sample(fraction=1, shuffle=True, seed=seed)


def by_pair(table):
    """Activation and depth -> the row; each pair has one."""
    rows = {(row.pop("activation"), row.pop("depth")): row for row in table.to_dicts()}
    assert len(rows) == table.height
    return rows


# Final scores


def history(**curves):
    """Of each activation and depth, written `tanh_5`, the test accuracies by seed and epoch; training is half of it."""
    rows = []
    for key, seeds in curves.items():
        name, depth = key.split("_")
        rows += [
            (name, int(depth), seed, epoch, accuracy, accuracy / 2)
            for seed, of in enumerate(seeds)
            for epoch, accuracy in enumerate(of, start=1)
        ]
    columns = ["activation", "depth", "seed", "epoch", "test_accuracy", "train_accuracy"]
    return pl.DataFrame(rows, schema=columns, orient="row")


SCORES = history(
    tanh_5=[[0.2, 0.96, 0.90], [0.1, 0.5, 0.92], [0.93, 0.3, 0.91]],
    relu_5=[[0.3, 0.4, 0.60], [0.3, 0.8, 0.62], [0.2, 0.7, 0.61]],
    tanh_20=[[0.1, 0.1, 0.63], [0.1, 0.2, 0.57], [0.1, 0.3, 0.6]],
    relu_20=[[0.1, 0.1, 0.62], [0.1, 0.2, 0.58], [0.1, 0.3, 0.6]],
)


def test_scores_are_those_after_the_last_epoch_in_the_order_of_the_seeds():
    rows = by_pair(final_scores(SCORES))
    assert rows["tanh", 5]["test"] == [0.90, 0.92, 0.91]
    assert rows["tanh", 5]["train"] == pytest.approx([0.45, 0.46, 0.455])
    assert rows["relu", 20]["test"] == [0.62, 0.58, 0.6]
    assert rows["relu", 20]["gap"] == pytest.approx([-0.31, -0.29, -0.3])
    assert {row["learned"] for row in rows.values()} == {3}


def test_the_highest_is_that_of_any_epoch_of_each_seed():
    rows = by_pair(final_scores(SCORES))
    assert rows["tanh", 5]["highest"] == [0.96, 0.92, 0.93]
    assert rows["relu", 5]["highest"] == [0.60, 0.8, 0.7]


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_the_same_whatever_the_order_of_the_rows(seed):
    assert by_pair(final_scores(shuffled(SCORES, seed))) == by_pair(final_scores(SCORES))


def test_scores_come_in_the_order_in_which_the_history_has_their_activations():
    found = final_scores(SCORES).select("activation", "depth").rows()
    assert found == [("tanh", 5), ("relu", 5), ("tanh", 20), ("relu", 20)]
    backwards = SCORES.reverse()
    assert final_scores(backwards).select("activation", "depth").rows() == found[::-1]


def test_a_tenth_of_the_epochs_counts_and_ten_at_most():
    assert [last_epochs(epochs) for epochs in (1, 3, 10, 25, 100, 1000)] == [1, 1, 1, 2, 10, 10]
    curve = [0.0] * 17 + [0.5, 0.6, 0.8]
    [row] = scores(history(tanh_5=[curve])).to_dicts()
    assert row["test"] == pytest.approx(0.7)
    assert row["train"] == pytest.approx(0.35)


def test_the_largest_fall_is_from_one_epoch_to_the_next():
    rows = scores(
        history(tanh_5=[[0.2, 0.9, 0.6, 0.7], [0.1, 0.2, 0.3, 0.4], [0.5, 0.5, 0.5, 0.5]])
    ).to_dicts()
    assert [row["drop"] for row in rows] == pytest.approx([0.3, 0, 0])
    assert scores(history(tanh_5=[[0.5]]))["drop"].to_list() == [0]


def test_the_epoch_that_reaches_nine_tenths_is_the_first_and_may_be_missing():
    rows = by_pair(final_scores(SCORES))
    assert rows["tanh", 5]["reached"] == [2, 3, 1]
    assert rows["relu", 5]["reached"] == [None] * 3


def test_who_has_learned_is_counted():
    rows = by_pair(final_scores(history(tanh_20=[[0.9], [0.5], [0.1]])))
    assert rows["tanh", 20]["learned"] == 1


def test_scores_of_a_run_that_diverged_count_as_they_are():
    lost = SCORES.with_columns(train_loss=pl.when(pl.col("epoch") == 3).then(NAN).otherwise(1.0))
    assert by_pair(final_scores(lost)) == by_pair(final_scores(SCORES))


# Gradients at both ends


def layers(measure="gradient_max", epoch=0, **profiles):
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


ENDS = layers(
    tanh_4=[[2.0, 9.0, 0.5, 4.0], [1.0, 3.0, 0.125, 8.0], [6.0, 7.0, 0.25, 2.0]],
    relu_3=[[0.0, 0.0, 5.0], [0.0, 1.0, 2.0], [3.0, 2.0, 4.0]],
)


def test_ends_are_medians_over_seeds_of_what_each_network_has():
    row = by_pair(gradient_ends(ENDS, 0))["tanh", 4]
    assert row["first"] == 2  # of 2, 1, 6: the mean is 3
    assert row["last"] == 4  # of 4, 8, 2
    assert row["smallest"] == 0.25  # of 0.5, 0.125, 0.25
    assert row["largest"] == 8  # of 9, 8, 7
    assert row["zero_layers"] == 0


def test_the_ratio_is_the_median_of_the_ratios():
    uneven = layers(tanh_2=[[1.0, 10.0], [2.0, 1.0], [30.0, 20.0]])
    row = by_pair(gradient_ends(uneven, 0))["tanh", 2]
    assert row["ratio"] == 1.5  # of 0.1, 2 and 1.5; that of the medians is 0.2
    assert (row["first"], row["last"]) == (2, 10)


def test_layers_without_gradient_are_counted_in_the_network_that_has_most():
    row = by_pair(gradient_ends(ENDS, 0))["relu", 3]
    assert row["zero_layers"] == 2  # of 2, 1 and 0
    assert (row["first"], row["smallest"], row["ratio"]) == (0, 0, 0)


def test_of_an_even_number_of_seeds_the_median_lies_between():
    row = by_pair(gradient_ends(ENDS.filter(pl.col("seed") < 2), 0))["tanh", 4]
    assert (row["first"], row["last"], row["ratio"]) == (1.5, 6, (0.5 + 0.125) / 2)


@pytest.mark.parametrize("seed", range(5))
def test_ends_are_the_same_whatever_the_order_of_the_rows(seed):
    assert by_pair(gradient_ends(shuffled(ENDS, seed), 0)) == by_pair(gradient_ends(ENDS, 0))


def test_ends_are_of_the_epoch_that_is_asked_for():
    both = pl.concat([ENDS, layers(epoch=3, tanh_4=[[10.0, 20.0, 30.0, 40.0]])])
    row = by_pair(gradient_ends(both, 3))["tanh", 4]
    assert list(row.values()) == [10, 40, 0.25, 10, 40, 0]
    assert ("relu", 3) not in by_pair(gradient_ends(both, 3))


@pytest.mark.parametrize("lost", [INF, NAN])
def test_a_gradient_that_overflowed_counts_as_the_largest_of_three(lost):
    row = by_pair(gradient_ends(layers(relu_3=[[lost, lost, 8.0], [1.0, 5.0, 2.0], [3.0, 4.0, 6.0]]), 0))
    found = row["relu", 3]
    assert (found["first"], found["last"]) == (3, 6)
    assert (found["smallest"], found["largest"]) == (3, 6)  # of 8, 1, 3 and of what was lost, 5, 6
    assert found["ratio"] == 0.5  # of what was lost, 0.5 and 0.5
    assert found["zero_layers"] == 0


# Differences


def summary(**scores):
    """Of each activation, the accuracies of one depth by seed, after the only epoch."""
    return history(**{f"{name}_5": [[score] for score in of] for name, of in scores.items()})


@pytest.mark.parametrize("seed", range(5))
def test_differences_are_taken_seed_by_seed_whatever_the_order_of_the_rows(seed):
    table = summary(relu=[0.9, 0.8, 0.7], tanh=[0.52, 0.6, 0.65])
    for mixed in (table, table.reverse(), shuffled(table, seed)):
        [row] = paired_differences(mixed, against="tanh").to_dicts()
        assert row["differences"] == pytest.approx([0.38, 0.2, 0.05])


def test_differences_are_of_the_same_depth_and_of_every_other_activation():
    deep = summary(relu=[0.1, 0.3, 0.2], tanh=[0.4] * 3, sigmoid=[0.6] * 3).with_columns(
        depth=pl.lit(20, pl.Int64)
    )
    rows = by_pair(paired_differences(pl.concat([summary(relu=[0.9] * 3, tanh=[0.5] * 3), deep]), "tanh"))
    assert set(rows) == {("relu", 5), ("relu", 20), ("sigmoid", 20)}
    assert rows["relu", 5]["differences"] == pytest.approx([0.4] * 3)
    assert rows["relu", 20]["differences"] == pytest.approx([-0.3, -0.1, -0.2])
    assert rows["sigmoid", 20]["differences"] == pytest.approx([0.2] * 3)


def test_the_interval_is_that_of_a_paired_t_test():
    random = np.random.default_rng(0)
    one, other = random.uniform(0.7, 1, 10), random.uniform(0.6, 0.9, 10)
    [row] = paired_differences(summary(relu=one, tanh=other), against="tanh").to_dicts()
    gap = one - other
    assert row["mean"] == pytest.approx(gap.mean())
    # Student's t of 9 degrees of freedom, 2.262: from any table.
    assert row["half"] == pytest.approx(2.262157 * gap.std(ddof=1) / math.sqrt(10), rel=1e-6)


def test_what_the_seeds_share_does_not_widen_the_interval():
    shared = np.array([0.6, 0.9, 0.7, 0.8])
    own = np.array([0.011, 0.009, 0.010, 0.010])
    [row] = paired_differences(summary(relu=shared + own, tanh=shared), against="tanh").to_dicts()
    assert row["half"] < 0.002


@pytest.mark.parametrize("seeds", [1, 2])
def test_one_seed_or_two_have_no_interval(seeds):
    [row] = paired_differences(summary(relu=[0.9] * seeds, tanh=[0.1] * seeds), against="tanh").to_dicts()
    assert row["half"] is None
    assert row["mean"] is None


# Growth of delta


def growth(**profiles):
    return by_seed(delta_growth(layers("delta_rms", **profiles)))


def by_seed(table):
    return {
        (row["activation"], row["depth"], row["seed"], row["epoch"]): row["growth"]
        for row in table.to_dicts()
    }


def test_growth_is_that_of_delta_from_the_last_hidden_layer_to_the_first():
    found = growth(
        tanh_4=[[1e-3, 1e-2, 1e-1, 7.0], [5.0, 1e-9, 5e-3, 7.0]]
    )  # the last is of the output layer
    assert found == {("tanh", 4, 0, 0): pytest.approx(-2), ("tanh", 4, 1, 0): pytest.approx(3)}


def test_each_network_grows_by_itself_at_each_depth_and_epoch():
    first = layers("delta_rms", tanh_3=[[1.0, 10.0, 1.0]], relu_3=[[10.0, 1.0, 1.0]], relu_2=[[4.0, 1.0]])
    later = layers("delta_rms", epoch=3, tanh_3=[[100.0, 1.0, 1.0]])
    mixed = shuffled(pl.concat([first, later]), 2)
    assert by_seed(delta_growth(mixed)) == {
        ("tanh", 3, 0, 0): pytest.approx(-1),
        ("relu", 3, 0, 0): pytest.approx(1),
        ("relu", 2, 0, 0): 0,  # one hidden layer, which is both
        ("tanh", 3, 0, 3): pytest.approx(2),
    }


@pytest.mark.parametrize("seed", range(5))
def test_growth_is_the_same_whatever_the_order_of_the_rows(seed):
    table = layers("delta_rms", tanh_5=[[1e-4, 9.0, 9.0, 1e-1, 1.0], [1e-1, 9.0, 9.0, 1e-3, 1.0]])
    assert by_seed(delta_growth(shuffled(table, seed))) == by_seed(delta_growth(table))


@pytest.mark.parametrize(
    "lost", [(0.0, 1e-1), (1e-1, 0.0), (0.0, 0.0), (NAN, 1.0), (1.0, INF), (INF, 1.0), (INF, INF)]
)
def test_where_nothing_arrives_or_delta_overflowed_there_is_no_growth(lost):
    first, last = lost
    assert growth(relu_4=[[first, 1e-2, last, 1.0]]) == {("relu", 4, 0, 0): None}
