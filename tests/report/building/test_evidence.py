"""The evidence: what of a report is kept, what has changed from one to another, and what a PDF carries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.results.frames import Results
from analysis.speed.recorded import RECORDED, read_benchmark
from analysis.studies.study import Study
from analysis.training.epochs import train_stack
from report.building.evidence import (
    EvidenceError,
    attached,
    differences,
    evidence,
    numbers,
    read_attached,
    read_evidence,
    sentences,
    to_attach,
)
from report.origin.provenance import provenance
from report.weaving.weave import Woven, weave

CHAPTER = """\
# %%
from analysis.findings.finding import Finding
from report.authoring import claim
shines = claim("The sun shines.", Finding(2 > 1, {"hours": [2]}, "number"))

# %% [markdown]
# # A heading
#
# One sentence, of
# two lines. {{ shines }} Is this the third?
#
# $$a = 1.$$ {#eq:a}
#
# ```python
# Code. Not prose.
# ```
#
# | no | sentence. |
"""
OLD = {
    "numbers": {"test accuracy, tanh": [0.96, 0.97], "gone": [1.0], "alone": [0.5]},
    "sentences": ["The same.", "It was so."],
    "claims": [
        {"sentence": "A.", "holds": True, "evidence": "1"},
        {"sentence": "B.", "holds": True, "evidence": "2"},
        {"sentence": "C.", "holds": True, "evidence": "3"},
    ],
}
NEW = {
    "numbers": {"test accuracy, tanh": [0.90, 0.91], "alone": [0.6]},
    "sentences": ["The same.", "It is not."],
    "claims": [
        {"sentence": "A.", "holds": False, "evidence": "0"},
        {"sentence": "B.", "holds": True, "evidence": "2.5"},
        {"sentence": "D.", "holds": True, "evidence": "4"},
    ],
}


@pytest.fixture
def woven(tmp_path: Path) -> Woven:
    (tmp_path / "01.py").write_text(CHAPTER)
    return weave([tmp_path / "01.py"])


@pytest.fixture(scope="module")
def results(small_data) -> Results:
    study = Study(name="s", activations=["tanh", "relu"], depths=[2], seeds=2, epochs=1, width=4)
    return Results.of(study, train_stack(study.runs, small_data))


def test_sentences_are_headings_and_prose_only(woven):
    assert sentences(woven) == [
        "A heading",
        "One sentence, of two lines.",
        "The sun shines.",
        "Is this the third?",
    ]


def test_numbers_have_a_value_for_each_seed(results):
    found = numbers(results)
    assert found["test accuracy, tanh, 2 layers"] == [
        result.history["test_accuracy"][-1] for result in results.runs if result.run.activation == "tanh"
    ]
    assert len(found) == 2 * 4


def test_what_changed_is_told_with_old_and_new_value_and_whether_by_more_than_the_spread():
    assert differences(OLD, OLD) == []
    assert differences(OLD, NEW) == [
        "number: test accuracy, tanh: 0.965 ± 0.0071 (n = 2) -> 0.905 ± 0.0071 (n = 2), "
        "by more than the spread",
        "number: gone: gone",
        "number: alone: 0.5 (n = 1) -> 0.6 (n = 1), spread unknown",
        "sentence: - It was so.",
        "sentence: + It is not.",
        "claim: flipped, holds -> not supported: A. (0)",
        "claim: evidence 2 -> 2.5: B.",
        "claim: gone: C.",
        "claim: new: D.",
    ]


def test_that_the_studies_differ_is_said_first():
    old, new = (
        {**OLD, "study": {"name": name, "seeds": seeds, "depths": [5], "beside": []}}
        for name, seeds in (("quick", 1), ("standard", 5))
    )
    assert differences(old, old) == []
    (first,) = differences(old, new)
    assert first == "the studies differ, quick and standard: name 'quick' -> 'standard', seeds 1 -> 5"
    assert differences(old, {**new, "numbers": NEW["numbers"]})[0] == first


def test_what_is_attached_gives_the_results_again(results):
    origin = provenance(results.study, results, read_benchmark(RECORDED))
    files = to_attach(results, origin)
    again, same = read_attached(files)
    assert same == origin
    assert again.table.drop("seconds").equals(results.table.drop("seconds"))
    first, *others = results.runs
    first.history["test_accuracy"][0] += 1e-12
    altered = Results.of(results.study, [first, *others])
    with pytest.raises(ValueError, match=r"results\.parquet is not what provenance\.json names"):
        read_attached({**files, "results.parquet": altered.as_parquet})


def test_evidence_can_be_written_and_read(woven, results, tmp_path):
    path = tmp_path / "provenance.json"
    path.write_text(json.dumps(evidence(woven, results)))
    assert read_evidence(path) == evidence(woven, results)
    assert read_evidence(path)["claims"][0]["source"] == "01.py:4"


@pytest.mark.parametrize("content", ["", "[]", '{"claims": []}', "{"])
def test_a_file_without_evidence_is_refused_by_name(tmp_path, content):
    path = tmp_path / "provenance.json"
    path.write_text(content)
    with pytest.raises(EvidenceError, match=r"provenance\.json is no provenance\.json"):
        read_evidence(path)


def test_a_pdf_without_evidence_is_refused_by_name(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"no PDF")
    for name, said in (("a.pdf", "is no PDF"), ("b.pdf", "there is no file")):
        with pytest.raises(EvidenceError, match=said):
            attached(tmp_path / name)
