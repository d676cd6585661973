"""python build.py, from a tiny study to the text of its PDF, as a user runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from layout import strays
from measured import MEASURED
from pages import text_of
from pypdf import PdfReader
from tags import alternatives, broken_rules

ROOT = Path(__file__).parents[2]
TINY = """
activations = ["relu", "tanh", "sigmoid", "lecun"]
depths = [2, 20]
seeds = 1
epochs = 1
width = 8
"""


def build(*words, **options):
    return subprocess.run(
        [sys.executable, "build.py", *map(str, words)], cwd=ROOT, capture_output=True, text=True, **options
    )


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A tiny study and the folder of its report, in which a benchmark lay before."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.toml").write_text(TINY)
    (folder / "out").mkdir()
    (folder / "out" / "benchmark.json").write_text(json.dumps(MEASURED))
    done = build("--study", folder / "tiny.toml", "--output", folder / "out")
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.fixture(scope="module")
def text(tiny):
    """What the tiny report says, on one line."""
    return text_of(tiny[0] / "out" / "report.pdf")


@pytest.mark.slow
def test_report_has_all_four_tasks(text):
    for heading in (
        "Backpropagation, derived",
        "The range of the gradient",
        "One layer up, one layer down",
        "Untrained networks",
        "Trained networks",
        "LeCun’s activation against tanh",
        "Gradients by layer",
        "Causes: change one thing, and see who learns",
        "A map of what can be trained",
        "The proven range as a bound",
        "What differs from the published coursework",
        "How this report was made",
        "References",
    ):
        assert heading in text
    assert "8 networks of 2 and 20 layers" in text
    assert "| tex" not in text
    assert "{%" not in text
    assert "$" not in text


@pytest.mark.slow
def test_what_is_amiss_is_told_without_tex(tiny):
    _, done = tiny
    assert "not supported" in done.stderr
    assert "$" not in done.stderr
    assert "\\" not in done.stderr


@pytest.mark.slow
def test_every_figure_and_formula_of_the_report_has_alternative_text(tiny):
    pdf = PdfReader(tiny[0] / "out" / "report.pdf")
    figures, formulas = alternatives(pdf, "/Figure"), alternatives(pdf, "/Formula")
    assert len(figures) >= 6
    assert len(formulas) > 200
    assert all(figures)
    assert all(formulas)


@pytest.mark.slow
def test_the_report_breaks_no_rule_of_pdf_ua(tiny):
    assert broken_rules(tiny[0] / "out" / "report.pdf") == []


@pytest.mark.slow
def test_numbers_of_the_report_are_those_of_the_results(tiny, text):
    from analysis.keeping.files import CACHE
    from analysis.results.gathered import trained
    from analysis.studies.reading import read

    results = trained(read(str(tiny[0] / "tiny.toml")), CACHE)
    for row in results.summary.to_dicts():
        assert f"{100 * row['test_accuracy']:.1f}" in text


@pytest.mark.slow
def test_every_figure_and_table_of_the_report_is_in_its_section_and_near_its_mention(tiny):
    from analysis.keeping.files import CACHE

    assert strays(CACHE / "typeset" / "tiny.typ", tiny[0] / "out") == []


def content(folder):
    """File -> when it was written, and its bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.mark.slow
def test_a_build_with_nothing_changed_writes_nothing(tiny):
    folder, done = tiny
    before = content(folder / "out")
    again = build("--study", folder / "tiny.toml", "--output", folder / "out")
    assert again.returncode == 0, again.stderr
    assert "as it was: nothing has changed" in again.stdout
    assert again.stdout.splitlines()[0] == done.stdout.splitlines()[0]  # how many claims hold
    assert content(folder / "out") == before
    assert Path("report.pdf") in before


