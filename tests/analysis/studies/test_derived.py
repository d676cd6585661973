"""Derivations in the store: proven once, read back after, and never from a damaged entry."""

from __future__ import annotations

import pytest
from sympy import Rational

from analysis.studies.derived import derived
from derivations import Activation, Unproven, activations, derive, parse


@pytest.mark.parametrize("name", ["relu", "sigmoid"])
def test_a_stored_derivation_is_the_derivation(name, tmp_path):
    first, again = derived(activations[name], tmp_path), derived(activations[name], tmp_path)
    assert again is not first
    assert again.gradient_range == first.gradient_range == derive(activations[name]).gradient_range
    assert again.slopes == first.slopes


def test_a_damaged_entry_is_proven_again(tmp_path):
    derived(activations["sigmoid"], tmp_path)
    (entry,) = (tmp_path / "derivations").iterdir()
    entry.write_text(entry.read_text().replace("1/4", "1/2"))
    assert derived(activations["sigmoid"], tmp_path).gradient_range.values.sup == Rational(1, 4)
    entry.write_text("{")
    assert derived(activations["sigmoid"], tmp_path).gradient_range.values.sup == Rational(1, 4)


@pytest.mark.slow
def test_what_can_not_be_proven_is_said_so_and_not_tried_again(tmp_path, monkeypatch):
    odd = Activation("odd", parse("sin(v)*exp(sin(exp(v)))/(2+cos(v**2))"), "odd")
    first = derived(odd, tmp_path)
    with pytest.raises(Unproven):
        _ = first.gradient_range
    monkeypatch.setattr("derivations.derivation.gradient_range", None)
    again = derived(odd, tmp_path)
    assert again.unproven == first.unproven
    assert again.unproven
    assert again.slopes == first.slopes
