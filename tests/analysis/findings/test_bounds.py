"""Whether measured deltas keep to their bounds, on results made by hand: it holds, fails, or there is no bound."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from made_up import made_up, study_of

from analysis.findings.bounds import never_exceeded

STUDY = study_of(activations=["sigmoid", "relu"], depths=(3,))


def passing(share):
    """Results whose sigmoid networks pass on this share of a delta, beyond the norm of the weights; ReLU, a tenth."""
    return made_up(STUDY, probes=lambda name, *_: {"delta_transfer": share if name == "sigmoid" else 0.1})


def test_a_quarter_bounds_the_sigmoid(tmp_path):
    found = never_exceeded(passing(0.25), tmp_path)
    assert found.holds
    [used] = found.numbers.values()
    assert sorted(used) == pytest.approx([0.1] * 3 + [1.0] * 3)
    assert not never_exceeded(passing(0.2501), tmp_path).holds


def test_networks_beside_the_study_are_held_against_it_too(tmp_path):
    assert not never_exceeded(replace(passing(0.1), beside={"he": passing(0.3)}), tmp_path).holds


def test_where_no_delta_is_finite_or_no_slope_bounded_there_is_nothing_to_find(tmp_path):
    lost = made_up(STUDY, probes=lambda *_: {"delta_transfer": math.nan})
    assert never_exceeded(lost, tmp_path) is None
    cube = study_of(activations=["cube"], expressions={"cube": "v**3"}, depths=(3,))
    assert never_exceeded(made_up(cube), tmp_path) is None
