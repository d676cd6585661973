"""What the study `gain` says, held against accuracies made by hand; and why its control is one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from made_up import made_up, study_of

from analysis.findings.gain import CONTROL, STUDY, ahead_of_tanh, compared, makes_up_for_most
from analysis.studies.reading import read


def results(tanh, control, lecun):
    """Those of a study of three seeds whose accuracies are on average these, a tenth less or more in each epoch."""
    last = {"tanh": tanh, "lecun": lecun}
    study = study_of(activations=("tanh", "lecun"), depths=(5,))
    one = made_up(
        study, lambda name, depth, seed, epoch: {"test_accuracy": last[name][seed] + (-1) ** epoch / 10}
    )
    other = made_up(
        study.model_copy(update={"activations": ("tanh",)}),
        lambda name, depth, seed, epoch: {"test_accuracy": control[seed] + (-1) ** epoch / 10},
    )
    return replace(one, beside={CONTROL: other})


def test_the_control_is_ahead_if_it_is_with_every_seed():
    finding = ahead_of_tanh(results([0.8, 0.7, 0.9], [0.9, 0.8, 0.95], [0.9] * 3), 5)
    assert finding is not None
    assert finding.holds
    assert finding.margin == pytest.approx([10, 10, 5])
    finding = ahead_of_tanh(results([0.8, 0.7, 0.9], [0.9, 0.8, 0.89], [0.9] * 3), 5)
    assert finding is not None
    assert not finding.holds


@pytest.mark.parametrize(("control", "holds"), [([0.86, 0.95, 0.9], True), ([0.84, 0.95, 0.9], False)])
def test_the_control_makes_up_for_most_if_it_is_nearer_to_lecun_s_with_every_seed(control, holds):
    finding = makes_up_for_most(results([0.8] * 3, control, [0.9] * 3), 5)
    assert finding is not None
    assert finding.holds == holds
    assert finding.margin == pytest.approx([min(10, 200 * (score - 0.85)) for score in control])


def test_nothing_is_made_up_for_where_lecun_s_activation_is_not_ahead():
    finding = makes_up_for_most(results([0.8] * 3, [0.9] * 3, [0.9, 0.79, 0.9]), 5)
    assert finding is not None
    assert not finding.holds
    assert finding.margin == pytest.approx([10, -1, 10])


def test_there_is_nothing_to_say_without_the_study_or_the_depth():
    assert ahead_of_tanh(None, 5) is None
    assert makes_up_for_most(made_up(study_of()), 5) is None
    assert ahead_of_tanh(results([0.8] * 3, [0.8] * 3, [0.8] * 3), 20) is None
    assert compared(None).is_empty()


def test_every_depth_has_a_row():
    [row] = compared(results([0.8] * 3, [0.85] * 3, [0.9] * 3)).to_dicts()
    assert row.pop("depth") == 5
    assert [row[name][2] for name in ("tanh", "control", "LeCun")] == pytest.approx([0.8, 0.85, 0.9])


def test_the_control_has_the_gain_of_lecun_s_activation_without_its_linear_term():
    [control] = read(STUDY).beside
    assert control.sigma_w == pytest.approx(1.7159 * 2 / 3, rel=1e-15)
    hidden = [study.initial_of(study.functions[0]).variances(32, 32)[0] for study in (read(STUDY), control)]
    assert hidden[1] == pytest.approx((1.7159 * 2 / 3) ** 2 * hidden[0])


def test_tanh_with_such_weights_is_lecun_s_activation_without_its_linear_term():
    random = torch.Generator().manual_seed(0)
    W = [
        torch.randn(shape, generator=random, dtype=torch.float64) / 3
        for shape in ((9, 9), (9, 9), (9, 9), (5, 9))
    ]
    a, b = 1.7159, 2 / 3
    scaled = [b * W[0], a * b * W[1], a * b * W[2], a * W[3]]
    x = torch.randn((9, 20), generator=random, dtype=torch.float64)
    ours, theirs = x, x
    for r in range(3):
        ours, theirs = torch.tanh(scaled[r] @ ours), a * torch.tanh(b * (W[r] @ theirs))
    assert torch.allclose(scaled[3] @ ours, W[3] @ theirs, rtol=1e-12)
