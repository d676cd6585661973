"""Without what only Linux or Unix has (resource, alarms, affinity, /proc), and in a Windows code page, all of it works.

The commands run in processes in which these are hidden, and in which a file that is opened without its encoding is an
error. So are the processes that they start.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).parents[2]
HIDING = r"""
import builtins, os, pathlib, signal, warnings

OURS = ("derivations", "analysis", "report", "build", "__main__")

def importing(name, names=None, *more, known=builtins.__import__, **options):
    if name in ("resource", "fcntl", "pwd") and (names or {}).get("__name__", "").split(".")[0] in OURS:
        raise ModuleNotFoundError(f"No module named {name!r}")  # libraries have other ways elsewhere
    return known(name, names, *more, **options)

builtins.__import__ = importing
for name in ("setitimer", "alarm", "SIGALRM", "ITIMER_REAL"):
    delattr(signal, name)
for name in ("sched_getaffinity", "fork"):
    delattr(os, name)

def refusing(known):
    def asked(self, *words, **options):
        if str(self).startswith("/proc"):
            raise FileNotFoundError(2, "No such file or directory", str(self))
        return known(self, *words, **options)
    return asked

for name in ("open", "stat"):
    setattr(pathlib.Path, name, refusing(getattr(pathlib.Path, name)))
warnings.filterwarnings("error", category=EncodingWarning, module=rf"({'|'.join(OURS)})\b")
"""
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for part in ("derivations", "analysis", "report")
    for path in (ROOT / part).rglob("*.py")
    if not {"chapters", "starter"} & set(path.parts) and path.name != "__main__.py"
)
TINY = """activations = ["relu", "tanh"]
depths = [3]
seeds = 1
epochs = 1
width = 8
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Runs Python with these words as if on another system."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "sitecustomize.py").write_text(HIDING, encoding="utf-8")
    paths = os.pathsep.join([str(folder), str(ROOT)])
    codes = {"PYTHONIOENCODING": "cp1252", "PYTHONWARNDEFAULTENCODING": "1"}
    environment = {**os.environ, **codes, "PYTHONPATH": paths}

    def run(*words):
        command = [sys.executable, *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")

    return run


def test_what_is_hidden_is_hidden(elsewhere):
    code = """
import os, signal
from pathlib import Path
assert not hasattr(signal, "setitimer") and not hasattr(os, "fork")
assert not Path("/proc/cpuinfo").exists()
try:
    import resource
except ImportError:
    print("hidden")
try:
    Path("README.md").read_text()
except EncodingWarning:
    print("told")
"""
    assert elsewhere("-c", code).stdout == "hidden\ntold\n"


@pytest.mark.slow
def test_every_module_can_be_imported(elsewhere):
    done = elsewhere("-c", f"import importlib\nfor name in {MODULES}: importlib.import_module(name)")
    assert done.returncode == 0, done.stderr


def test_the_machine_is_known_by_what_every_system_tells(elsewhere):
    code = "from analysis.speed.machine import *; print(cores(), held() > 0.005, len(processor()) > 0)"
    done = elsewhere("-c", code)
    assert done.stdout.split()[1:] == ["True", "True"], done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", [["gelu"], ["sin(v)*exp(-v**2)", "--format", "typst"]])
def test_a_derivation_is_printed_in_utf_8(elsewhere, words):
    done = elsewhere("-m", "derivations", *words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.release
def test_a_report_is_planned_and_made(elsewhere, tmp_path):
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    words = ["build.py", "--study", tmp_path / "tiny.toml", "--output", tmp_path / "out"]
    planned = elsewhere(*words, "--plan", "--retrain")
    assert "networks, relu, tanh at 3 layers" in planned.stdout, planned.stderr
    made = elsewhere(*words, "--format", "all", "--retrain")
    assert made.returncode == 0, made.stderr
    assert "Traceback" not in made.stderr
    assert "by calls of torch" not in made.stderr
    assert len(PdfReader(tmp_path / "out" / "report.pdf").pages) > 10
    names = [path.name for path in (tmp_path / "out").rglob("*")]
    assert not [name for name in names if set(name) & set('<>:"\\|?*')]  # which Windows refuses
    assert b"\r" not in (tmp_path / "out" / "provenance.json").read_bytes()
