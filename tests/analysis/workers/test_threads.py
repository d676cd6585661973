"""What a process is told of threads, and that this one's environment is as before."""

import os
import subprocess
import sys

from analysis.workers.threads import ONE_THREAD, environment_of_one_thread

SHOW = f"import os; print([os.environ[name] for name in {[*ONE_THREAD]}])"


def test_a_process_that_is_started_meanwhile_has_one_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    before = dict(os.environ)
    with environment_of_one_thread():
        shown = subprocess.run(
            [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True
        ).stdout
    assert shown.strip() == str(["1"] * len(ONE_THREAD))
    assert dict(os.environ) == before
