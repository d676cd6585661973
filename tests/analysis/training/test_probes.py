"""Probes of networks, untrained and trained, against autograd; of gradients and images that are known; of NaN."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from reference import ACTIVATIONS, batch_of, trained, untrained

from analysis.studies.run import PROBES
from analysis.training.epochs import train_stack
from analysis.training.probes import UNDERFLOW, decorrelation, gradients, probe, root_mean_square
from analysis.training.ways import networks_of


def cosine(v):
    """Of two patterns (patterns, units), in the mean over pairs."""
    first, second = torch.triu_indices(len(v), len(v), 1)
    return torch.nn.functional.cosine_similarity(v[first], v[second]).mean()


def expected_of(model, data, count):
    """The measures of a network on the first training images, by autograd."""
    model.optimizer.zero_grad()
    model.loss(*batch_of(data.train_images[:count], data.train_labels[:count])).backward()
    below, above = model.v[:-1], list(zip(model.W[1:], model.v[1:], strict=True))
    silent = [model.slope(v) == 0 for v in below]
    return {
        "gradient_max": [W.grad.abs().max().item() for W in model.W],
        "gradient_rms": [W.grad.square().mean().sqrt().item() for W in model.W],
        "delta_max": [v.grad.abs().max().item() for v in model.v],
        "delta_rms": [v.grad.square().mean().sqrt().item() for v in model.v],
        "spectral_norm": [np.linalg.svd(W.detach())[1][0] for W in model.W],
        "delta_transfer": [
            (v.grad.norm(dim=1) / (torch.linalg.svdvals(W)[0] * over.grad.norm(dim=1))).max().item()
            for v, (W, over) in zip(below, above, strict=True)
        ]
        + [0],
        "dead_units": [part.all(0).double().mean().item() for part in silent] + [0],
        "decorrelation": [1 - cosine(v).item() for v in model.v],
    }


def test_probes_measure_the_gradients_of_the_first_training_images(run, small_data, way, libraries):
    runs = [run(name, depth=6, epochs=2) for name in ACTIVATIONS]
    inputs = small_data.train_images.shape[1]
    for result in train_stack(runs, small_data, np.float64, cache=libraries):
        one = result.run
        for epoch, model in ((0, untrained(one, inputs)), (2, trained(one, small_data)[0])):
            for measure, values in expected_of(model, small_data, one.batch_size).items():
                assert result.probes[epoch][measure] == pytest.approx(values, rel=1e-8)


def test_the_sum_of_the_softmax_outputs_has_no_gradient_but_rounding(run, small_data, way, libraries):
    [result] = train_stack([run()], small_data, np.float64, cache=libraries)
    assert max(result.probes[0]["softmax_sum_max"]) < 1e-15
    assert min(result.probes[0]["gradient_max"]) > 1e-5


def probed(run, small_data, libraries, **changes):
    """The probe of a network of which some arrays are changed."""
    networks = networks_of([run], small_data, np.float64, "cpu", libraries)
    arrays = networks.arrays()
    networks.restore(arrays | {name: change(arrays[name]) for name, change in changes.items()})
    [measured] = probe(networks, len(small_data.train_labels))
    assert sorted(measured) == sorted(PROBES)
    return measured


def test_a_relu_network_whose_biases_are_very_negative_is_dead(run, small_data, way, libraries):
    dead = probed(run("relu"), small_data, libraries, b1=lambda b: b - 1e3)
    assert dead["dead_units"] == pytest.approx([dead["dead_units"][0], 1, 0])
    assert dead["gradient_max"][:2] == dead["delta_max"][:2] == [0, 0]
    assert dead["delta_max"][2] > 0


def test_measures_of_a_network_with_nan_are_nan(run, small_data, way, libraries):
    lost = probed(run("tanh"), small_data, libraries, W0=lambda W: W * np.nan)
    assert np.isnan(lost["gradient_max"]).all()
    assert np.isnan(lost["spectral_norm"]).tolist() == [True, False, False]


def test_deltas_that_underflow_have_no_ratio_of_rounding(run, small_data, way, libraries):
    tiny = probed(run("tanh", 4), small_data, libraries, W3=lambda W: W * 1e-200)
    assert max(tiny["delta_transfer"]) < 1
    assert tiny["delta_max"][0] < UNDERFLOW


def test_a_gradient_is_the_product_of_delta_and_what_the_layer_is_given_in_double_precision():
    delta, y = np.float32([[1e-30, 2], [0, 1]]), np.float32([[1e-30, 0], [3, 1], [0, 5]])
    [found] = gradients([delta], [y])
    assert found.dtype == np.float64
    assert found[0, 0] == pytest.approx(1e-60, rel=1e-6)
    assert found[:, 1:].tolist() == [[pytest.approx(2), 10], [1, 5]]


def test_a_root_mean_square_is_summed_in_double_precision():
    assert root_mean_square(np.full(10, 1e-30, np.float32)) == pytest.approx(1e-30, rel=1e-6)
    assert root_mean_square(np.array([3.0, 4.0])) == pytest.approx(12.5**0.5)


def test_patterns_that_hardly_differ_are_told_apart():
    v = np.array([[1.0, 1.0], [0.0, 1e-12]])
    assert decorrelation(v) == pytest.approx(1e-24 / 2, rel=1e-9)
    assert decorrelation(np.eye(3)) == pytest.approx(1)
    assert decorrelation(np.array([[1.0, -2.0]])) == pytest.approx(2)


def test_a_pattern_that_is_zero_has_no_direction():
    assert decorrelation(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 3.0]])) == pytest.approx(1)
    assert np.isnan(decorrelation(np.array([[1.0, 0.0]])))
    assert np.isnan(decorrelation(np.array([[np.nan, 1.0]])))


def test_outputs_are_counted_of_all_images_where_they_are_few(run, small_data, way, libraries):
    count = len(small_data.train_labels)
    measured = probed(run("tanh"), small_data, libraries)
    assert (
        measured["distinct_outputs"] == [len(np.unique(small_data.train_images, axis=0))] * 3 == [count] * 3
    )
    dead = probed(run("relu"), small_data, libraries, b1=lambda b: b - 1e3)
    assert dead["distinct_outputs"] == [count, 1, 1]
