"""Critical initial weights of a study: each activation's own, kept, and refused where there are none."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss

from analysis.studies import critical
from analysis.studies.critical import critical_sigmas
from analysis.studies.reading import StudyError, read
from analysis.training.networks import drawn
from derivations import Activation, NoCriticalPoint, activations, parse

Z, WEIGHTS = hermegauss(200)
WEIGHTS = WEIGHTS / WEIGHTS.sum()

STUDY = """activations = ["gelu", "tanh", "selu"]
depths = [3]
seeds = 2
epochs = 1
width = 64
initializer = "critical"
"""


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(STUDY)
    return read(str(path))


def test_gelu_s_weights_and_biases_keep_the_variance_the_squared_delta_and_small_changes():
    sigma_w, sigma_b = critical_sigmas(activations["gelu"])
    q = (3 + sqrt(17)) / 2
    v = sqrt(q) * Z
    phi, Phi = np.exp(-(v**2) / 2) / sqrt(2 * np.pi), (1 + np.vectorize(erf)(v / sqrt(2))) / 2
    f, slope, curvature = v * Phi, Phi + v * phi, phi * (2 - v**2)
    assert sigma_w**2 * (WEIGHTS @ f**2) + sigma_b**2 == pytest.approx(q, rel=1e-9)
    assert sigma_w**2 * (WEIGHTS @ slope**2) == pytest.approx(1, rel=1e-9)
    # dE[f^2]/dq = E[f'^2 + f f''], by Stein's lemma.
    assert sigma_w**2 * (WEIGHTS @ (slope**2 + f * curvature)) == pytest.approx(1, rel=1e-9)


def test_each_run_has_the_weights_of_its_own_activation(study):
    found = {run.activation: (run.sigma_w**2, run.sigma_b**2) for run in study.runs}
    assert found["gelu"] == pytest.approx((1.9830582574, 0.1729223908), abs=1e-10)
    assert found["tanh"] == (1, 0)
    assert found["selu"][1] == 0
    for run in study.runs:
        [_, (W, b), _] = drawn(run, 784)
        assert W.var() * 64 == pytest.approx(run.sigma_w**2, rel=0.1)
        assert b.var() == pytest.approx(run.sigma_b**2, rel=0.5)


def test_of_one_seed_weights_differ_by_a_factor_alone(study):
    gelu, tanh = (next(run for run in study.runs if run.activation == name) for name in ("gelu", "tanh"))
    for (W, _), (other, _) in zip(drawn(gelu, 784), drawn(tanh, 784), strict=True):
        assert np.allclose(W, gelu.sigma_w * other, rtol=1e-14)


def test_a_study_of_activations_without_a_critical_point_is_refused_with_the_reason_of_each(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(STUDY.replace('"tanh", "selu"', '"sigmoid", "softplus"'))
    with pytest.raises(StudyError) as refused:
        read(str(path))
    said = str(refused.value)
    assert f"{path}, line 1: activations = " in said
    assert 'initializer = "critical" needs a critical point' in said
    assert "sigmoid has no critical initial weights" in said
    assert "Softplus has no critical initial weights" in said
    assert "GELU" not in said


def test_an_expression_of_one_s_own_has_its_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        STUDY.replace('activations = ["gelu", "tanh", "selu"]\n', "")
        + '[activations]\nslow = "tanh(v/2)"\nsteep = "Max(0, 3*v)"\n'
    )
    found = {run.activation: (run.sigma_w, run.sigma_b) for run in read(str(path)).runs}
    assert found == {"slow": (2, 0), "steep": (pytest.approx(sqrt(2) / 3), 0)}


def test_an_expression_without_means_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        STUDY.replace('activations = ["gelu", "tanh", "selu"]\n', "") + '[activations]\nbig = "exp(v**4)"\n'
    )
    with pytest.raises(StudyError, match="needs a critical point: big has no critical"):
        read(str(path))


def test_variances_beside_the_critical_ones_are_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(STUDY + "sigma_w = 1.5\n")
    with pytest.raises(StudyError, match='sigma_w counts with initializer = "uniform" or "normal" only'):
        read(str(path))


def test_what_was_found_is_kept_and_not_sought_again(tmp_path, monkeypatch):
    monkeypatch.setattr(critical, "CACHE", tmp_path)
    for text, kept in (("tanh(v/4)", (4, 0)), ("1/(2 + v**2)", None)):
        for _ in range(2):
            function = Activation("own", parse(text), "own")
            critical_sigmas.cache_clear()
            if kept:
                assert critical_sigmas(function) == kept
            else:
                with pytest.raises(NoCriticalPoint, match="own has no critical initial weights"):
                    critical_sigmas(function)
    assert len(list((tmp_path / "critical").glob("*.json"))) == 2
    critical_sigmas.cache_clear()


def test_what_was_not_found_in_time_is_sought_again(tmp_path, monkeypatch):
    monkeypatch.setattr(critical, "CACHE", tmp_path)
    function = Activation("own", parse("tanh(v/5)"), "own")
    critical_sigmas.cache_clear()
    with monkeypatch.context() as hurried:
        hurried.setattr(critical, "_PATIENCE", 1e-3)
        with pytest.raises(NoCriticalPoint, match="is not known"):
            critical_sigmas(function)
    assert critical_sigmas(function) == (5, 0)
    critical_sigmas.cache_clear()
