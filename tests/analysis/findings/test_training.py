"""What training does is said of the networks that learn, and of none where none does."""

import math

import pytest
from made_up import made_up, study_of

from analysis.findings import training


def nothing_learned(*who):
    return {"test_accuracy": 0.1}


def growing(at_first, later, **study):
    """Results in which delta gains so many orders of magnitude from each hidden layer to the one below."""
    return made_up(
        study_of(**study),
        probes=lambda activation, depth, seed, epoch, layer: {
            "delta_rms": 10.0 ** ((later if epoch else at_first) * (depth - layer))
        },
    )


def changing(measure, factor):
    """Results in which a measure of all layers is this factor of what it was; factor(activation, depth, seed)."""
    return made_up(
        study_of(),
        probes=lambda activation, depth, seed, epoch, layer: {
            measure: factor(activation, depth, seed) ** (epoch / 4)
        },
    )


def test_delta_grows_downwards_where_it_does_in_every_network_that_has_learned():
    found = training.grows_downwards(growing(-0.1, 0.1), 3)
    assert found.holds
    assert min(found.numbers["orders of magnitude"]) == pytest.approx(0.3)
    assert max(found.numbers["orders of magnitude"]) == pytest.approx(1.8)
    assert found.remark == "networks: 24"
    assert found.margin == pytest.approx([0.3] * 3)  # at 5 layers
    failed = training.grows_downwards(growing(0.1, -0.1), 3)
    assert not failed.holds


def test_networks_that_have_not_learned_are_not_asked():
    def one_learns(activation, depth, seed, epoch):
        return {} if activation == "tanh" else {"test_accuracy": 0.5}

    def probes(activation, depth, seed, epoch, layer):
        return {"delta_rms": 2.0 ** (depth - layer if activation == "tanh" else layer)}

    found = training.grows_downwards(made_up(study_of(), one_learns, probes), 3)
    assert found.holds
    assert found.remark == "networks: 6"


def test_where_nothing_arrives_delta_does_not_grow():
    results = made_up(study_of(), probes=lambda a, d, s, e, layer: {"delta_rms": 0.0 if layer == 1 else 1.0})
    found = training.grows_downwards(results, 3)
    assert not found.holds
    assert found.margin == [-math.inf] * 3


@pytest.mark.parametrize("finding", [training.grows_downwards, training.growth_increases])
def test_without_a_network_that_has_learned_or_has_two_hidden_layers_growth_is_not_spoken_of(finding):
    assert finding(made_up(study_of(), nothing_learned), 3) is None
    assert finding(growing(0.1, 0.2, depths=(2,)), 3) is None


def test_growth_increases_by_as_much_as_it_was_less_at_first():
    found = training.growth_increases(growing(-0.1, 0.1, depths=(5,)), 3)
    assert found.holds
    assert found.margin == pytest.approx([0.6] * 3)
    failed = training.growth_increases(growing(0.1, 0.05, depths=(5,)), 3)
    assert not failed.holds


def test_growth_increases_where_nothing_arrived_at_first():
    results = made_up(
        study_of(),
        probes=lambda a, d, s, epoch, layer: {"delta_rms": 0.0 if layer == 1 and not epoch else 1.0},
    )
    found = training.growth_increases(results, 3)
    assert found.holds
    assert found.margin == [math.inf] * 3


def test_delta_of_the_output_layer_shrinks_by_the_margin_of_the_network_where_it_does_least():
    found = training.output_delta_shrinks(
        changing("delta_rms", lambda a, depth, seed: 10.0 ** -(depth + seed))
    )
    assert found.holds
    assert found.margin == pytest.approx([5, 6, 7])
    failed = training.output_delta_shrinks(
        changing("delta_rms", lambda a, depth, seed: 0.5 if seed else 1.01)
    )
    assert not failed.holds
    assert failed.margin == pytest.approx([-math.log10(1.01), math.log10(2), math.log10(2)])


def test_the_largest_norm_of_all_layers_grows():
    def probes(activation, depth, seed, epoch, layer):
        return {
            "spectral_norm": 2.0 if layer == 2 and epoch == 4 else 1.0 if layer == 2 else 0.9 - epoch / 10
        }

    found = training.largest_norm_grows(made_up(study_of(), probes=probes))
    assert found.holds
    assert found.margin == pytest.approx([math.log10(2)] * 3)
    failed = training.largest_norm_grows(
        changing("spectral_norm", lambda activation, *_: 0.9 + len(activation) / 50)
    )
    assert not failed.holds


def test_without_networks_that_have_learned_nothing_is_said_of_them():
    assert training.output_delta_shrinks(made_up(study_of(), nothing_learned)) is None
    assert training.largest_norm_grows(made_up(study_of(), nothing_learned)) is None


def test_seeds_of_which_no_network_has_learned_have_no_margin():
    results = made_up(
        study_of(),
        lambda a, d, seed, e: {"test_accuracy": 0.1} if seed == 1 else {},
        lambda a, d, s, epoch, layer: {"delta_rms": 1.0 / (1 + epoch)},
    )
    found = training.output_delta_shrinks(results)
    assert found.margin == pytest.approx([math.log10(5)] * 2)


def test_the_first_gradient_falls_from_an_epoch_to_the_last_where_its_median_does_at_every_depth():
    def falling(grows=()):
        def probes(activation, depth, seed, epoch, layer):
            last = 3.0 if seed in grows else 0.1 * depth / 5
            return {"gradient_rms": {0: 0.0, 3: 1.0, 4: last}[epoch] if layer == 1 else 1.0}

        return training.first_gradient_falls(made_up(study_of(), probes=probes), "lecun", 3)

    assert falling().holds
    assert falling().numbers["of what it was, the medians"] == pytest.approx([0.1, 0.4])
    assert falling(grows=[1]).holds
    assert max(falling(grows=[1]).numbers["in single networks"]) == pytest.approx(3)
    assert not falling(grows=[0, 1]).holds
    assert not training.first_gradient_falls(made_up(study_of()), "lecun", 3).holds


def test_a_fall_after_the_last_epoch_or_of_an_activation_that_is_not_there_does_not_apply():
    assert training.first_gradient_falls(made_up(study_of(epochs=3)), "lecun", 3) is None
    assert training.first_gradient_falls(made_up(study_of(activations=("relu",))), "lecun", 3) is None