@pytest.mark.slow
def test_a_second_build_trains_nothing_and_writes_the_same_bytes(tiny):
    folder, _ = tiny
    (folder / "elsewhere").mkdir()
    shutil.copy(folder / "out" / "benchmark.json", folder / "elsewhere")
    again = build("--study", folder / "tiny.toml", "--output", folder / "elsewhere")
    assert again.returncode == 0, again.stderr
    assert "Training" not in again.stderr
    assert "written in" in again.stdout
    first, second = (
        {name: held for name, (_, held) in content(folder / each).items()} for each in ("out", "elsewhere")
    )
    assert first.keys() == second.keys()
    different = {str(name) for name in first if first[name] != second[name]}
    assert different <= {"provenance.json"}  # which has the time that each step took
    assert {str(name) for name in first} > {"report.pdf"}


@pytest.mark.slow
def test_provenance_names_versions_data_and_study(tiny):
    origin = json.loads((tiny[0] / "out" / "provenance.json").read_text())
    assert origin["study"]["depths"] == [2, 20]
    assert {"torch", "sympy", "typst", "python"} <= origin["versions"].keys()
    assert "train-images-idx3-ubyte" in origin["data"]


@pytest.mark.slow
def test_a_report_is_checked_from_its_pdf_alone(tiny, tmp_path):
    copy = tmp_path / "copy.pdf"
    copy.write_bytes((tiny[0] / "out" / "report.pdf").read_bytes())
    checked = build("check", copy)
    assert checked.returncode == 0, checked.stderr
    assert "is what they give, byte for byte" in checked.stdout


@pytest.mark.slow
def test_a_build_is_compared_with_another(tiny, tmp_path):
    out = tiny[0] / "out"
    assert build("diff", out / "provenance.json", "--output", out).stdout == "nothing changed\n"
    old = json.loads((out / "provenance.json").read_text())
    old["claims"][0]["holds"] = not old["claims"][0]["holds"]
    (tmp_path / "old.json").write_text(json.dumps(old))
    changed = build("diff", tmp_path / "old.json", "--output", out)
    assert changed.stdout.startswith("claim: flipped, ")
    assert changed.stdout.count("\n") == 1


@pytest.mark.slow
def test_a_benchmark_that_is_there_is_in_the_report(tiny, text):
    assert "The speed of training" in text
    assert "that of a library, with 158 GFLOP/s. Others reached 140 by another." in text
    assert "comes with the project" not in text
    assert (tiny[0] / "out" / "figures" / "benchmark.svg").is_file()


@pytest.mark.slow
def test_a_broken_benchmark_is_refused_and_the_report_left_as_it_was(tiny):
    folder, _ = tiny
    output = folder / "broken"
    shutil.copytree(folder / "out", output)
    (output / "benchmark.json").write_text("{}")
    before = content(output)
    refused = build("--study", folder / "tiny.toml", "--output", output)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "benchmark.json holds no benchmark" in refused.stderr
    assert content(output) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--study", "quik"], "did you mean quick?"),
        (["--study", "missing.toml"], "there is no file"),
        (["--device", "tpu"], "cpu"),
        (["--jobs", "0"], "jobs"),
        (["dif"], "diff"),
    ],
)
def test_bad_input_is_one_message_and_status_2(words, message, tmp_path):
    done = build(*words, "--output", tmp_path / "out")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_output_that_can_not_be_a_folder_is_refused_before_training(tmp_path):
    (tmp_path / "out").write_text("a file")
    done = build("--study", "quick", "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "can't be written" in done.stderr
    assert (tmp_path / "out").read_text() == "a file"


@pytest.mark.slow
def test_interrupt_leaves_nothing_half_written(tmp_path):
    (tmp_path / "long.toml").write_text(TINY.replace("epochs = 1", "epochs = 5000"))
    process = subprocess.Popen(
        [sys.executable, "build.py", "--study", tmp_path / "long.toml", "--output", tmp_path / "out"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # A shell lets what it runs in the background ignore it.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert any(line.startswith("Training") for line in process.stderr)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "Trained" not in errors
    assert "Interrupted: 0 of 9 networks are trained and stored; the others go on, the next time," in errors
    assert list((tmp_path / "out").iterdir()) == []
