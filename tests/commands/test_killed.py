"""kill -9 at random moments: the next build completes, and its report is the same to the byte.

Three moments, or as many as KILLS says, drawn from KILL_SEED. With EPOCHS large enough there are checkpoints.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from stores import share_theory

ROOT = Path(__file__).parents[2]
KILLS, EPOCHS = int(os.environ.get("KILLS", "3")), int(os.environ.get("EPOCHS", "6"))
SEED = int(os.environ.get("KILL_SEED", str(time.time_ns() % 10**6)))
STUDY = f"""
activations = ["relu", "tanh"]
depths = [2, 12]
seeds = 1
epochs = {EPOCHS}
width = 16
batch_size = 16
"""
#: chapters of every kind, enough of them to be woven by workers
REPORT = """
title = "Killed"
chapters = [
    "builtin:untrained", "builtin:trained", "builtin:gradients", "builtin:appendices/bound", "builtin:appendices/dead",
]
[[authors]]
name = "A. Author"
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.release,
    pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="tells workers by /proc"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory, mnist_cache):
    """A copy of the project with a store of its own, the report of an undisturbed build, and its seconds."""
    folder = tmp_path_factory.mktemp("killed")
    for part in ("derivations", "analysis", "report"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", folder)
    (folder / "mine").mkdir()
    (folder / "mine" / "study.toml").write_text(STUDY)
    (folder / "mine" / "report.toml").write_text(REPORT)
    share_theory(folder / ".cache")
    (folder / ".cache" / "MNIST").symlink_to(mnist_cache / "MNIST")
    assert finish(start(folder)) == 0
    forget(folder)
    begun = time.monotonic()
    assert finish(start(folder)) == 0
    return folder, (folder / "out" / "report.pdf").read_bytes(), time.monotonic() - begun


def start(folder: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "build.py", "--report", "mine/report.toml", "--study", "mine/study.toml"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(words, cwd=folder, stdout=log, stderr=log)


def finish(process: subprocess.Popen[bytes]) -> int:
    return process.wait(timeout=600)


def forget(folder: Path) -> None:
    """All that was trained and made; proofs and data stay, as they would take most of the time."""
    for gone in ("runs", "checkpoints", "builds", "chapters"):
        shutil.rmtree(folder / ".cache" / gone, ignore_errors=True)
    shutil.rmtree(folder / "out", ignore_errors=True)


def workers(parent: int) -> list[int]:
    """The processes that a build has started to train in."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def kill(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # it had just ended
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("moment", range(KILLS))
def test_whoever_is_killed_and_whenever_the_report_comes_out_the_same(project, moment):
    folder, report, seconds = project
    random = Random(f"{SEED} {moment}")
    whom = ("parent", "worker", "both")[moment % 3]
    after = random.uniform(0.3, seconds)
    forget(folder)
    process = start(folder)
    time.sleep(after)
    told = f"KILL_SEED={SEED}, moment {moment}: {whom} after {after:.2f} s"
    if process.poll() is None:
        found = workers(process.pid)
        chosen = random.sample(found, min(1, len(found))) if whom == "worker" else found
        kill(chosen if whom != "parent" else [])
        if whom != "worker":
            kill([process.pid])
    code = finish(process)
    if whom == "worker":
        assert code == 0, told
    assert finish(start(folder)) == 0, told
    assert (folder / "out" / "report.pdf").read_bytes() == report, told
    log = (folder / "log").read_text()
    assert "Traceback" not in log, f"{told}\n{log}"
