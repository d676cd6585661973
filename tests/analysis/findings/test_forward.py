"""What becomes of images on the way up, on correlations and counts that are made up."""

import math

import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.findings import forward

STUDY = study_of(depths=(5, 20, 40))
IMAGES = 1000


def measured(study=STUDY, activations=("sigmoid",), **measures):
    """Results in which measures of these activations are those of functions of depth, seed, epoch and layer."""

    def probes(activation, *of):
        if activation not in activations:
            return {"distinct_outputs": IMAGES, "decorrelation": 0.5}
        return {name: measure(*of) for name, measure in measures.items()}

    return made_up(study, probes=probes)


def theory(c, activations=("sigmoid",), depths=(5, 20, 40)):
    """Predictions of 1 - rho, a function of the layer."""
    rows = [
        (name, depth, layer, c(layer))
        for name in activations
        for depth in depths
        for layer in range(1, depth + 1)
    ]
    columns = {"activation": pl.String, "depth": pl.Int64, "layer": pl.Int64, "decorrelation": pl.Float64}
    return pl.DataFrame(rows, schema=columns, orient="row")


def falling(factor):
    return lambda *of: 0.6 * factor ** -(of[-1] - 1.0)


def ends(**limits):
    rows = [(name, rho, scale) for name, (rho, scale) in limits.items()]
    columns = {"activation": pl.String, "rho": pl.Float64, "depth_scale": pl.Float64}
    return pl.DataFrame(rows, schema=columns, orient="row")


LIMITS = ends(sigmoid=(1.0, 0.35), relu=(1.0, math.inf), tanh=(None, math.inf), lecun=(0.0, 96.0))


def test_the_limits_of_the_four_activations():
    assert forward.all_become_one(STUDY, LIMITS, "sigmoid").holds
    assert not forward.all_become_one(STUDY, LIMITS, "relu").holds
    assert forward.become_one_slowly(STUDY, LIMITS, "relu").holds
    assert not forward.become_one_slowly(STUDY, LIMITS, "sigmoid").holds
    assert forward.stay_apart(STUDY, LIMITS, ("tanh", "lecun")).holds
    assert not forward.stay_apart(STUDY, LIMITS, ("tanh", "relu")).holds


def test_limits_are_spoken_of_with_glorots_weights_and_where_they_are_known():
    he = study_of(initializer="he_uniform")
    assert forward.all_become_one(he, LIMITS, "sigmoid") is None
    assert forward.stay_apart(STUDY, ends(tanh=(None, math.inf)), ("tanh", "lecun")) is None


@pytest.mark.parametrize(("factor", "holds"), [(18.0, True), (16.0, True), (14.0, False), (22.0, False)])
def test_what_correlations_lack_falls_by_the_predicted_factor(factor, holds):
    results = measured(decorrelation=falling(factor))
    found = forward.falls_as_predicted(results, theory(falling(18.0)), "sigmoid", STUDY.deep, within=0.2)
    assert found.holds is holds
    assert found.numbers["predicted"] == pytest.approx([18.0] * 6)
    assert found.numbers["$1 - \\rho$ falls per layer by a factor of"] == pytest.approx([factor] * 6)


def test_the_fall_is_followed_as_far_as_single_precision_shows_it():
    rounding = measured(decorrelation=lambda *of: max(falling(18.0)(*of), 1e-15))
    assert forward.falls_as_predicted(rounding, theory(falling(18.0)), "sigmoid", (20, 40), within=0.2).holds
    assert (
        forward.falls_as_predicted(rounding, theory(lambda layer: 1e-20), "sigmoid", (20,), within=0.2)
        is None
    )
    assert forward.falls_as_predicted(rounding, theory(falling(18.0)), "sigmoid", (), within=0.2) is None


