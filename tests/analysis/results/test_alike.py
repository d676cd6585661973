"""How many images networks tell apart, on counts that are made up."""

import numpy as np
import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.results.alike import SINGLE, half_lost, told_apart

STUDY = study_of(seeds=2, depths=(5, 20), activations=("tanh", "sigmoid"))


def probes(activation, depth, seed, epoch, layer):
    if activation == "tanh":
        return {"distinct_outputs": 1000, "decorrelation": 0.6 + 0.1 * seed}
    return {"distinct_outputs": 1000 if layer < 12 + seed else 3 + epoch * seed, "decorrelation": 1e-9}


RESULTS = made_up(STUDY, probes=probes)
THEORY = pl.DataFrame(
    [
        {"activation": name, "depth": depth, "layer": layer, "decorrelation": c if layer < 14 else c * 1e-20}
        for name, c in (("tanh", 0.6), ("sigmoid", 1e-3))
        for depth in (5, 20)
        for layer in range(1, depth + 1)
    ]
)


def test_single_precision_shows_no_less_than_half_a_spacing_of_every_number():
    v = np.random.default_rng(0).uniform(1, 2, 100_000).astype(np.float32)
    off = v.astype(float) * (1 + np.finfo(np.float32).eps / 2 * np.where(np.arange(len(v)) % 2, 1, -1))
    a, b = v / np.linalg.norm(v.astype(float)), off / np.linalg.norm(off)
    assert np.square(a - b).sum() / 2 == pytest.approx(SINGLE, rel=0.01)


def test_half_of_the_images_are_lost_in_the_first_layer_that_has_fewer_outputs():
    rows = {(row["activation"], row["depth"]): row for row in half_lost(RESULTS, THEORY, 1000).to_dicts()}
    assert rows["sigmoid", 20]["layers"] == [12, 13]
    assert rows["sigmoid", 20]["predicted"] == 14
    assert rows["tanh", 20]["layers"] == [None, None]
    assert (rows["sigmoid", 5]["layers"], rows["sigmoid", 5]["predicted"]) == ([None, None], None)


def test_the_table_has_the_least_and_the_greatest_where_seeds_differ():
    rows = {(row["activation"], row["depth"]): row for row in told_apart(RESULTS, THEORY, 1000).to_dicts()}
    deep = rows["sigmoid", 20]
    assert (deep["lost"], deep["lost_predicted"]) == ("12 to 13", 14)
    assert (deep["epoch 0"], deep["epoch 3"], deep["epoch 4"]) == ("3", "3 to 6", "3 to 7")
    assert (rows["tanh", 5]["lost"], rows["tanh", 5]["epoch 0"]) == (None, "1000")
    assert rows["tanh", 20]["rho"] == pytest.approx(1 - 0.65)
    assert rows["tanh", 5]["rho_predicted"] == pytest.approx(0.4)
