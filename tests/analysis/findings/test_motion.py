"""Whether weights move, on gradients, norms and profiles that are made up."""

import math

import numpy as np
import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.findings import motion
from analysis.studies.patterns import Data

STUDY = study_of(depths=(5, 20))


def measured(**measures):
    """Results in which measures are those of these functions: of depth, seed, epoch and layer."""
    return made_up(
        STUDY,
        probes=lambda activation, *of: {name: measure(*of) for name, measure in measures.items()},
    )


def falling(per_layer, moves=0.0):
    """Delta falls by orders of magnitude per layer, by so many more in all after each epoch."""
    return measured(
        delta_rms=lambda depth, seed, epoch, layer: (
            10.0 ** -((per_layer + moves * epoch / (depth - 2)) * (depth - layer))
        )
    )


def theory(per_layer, chi=0.05):
    """Predictions of deep sigmoid networks with such a fall, and with this chi."""
    rows = [
        {
            "activation": "sigmoid",
            "depth": 20,
            "layer": layer,
            "delta": None if per_layer is None else 10.0 ** -(per_layer * (20 - layer)),
            "chi": None if layer == 20 else chi,
        }
        for layer in range(1, 21)
    ]
    return pl.DataFrame(
        rows,
        schema={
            "activation": pl.String,
            "depth": pl.Int64,
            "layer": pl.Int64,
            "delta": pl.Float64,
            "chi": pl.Float64,
        },
    )


def test_delta_vanishes_where_it_does_in_theory_and_in_every_network():
    found = motion.delta_vanishes(falling(0.6), theory(0.6), "sigmoid", (20,), to=1e-6)
    assert found.holds
    assert found.numbers["predicted"] == pytest.approx([10 ** -(0.6 * 18)])
    assert found.numbers["measured"] == pytest.approx([10 ** -(0.6 * 18)] * 3)


@pytest.mark.parametrize(("in_theory", "in_networks"), [(0.6, 0.1), (0.1, 0.6)])
def test_it_has_not_vanished_where_theory_or_a_network_has_more(in_theory, in_networks):
    found = motion.delta_vanishes(falling(in_networks), theory(in_theory), "sigmoid", (20,), to=1e-6)
    assert not found.holds


def test_delta_of_exactly_zero_has_vanished():
    results = measured(delta_rms=lambda depth, seed, epoch, layer: 0.0 if layer == 1 else 1.0)
    found = motion.delta_vanishes(results, theory(0.6), "sigmoid", (20,), to=1e-6)
    assert found.holds


def test_without_networks_or_predictions_nothing_vanishes():
    assert motion.delta_vanishes(falling(0.6), theory(0.6), "sigmoid", (), to=1e-6) is None
    assert motion.delta_vanishes(falling(0.6), theory(0.6), "silu", (20,), to=1e-6) is None
    assert motion.delta_vanishes(falling(0.6), theory(None), "sigmoid", (20,), to=1e-6) is None


def images(count):
    """Training images of four pixels."""
    nothing = np.zeros((count, 4), np.uint8)
    return Data("made up", nothing, np.zeros(count, np.int64), nothing, np.zeros(count, np.int64))


# The first layer has four inputs and 32 units, and so a typical weight of the square root of 2 / 36, which lies
# between 1/8 and 1/4: there the numbers of single precision are 2^-26 apart. 4 epochs of 2 steps of a hundredth.
HALFWAY = 2.0**-27 / (4 * 2 * 0.01)


@pytest.mark.parametrize(("gradient", "holds"), [(0.99 * HALFWAY, True), (1.01 * HALFWAY, False)])
def test_weights_could_not_move_if_all_steps_lead_less_than_halfway_to_the_next_number(gradient, holds):
    results = measured(gradient_max=lambda depth, seed, epoch, layer: gradient if layer == 1 else 1.0)
    assert motion.could_not_move(results, "sigmoid", (20,), images(100)).holds == holds


def test_the_largest_gradient_of_any_seed_and_epoch_counts():
    results = measured(gradient_max=lambda depth, seed, epoch, layer: 1.0 if (seed, epoch) == (2, 3) else 0.0)
    assert not motion.could_not_move(results, "sigmoid", (20,), images(100)).holds


def test_a_gradient_that_is_no_number_may_have_moved_them():
    results = measured(gradient_max=lambda depth, seed, epoch, layer: math.nan if seed == 1 else 0.0)
    assert not motion.could_not_move(results, "sigmoid", (20,), images(100)).holds


def test_a_norm_is_kept_if_it_is_the_same_to_its_last_bit():
    same = measured(spectral_norm=lambda depth, seed, epoch, layer: 1.0 + seed if layer == 1 else 1.0 + epoch)
    assert motion.keeps_its_norm(same, "sigmoid", (20,)).holds
    other = measured(
        spectral_norm=lambda depth, seed, epoch, layer: 1 + 2**-52 if (seed, epoch) == (1, 4) else 1
    )
    found = motion.keeps_its_norm(other, "sigmoid", (20,))
    assert not found.holds
    assert sorted(found.numbers["different norms of a network"]) == [1, 1, 2]


def test_a_fall_is_kept_if_it_changes_by_less_at_every_epoch():
    found = motion.keeps_its_fall(falling(0.6, moves=0.02), "sigmoid", (20,), within=0.1)
    assert found.holds
    assert max(found.numbers["orders of magnitude"]) == pytest.approx(0.08)
    assert not motion.keeps_its_fall(falling(0.6, moves=0.03), "sigmoid", (20,), within=0.1).holds


def test_where_nothing_arrives_there_is_no_fall_to_keep():
    results = measured(delta_rms=lambda depth, seed, epoch, layer: 0.0)
    assert motion.keeps_its_fall(results, "sigmoid", (20,), within=0.1) is None


@pytest.mark.parametrize(
    ("gradient", "chi", "holds"),
    [(1e-3, 0.05, True), (0.0, 0.05, False), (math.nan, 0.05, False), (1e-3, 0.9, False)],
)
def test_only_a_gradient_reaches_the_output_and_no_difference_between_images(gradient, chi, holds):
    results = measured(gradient_max=lambda depth, seed, epoch, layer: gradient if layer == depth else 1.0)
    found = motion.reaches_the_output_only(results, theory(0.6, chi), "sigmoid", (20,), to=1e-6)
    assert found.holds == holds
    # From the first of 19 hidden layers to the last there are 18 factors, of squares.
    assert found.numbers["left of a difference"] == pytest.approx([chi**9])


@pytest.mark.parametrize(("activation", "depths"), [("sigmoid", ()), ("silu", (20,))])
def test_of_networks_that_there_are_none_of_nothing_is_said(activation, depths):
    results = measured()
    assert motion.could_not_move(results, activation, depths, images(100)) is None
    assert motion.keeps_its_norm(results, activation, depths) is None
    assert motion.keeps_its_fall(results, activation, depths, within=0.1) is None
    assert motion.reaches_the_output_only(results, theory(0.6), activation, depths, to=1e-6) is None


def test_of_differences_of_which_theory_says_nothing_nothing_is_said():
    assert motion.reaches_the_output_only(measured(), theory(0.6, None), "sigmoid", (20,), to=1e-6) is None
