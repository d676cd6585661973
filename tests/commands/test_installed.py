"""Installed as a wheel, in another folder: it works too, and keeps its results in the user's cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from pages import pages_of
from stores import share_theory

pytestmark = [pytest.mark.slow, pytest.mark.release]
ROOT = Path(__file__).parents[2]
TINY = """activations = ["relu", "silu"]
depths = [2]
seeds = 1
epochs = 1
width = 4
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the wheel is unpacked, as pip does, and another to work in."""
    made, site, place = (tmp_path_factory.mktemp(name) for name in ("wheel", "site", "place"))
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", made, ROOT]
    subprocess.run([sys.executable, *words], check=True, cwd=place)
    (wheel,) = made.glob("*.whl")
    ZipFile(wheel).extractall(site)
    share_theory(place / "cache" / "activation-gradients")
    return site, place


def run(installed, *words):
    site, place = installed
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(place / "cache")}
    command = [sys.executable, "-m", "report", *map(str, words)]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)


def test_a_report_is_made_and_its_results_lie_in_the_cache_of_the_user(installed):
    site, place = installed
    (place / "tiny.toml").write_text(TINY)
    before = {path for path in site.rglob("*") if path.suffix != ".pyc"}
    done = run(installed, "--study", "tiny.toml")
    assert done.returncode == 0, done.stderr
    assert "2 networks of 2 layers" in " ".join(pages_of(place / "out" / "report.pdf")[:3])
    assert list((place / "cache" / "activation-gradients" / "runs").glob("*.json"))
    assert {
        path for path in site.rglob("*") if path.suffix not in (".pyc", "") or path.is_file()
    } <= before | {path for path in site.rglob("*") if "__pycache__" in path.parts}
    again = run(installed, "--study", "tiny.toml")
    assert "nothing has changed" in again.stdout


def test_it_is_no_checkout_and_says_no_commit(installed):
    site, place = installed
    code = "from report.origin.checkout import commit; import report; print(report.__file__); print(repr(commit()))"
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [str(site / "report" / "__init__.py"), "''"]


def test_each_package_says_that_it_is_typed_and_the_wheel_names_its_command(installed):
    site, _ = installed
    assert all((site / package / "py.typed").is_file() for package in ("derivations", "analysis", "report"))
    (entries,) = site.glob("*.dist-info/entry_points.txt")
    assert "activation-gradients = report.__main__:main" in entries.read_text()
