"""The arrays that the compiled step is given: where they begin, which overlap, which part of them counts."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.training.compiled import CompiledNetworks
from analysis.training.memory import LINE, BatchArrays, NetworkArrays, aligned, place, watched
from analysis.training.ways import why_by_torch

UNITS = [20, 13, 5, 10]
KINDS = some.sampled_from([np.float32, np.float64])


def in_eights(units):
    return -(-units // 8) * 8


@given(shape=some.lists(some.integers(1, 9), min_size=1, max_size=3), kind=KINDS)
def test_arrays_begin_with_a_line_of_the_cache_and_are_zero(shape, kind):
    array = aligned(*shape, kind=kind)
    assert (array.shape, array.dtype) == (tuple(shape), kind)
    assert place(array) % LINE == 0
    assert array.flags.c_contiguous
    assert not array.any()


@given(units=some.lists(some.integers(1, 40), min_size=3, max_size=6), kind=KINDS)
def test_the_parameters_of_a_network_have_their_shapes_and_share_no_number(units, kind):
    names = ("W", "b", "u_W", "u_b")
    parameters = NetworkArrays(units, names, in_eights, kind)
    every = [part for name in names for part in parameters.real[name]]
    for r, (below, here) in enumerate(pairwise(units)):
        for name in names:
            assert parameters.real[name][r].shape == ((here, below) if name[-1] == "W" else (here,))
    for number, part in enumerate(every, start=1):
        part[:] = number
    assert all((part == number).all() for number, part in enumerate(every, start=1))


def test_the_structure_of_a_layer_points_to_its_arrays():
    parameters = NetworkArrays(UNITS, ("W", "b"), in_eights, np.float64)
    for r, layer in enumerate(parameters.layers):
        assert place(parameters.real["W"][r]) == layer.W
        assert layer.b == place(parameters.real["b"][r])
        assert layer.u_W is layer.s_b is None


def test_the_weights_of_the_first_layer_are_kept_transposed():
    parameters = NetworkArrays(UNITS, ("W",), in_eights, np.float64)
    first, second = parameters.real["W"][:2]
    assert first.strides == (8, 8 * in_eights(13))
    assert second.strides == (8 * in_eights(13), 8)


@pytest.mark.parametrize("apart", [False, True])
def test_deltas_of_layers_that_are_next_to_each_other_share_no_place(apart):
    at = BatchArrays([20, 13, 5, 13, 7, 10], 4, False, in_eights, np.float32, apart)
    assert [delta.shape[0] for delta in at.delta] == [4] * 5
    assert not any(np.shares_memory(*two) for two in pairwise(at.delta))
    if apart:
        assert not any(np.shares_memory(*two) for two in combinations(at.delta, 2))


def test_slopes_have_a_place_only_where_they_are_kept():
    for keeps in (True, False):
        at = BatchArrays(UNITS, 4, keeps, in_eights, np.float32)
        assert [slope is not None for slope in at.slope] == [keeps] * 2


def test_a_network_that_is_watched_tells_v_of_its_hidden_layers_and_then_goes_on_as_before(
    run, small_data, libraries
):
    if reason := why_by_torch("cpu", libraries):
        pytest.skip(reason)
    networks = CompiledNetworks([run("tanh", width=16)], small_data, np.float64, libraries)
    [network] = networks._networks
    before = network.forward
    with watched(network, np.float64) as seen:
        networks.evaluate()
    x = small_data.test_images / 255
    W, b = networks.arrays()["W0"][0], networks.arrays()["b0"][0]
    assert np.allclose(seen[0].reshape(40, 16), x @ W.T + b, rtol=1e-12)
    assert network.forward == before
    count = len(seen)
    networks.evaluate()
    assert len(seen) == count == 2
