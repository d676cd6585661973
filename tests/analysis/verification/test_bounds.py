"""The bound on delta that a proven range gives, on random networks, and what exceeding it does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from analysis.results.frames import Results
from analysis.studies.study import Study
from analysis.training.epochs import train_stack
from analysis.training.probes import probe
from analysis.training.ways import networks_of
from analysis.verification.bounds import (
    BoundError,
    allowed,
    check_bounds,
    checked,
    steepest,
    tightness,
    transfers,
    unbounded,
)
from derivations import activations, derive, parse
from derivations.language.activation import Activation


@cache
def sup(name):
    return steepest(derive(activations[name]))


def largest(networks, change):
    """The measured `delta_transfer` of a network whose arrays are changed."""
    networks.restore({name: change(name, part) for name, part in networks.arrays().items()})
    [measured] = probe(networks, 75)
    return measured["delta_transfer"]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=some.sampled_from(sorted(activations)),
    depth=some.integers(2, 8),
    seed=some.integers(0, 10**6),
    scale=some.floats(-2, 2).map(lambda power: 10**power),
    bias=some.floats(0, 3),
)
def test_no_random_network_exceeds_the_bound(run, small_data, way, libraries, name, depth, seed, scale, bias):
    random = np.random.default_rng(seed)

    def change(parameter, part):
        if parameter.startswith("W"):
            return part * scale
        return part + random.normal(0, bias, part.shape) if parameter.startswith("b") else part

    networks = networks_of([run(name, depth=depth, seed=seed)], small_data, np.float64, "cpu", libraries)
    assert max(largest(networks, change)) <= sup(name) * (1 + 1e-12)


@pytest.mark.parametrize("name", ["tanh", "lecun", "sigmoid"])
def test_the_bound_is_reached_where_every_unit_is_steepest_and_weights_stretch_delta_most(
    run, small_data, way, libraries, name
):
    def change(parameter, part):
        if parameter == "W3":
            return part * (np.arange(10) == 0)[:, None]  # a single unit, and a single way to it
        return part * 1e-9 if parameter.startswith("W") else part  # v is nearly zero, where f is steepest

    networks = networks_of([run(name, depth=4, width=1)], small_data, np.float64, "cpu", libraries)
    assert largest(networks, change)[:2] == pytest.approx([sup(name)] * 2, rel=1e-6)


def test_the_steepest_slope_is_that_of_the_proven_range():
    assert sup("relu") == sup("tanh") == 1
    assert sup("sigmoid") == 0.25
    assert sup("lecun") == pytest.approx(1.7159 * 2 / 3 + 0.01, rel=1e-15)
    assert steepest(derive(Activation("cube", parse("v**3"), "Cube"))) == np.inf
    assert steepest(derive(Activation("down", parse("-2*v"), "Down"))) == 2


@pytest.fixture(scope="module")
def study():
    small = {"epochs": 1, "width": 8, "batch_size": 16, "learning_rate": 0.1}
    return Study(name="s", activations=["tanh", "relu"], depths=[4], seeds=2, **small)


@pytest.fixture(scope="module")
def results(study, small_data, libraries):
    return Results.of(study, train_stack(study.runs, small_data, cache=libraries))


def test_every_layer_but_the_last_epoch_and_network_is_held_against_the_bound(study, results, tmp_path):
    held = transfers(results, tmp_path)
    assert held.height == len(study.runs) * len(study.probe_epochs) * 3
    assert held["used"].is_between(0, 1).all()
    assert (held["used"] > 0.05).any()
    check_bounds(results, tmp_path)


def test_a_measurement_beyond_the_bound_ends_the_build_and_is_named(results, tmp_path):
    first, *others = results.runs
    probes = {
        epoch: {name: list(values) for name, values in of.items()} for epoch, of in first.probes.items()
    }
    probes[1]["delta_transfer"][1] = 1.001
    broken = Results.of(results.study, [replace(first, probes=probes), *others])
    with pytest.raises(
        BoundError, match=r"1 measurements.*factor of 1.001: tanh, 4 layers, seed 0, epoch 1, layer 2"
    ):
        check_bounds(broken, tmp_path)
    with pytest.raises(BoundError, match="tanh"):
        check_bounds(replace(results, beside={"he": broken}), tmp_path)


def test_only_as_much_is_allowed_beyond_the_bound_as_single_precision_rounds(study):
    assert 1 < allowed(study) < 1.00002
    assert allowed(study.model_copy(update={"width": 1024})) < 1.02


def test_networks_whose_gradients_are_not_finite_prove_nothing(results, tmp_path):
    probes = {
        epoch: {name: [float("nan")] * len(values) for name, values in of.items()}
        for epoch, of in results.runs[0].probes.items()
    }
    lost = Results.of(results.study, [replace(run, probes=probes) for run in results.runs])
    check_bounds(lost, tmp_path)
    assert transfers(lost, tmp_path).filter(pl.col("used").is_finite()).height == 0


def test_all_finite_ratios_are_counted_and_those_beside_the_study_with_them(results, tmp_path):
    alone = checked(results, tmp_path).height
    assert alone == transfers(results, tmp_path).height
    assert checked(replace(results, beside={"he": results}), tmp_path).height == 2 * alone


def test_activations_without_a_bound_are_named(study, tmp_path):
    own = {"expressions": {"cube": "v**3"}, "activations": ("tanh", "cube")}
    assert unbounded(Study(**study.model_dump() | own), tmp_path) == ["Cube"]
    assert unbounded(study, tmp_path) == []


def test_how_much_is_used_is_told_of_layers_that_delta_reaches():
    used = pl.DataFrame(
        {
            "activation": ["tanh"] * 4 + ["relu"],
            "depth": [5] * 5,
            "bound": [1.0] * 5,
            "used": [0.2, 0.0, 0.6, float("nan"), 0.0],
        }
    )
    assert tightness(used).rows() == [("tanh", 5, 1.0, 0.4, 0.6), ("relu", 5, 1.0, None, None)]
