"""What stored runs cost their reader, measured on a few."""

from __future__ import annotations

import json

import pytest

from analysis.results.store import trained_with
from analysis.speed.bookkeeping import bookkeeping
from analysis.studies.run import HISTORY, PROBES
from analysis.studies.study import Study


@pytest.mark.slow
def test_each_run_costs_about_what_its_numbers_take():
    study = Study(name="s", activations=["tanh", "relu"], depths=[2, 20], seeds=1, epochs=30)
    measured = bookkeeping(study, runs=200)
    assert measured.runs == 200 + 50  # and those with He's weights: ReLU at 20 layers
    # Measures of 30 epochs, and of 3 probes in 11 layers on average, in some 20 characters each.
    numbers = 0.02 * (30 * len(HISTORY) + 3 * len(PROBES) * 11)
    digests = len(json.dumps(trained_with())) / 1000  # of the modules that each was made with
    assert 0.8 < (measured.kilobytes_stored_per_run - digests) / numbers < 2
    assert 0 < measured.kilobytes_held_per_run < 1000