@pytest.mark.parametrize(("off", "holds"), [(0.09, True), (0.11, False)])
def test_wide_networks_follow_the_map_in_every_hidden_layer(off, holds):
    drawn = theory(lambda layer: 0.5 + off * (layer == 7) + 0.3 * (layer == 20), depths=(20,))
    found = forward.follows_the_map(drawn, theory(lambda layer: 0.5, depths=(20,)))
    assert found.holds is holds
    assert list(found.numbers.values()) == [[pytest.approx(off)]]
    assert forward.follows_the_map(drawn.clear(), drawn) is None


def counting(few):
    """As many outputs as images up to layer 12, and then `few` by depth."""
    return lambda depth, seed, epoch, layer: IMAGES if layer <= 12 else few(depth, seed, epoch)


def test_other_networks_give_every_image_its_own_output():
    results = measured(distinct_outputs=counting(lambda *of: 1))
    assert forward.every_image_has_its_own(results, ("relu", "tanh"), IMAGES).holds
    assert not forward.every_image_has_its_own(results, ("relu", "sigmoid"), IMAGES).holds
    assert forward.every_image_has_its_own(results, ("gelu",), IMAGES) is None


def test_very_deep_networks_give_fewer_outputs_than_classes_at_every_probed_epoch():
    one = measured(distinct_outputs=counting(lambda depth, *of: 1 if depth == 40 else 30))
    found = forward.fewer_outputs_than_classes(one, "sigmoid", 10)
    assert found.holds
    assert forward.in_words(found) == "one output"
    assert not forward.fewer_outputs_than_classes(one, "sigmoid", 1).holds
    later = measured(
        distinct_outputs=counting(lambda depth, seed, epoch: 10 if epoch == 4 and seed == 2 else 2)
    )
    found = forward.fewer_outputs_than_classes(later, "sigmoid", 10)
    assert not found.holds
    assert forward.in_words(found) == "from 2 to 10 different outputs"
    assert (
        forward.fewer_outputs_than_classes(
            measured(study_of(), distinct_outputs=counting(lambda *of: 1)), "sigmoid", 10
        )
        is None
    )


def test_few_outputs_are_those_of_untrained_networks():
    results = measured(distinct_outputs=counting(lambda depth, seed, epoch: 30 if epoch == 0 else 500))
    assert forward.few_outputs(results, "sigmoid", STUDY.deep, IMAGES, share=1 / 20).holds
    assert not forward.few_outputs(results, "sigmoid", STUDY.deep, IMAGES, share=1 / 50).holds
    assert forward.few_outputs(results, "sigmoid", (), IMAGES, share=1 / 20) is None


def test_half_of_the_images_are_lost_where_it_is_predicted():
    results = measured(distinct_outputs=counting(lambda *of: 400))
    found = forward.lost_where_predicted(results, theory(falling(18.0)), "sigmoid", IMAGES, within=2)
    assert found.holds
    assert set(found.numbers["layer"]) == {13}
    sooner = theory(falling(1000.0))
    assert not forward.lost_where_predicted(results, sooner, "sigmoid", IMAGES, within=2).holds
    never = measured(distinct_outputs=lambda *of: IMAGES)
    assert not forward.lost_where_predicted(never, theory(falling(18.0)), "sigmoid", IMAGES, within=2).holds
    assert (
        forward.lost_where_predicted(results, theory(lambda layer: 0.5), "sigmoid", IMAGES, within=2) is None
    )


@pytest.mark.parametrize(("upper", "holds"), [(0.4, True), (0.1, False)])
def test_more_units_are_dead_in_the_upper_half(upper, holds):
    dead = measured(
        activations=("relu",), dead_units=lambda depth, seed, epoch, layer: upper if layer > 20 else 0.2
    )
    predicted = theory(lambda layer: 0.5 if layer <= 20 else 0.0, activations=("relu",))
    found = forward.dead_units_grow_upwards(dead, predicted, 40, 64)
    assert found.holds is holds
    assert found.margin == pytest.approx([100 * (upper - 0.2)] * 3)
    assert found.numbers["upper half, predicted"] == [0.5]  # of parallel images, every second unit
    assert (
        forward.dead_units_grow_upwards(made_up(study_of(activations=("tanh",))), predicted, 20, 64) is None
    )
