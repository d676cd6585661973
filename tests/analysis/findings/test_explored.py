"""What can be looked at of each kind of network: held against results that no network gave."""

import math

import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.findings.explored import explored
from analysis.theory.predictions import predictions

NONE_DRAWN = pl.DataFrame(
    schema={
        "activation": pl.String,
        "depth": pl.Int64,
        "layer": pl.Int64,
        "delta_low": pl.Float64,
        "delta_high": pl.Float64,
    }
)


def small(**study):
    return study_of(seeds=2, depths=(4,), epochs=4, activations=("tanh",), width=8, batch_size=16, **study)


def falling(activation, depth, seed, epoch, layer):
    return {"delta_rms": math.exp(layer - depth) if layer > seed else 0.0}


def test_delta_is_beside_its_prediction_and_nothing_where_nothing_arrives(mnist_cache):
    study = small()
    [kind] = explored([made_up(study, probes=falling)], NONE_DRAWN, mnist_cache)
    assert (kind["activation"], kind["depth"], kind["weights"]) == ("tanh", 4, "Glorot")
    whole = predictions(study, mnist_cache)
    assert [math.exp(value / 2) for value in kind["predicted"]] == pytest.approx(whole["delta"].to_list())
    assert kind["chi"] == pytest.approx([whole["chi"][0], whole["chi"][1]])
    assert kind["measured"] == [[-6.0, -4.0, -2.0, 0.0], [None, -4.0, -2.0, 0.0]]
    assert kind["low"] == kind["high"] == []


def test_bands_are_those_of_the_first_study(mnist_cache):
    layers = {
        "activation": "tanh",
        "depth": 4,
        "layer": [1, 2, 3, 4],
        "delta_low": [1.0] * 4,
        "delta_high": [math.e] * 4,
    }
    parts = [made_up(study) for study in (small(), small(initializer="he_uniform"))]
    own, other = explored(parts, pl.DataFrame(layers, schema=NONE_DRAWN.schema), mnist_cache)
    assert own["low"] == [0.0] * 4
    assert own["high"] == [2.0] * 4
    assert other["low"] == other["high"] == []


def test_a_kind_of_two_studies_is_that_of_the_first(mnist_cache):
    parts = [made_up(study) for study in (small(), small(name="again"), small(initializer="he_uniform"))]
    kinds = explored(parts, NONE_DRAWN, mnist_cache)
    assert [kind["weights"] for kind in kinds] == ["Glorot", "He"]
