"""The plan of a build: what would be done, why, and what stays."""

from __future__ import annotations

import pytest

from analysis.results import store as stores
from analysis.results.store import Store
from analysis.speed.recorded import RECORDED, read_benchmark
from analysis.studies.derived import all_activations, derived
from analysis.studies.study import Study
from analysis.training.epochs import train_stack
from analysis.workers.tasks import Drawn
from report.building import planning
from report.building.planning import planned
from report.building.up_to_date import Options, remember

FOUND = {
    "study": ["s.toml", {}],
    "options": {},
    "code": {"a.py": "1"},
    "chapters": {},
    "benchmark": {},
    "data": {},
    "packages": [],
    "python": "3",
    "machine": [],
    "date": "2000-01-01",
    "commit": ["0" * 40, False],
}


@pytest.fixture
def study(monkeypatch):
    """A small study, of a program that knows no other activations and predicts nothing."""
    monkeypatch.setattr(planning, "all_activations", list)
    monkeypatch.setattr(planning, "predictions", lambda study: [])
    return Study(name="s", activations=["tanh", "relu"], depths=[2, 3], seeds=1, epochs=2, width=8)


@pytest.fixture
def plan(study, tmp_path):
    """Plans a build of the study; keywords change the ingredients or the options."""

    def plan(study=study, found=FOUND, **options):
        asked = Options("s.toml", tmp_path / "out", device="cpu", **options)
        return list(planned(study, found, asked, tmp_path))

    return plan


@pytest.fixture
def built(study, small_data, tmp_path):
    """A store in which the study is trained, its activations are derived and its report is made."""
    for depth in study.depths:
        for result in train_stack([run for run in study.runs if run.depth == depth], small_data):
            Store(tmp_path).put(result)
    for function in study.functions:
        derived(function, tmp_path)
    remember(FOUND, {"files": {}, "results": {}, "claims": "", "complaints": [], "seconds": 9.0}, tmp_path)


@pytest.mark.slow
def test_at_first_all_is_to_be_done(plan):
    benchmark = read_benchmark(RECORDED)
    assert plan() == [
        "derive  tanh; relu: not made before",
        "train   4 networks, tanh, relu at 2, 3 layers: not trained before",
        f"        about 1 s, by the benchmark ({benchmark.machine})",
        "weave, draw and typeset: such a report was not made before",
        "keep    0 of 4 networks, 0 of 2 derivations",
    ]


def test_then_nothing_is(plan, built):
    assert plan() == [
        "derive  nothing",
        "train   nothing",
        "weave   nothing: the report is as it should be",
        "keep    4 of 4 networks, 2 of 2 derivations",
    ]


def test_what_is_new_in_a_study_is_trained(plan, built, study):
    lines = plan(study.model_copy(update={"seeds": 2}))
    assert lines[1] == "train   4 networks, tanh, relu at 2, 3 layers: not trained before"
    assert lines[2].endswith("by what was recorded")
    assert "networks are trained" in lines[3]
    assert lines[-1] == "keep    4 of 8 networks, 2 of 2 derivations"


def test_all_is_trained_again_where_that_is_asked_for(plan, built):
    assert plan(retrain=True)[1] == "train   4 networks, tanh, relu at 2, 3 layers: --retrain"


@pytest.fixture
def edited(built, monkeypatch):
    """The same, but stack.py has changed since."""
    means = stores.trained_with()
    sources = {**means["sources"], "analysis.training.stack": "0" * 64}
    monkeypatch.setattr(stores, "trained_with", lambda: {**means, "sources": sources})


def test_the_module_that_changed_is_named(plan, edited):
    assert plan()[1] == "train   4 networks, tanh, relu at 2, 3 layers: analysis/training/stack.py changed"


def test_results_of_before_are_accepted_where_that_is_asked_for(plan, edited):
    lines = plan(accept_stored=True)
    assert "train   nothing" in lines
    assert "accept  results of before: analysis/training/stack.py changed" in lines


def test_other_ingredients_are_told_with_old_and_new(plan, built):
    lines = plan(found={**FOUND, "code": {"a.py": "2"}, "date": "2000-01-02"})
    assert lines[2].startswith("weave   all chapters")
    assert "a.py changed, the date 2000-01-01 is now 2000-01-02" in lines[2]
    assert lines[3] == "        about 9 s, as it took the last time"


def test_the_report_derives_all_registered_activations_too():
    assert len(all_activations([])) > 20


@pytest.mark.slow
def test_what_is_not_predicted_yet_is_told_with_its_time(study, plan, tmp_path, monkeypatch):
    jobs = [Drawn(function, study) for function in study.functions]
    monkeypatch.setattr(planning, "predictions", lambda study: jobs)
    _, line, seconds, *_ = plan()
    assert line == "predict drawing networks of 8 units with tanh, drawing networks of 8 units with relu"
    assert seconds.endswith(" s, by the benchmark")
    jobs[0].do(tmp_path, "cpu", print)
    assert plan()[1] == "predict drawing networks of 8 units with relu"
    jobs[1].do(tmp_path, "cpu", print)
    assert not any(line.startswith("predict") for line in plan())
