"""The README: each command of it is run, or has a test of its own, and its picture shows the report as it is."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from picture import PICTURE, words_of
from PIL import Image

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.partition("  ")[0].partition(" #")[0]
    for line in re.findall(r"^    ((?:python|dask|REPORT_STUDY=).*)$", TEXT, re.MULTILINE)
]
#: by what the others are tested
ELSEWHERE = {
    "python -m pip install -e . && python build.py": "the second half below; the wheel in test_installed",
    "python -m pip install -e '.[test]' && python -m pytest -n 2 --dist loadfile": "this",
    "python build.py --watch": "test_watch",
    "python build.py --format all": "test_own_report",
    "python build.py --provenance": "test_own_report",
    "python build.py check out/report.pdf": "test_build",
    "python -m derivations --literature": "test_derivations",
    "python -m analysis benchmark": "test_analysis",
    "dask scheduler": "test_cluster",
    "dask worker tcp://host:8786 --nworkers 32 --nthreads 1": "test_cluster",
    "python build.py --study full --scheduler tcp://host:8786": "test_cluster",
    "REPORT_STUDY=quick jupyter lab report/chapters/trained.py": "test_notebooks",
}
#: those that would train the standard study are run with the quick one
OF_THE_STANDARD_STUDY = re.compile(r"python build\.py( --(?!study|report|help).*| verify --sample.*)")
SMALLER = {"seeds = 5": "seeds = 1", "epochs = 100": "epochs = 1", "[5, 20, 40]": "[2, 3]"}


def study() -> str:
    """The study of the README, in parts before the command to build it."""
    section = TEXT.partition("## Change the study")[2].partition("    python build.py")[0]
    return "".join(f"{line[4:]}\n" for line in section.splitlines() if line.startswith("    "))


@pytest.mark.slow
@pytest.mark.release
def test_every_command_does_what_it_should(tmp_path):
    """Each in the order of the README, in one folder."""
    smaller = study()
    for large, small in SMALLER.items():
        smaller = smaller.replace(large, small)
    (tmp_path / "mine.toml").write_text(smaller, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in COMMANDS:
        if command in ELSEWHERE:
            continue
        words = shlex.split(command)[1:]
        if words[0] == "build.py":
            words[0] = str(ROOT / "build.py")
        if OF_THE_STANDARD_STUDY.fullmatch(command):
            words += ["--study", "quick"]
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        if command == "python build.py --study quick":
            shutil.copytree(tmp_path / "out", tmp_path / "old")
            _, words = words_of(tmp_path / "out")
            assert Image.open(PICTURE).text["words"] == words, "make it anew: tests/support/picture.py"
    assert (tmp_path / "out" / "archive.zip").is_file()


def test_what_is_not_run_is_still_in_it():
    assert set(ELSEWHERE) <= set(COMMANDS)


def test_its_study_has_the_defaults():
    from analysis.studies.study import Study

    given = tomllib.loads(study())
    defaults = {name: field.default for name, field in Study.model_fields.items() if not field.is_required()}
    assert {name: value for name, value in given.items() if name in defaults} == {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in defaults.items()
        if name in given
    }
