"""Asks about an expression in a process of its own that can be ended: some proofs hang.

What is asked is the library, for the gradient alone, or the command line, for all that is derived. The process answers
each line of JSON, a text, a limit and whether the command line is asked, with one line of JSON.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from mpmath import mp, mpf
from oracle import DIGITS
from sampling import Part, number

STATUS_OF_OVERRUN = -1
LIMIT, SLACK = 10.0, 60.0  # seconds for a proof, and for all else; what takes longer hangs


@dataclass(frozen=True)
class Answer:
    """What was said: the status, words and JSON of the command line."""

    status: int
    out: str
    err: str
    seconds: float
    failure: str = ""  # a traceback that got through to the user

    @property
    def traceback(self) -> bool:
        """Whether the user saw one, or would have."""
        return bool(self.failure) or "Traceback (most recent call last)" in self.err + self.out

    @cached_property
    def derivation(self) -> dict[str, Any]:
        """The JSON."""
        return json.loads(self.out)

    @cached_property
    def parts(self) -> list[Part]:
        """The gradient range; an end in closed form is evaluated from that."""
        return [
            Part(
                _end(part["lower"], part["exact_lower"]),
                _end(part["upper"], part["exact_upper"]),
                part["lower_closed"],
                part["upper_closed"],
            )
            for part in self.derivation["gradient_range"]
        ]

    @cached_property
    def kinks(self) -> list[str]:
        """The points without a derivative, as printed."""
        return self.derivation["not_differentiable_at"]


def printed(text: str) -> mpf:
    """A number that SymPy has printed."""
    try:
        return number(text)
    except Exception:  # such as a root, or LambertW, which the grammar has not
        import sympy

        with mp.workdps(DIGITS):
            return mpf(str(sympy.sympify(text).evalf(DIGITS)))


def _end(decimal: str, exact: str | None) -> mpf:
    if decimal in ("inf", "-inf"):
        return mpf(decimal)
    with mp.workdps(DIGITS):
        return printed(exact) if exact is not None else mpf(decimal)


class Worker:
    """A process that answers; it is ended when an answer takes too long, and another is started.

    `of_all` asks the command line for all that is derived, which takes some ten times as long as the gradient.
    """

    def __init__(self, of_all: bool = False) -> None:
        self._of_all = of_all
        self._process: subprocess.Popen[str] | None = None
        self._lines: Queue[str] = Queue()
        atexit.register(self.stop)

    def ask(self, text: str, limit: float = LIMIT) -> Answer:
        """What is known of the function after so many seconds at the most, or that it overran."""
        self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        began = time.perf_counter()
        self._process.stdin.write(json.dumps([text, limit, self._of_all]) + "\n")
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=limit + SLACK)
        except Empty:
            self.stop()
            return Answer(STATUS_OF_OVERRUN, "", "no answer in time", time.perf_counter() - began)
        if not line:
            self.stop()
            return Answer(STATUS_OF_OVERRUN, "", "", time.perf_counter() - began, "the process died")
        return Answer(**json.loads(line))

    def _start(self) -> None:
        if self._process is not None:
            return
        root = Path(__file__).parents[2]
        path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=root,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        )
        self._lines = Queue()
        Thread(target=self._listen, args=(self._process, self._lines), daemon=True).start()
        assert self._lines.get(timeout=60) == "ready\n"

    @staticmethod
    def _listen(process: subprocess.Popen[str], lines: Queue[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def answer(text: str, limit: float, of_all: bool) -> dict[str, Any]:
    """The fields of an `Answer`, worked out in this process."""
    began = time.perf_counter()
    said = _of_all(text, limit) if of_all else _of_the_gradient(text, limit)
    return said | {"seconds": time.perf_counter() - began}


def _of_all(text: str, limit: float) -> dict[str, Any]:
    """By `python -m derivations text --format json --timeout limit`."""
    from typer.testing import CliRunner

    from derivations.__main__ import app

    result = CliRunner().invoke(app, ["--format", "json", "--timeout", f"{limit:g}", "--", text])
    surprise = result.exception is not None and not isinstance(result.exception, SystemExit)
    failure = "".join(traceback.format_exception(result.exception)) if surprise else ""
    return {"status": result.exit_code, "out": result.stdout, "err": result.stderr, "failure": failure}


def _of_the_gradient(text: str, limit: float) -> dict[str, Any]:
    """By `derive`, with the statuses of the command line; its JSON is an entry of that for the registry."""
    from derivations import NotReal, ParseError, UnknownActivation, Unproven, derive
    from derivations.printing.listing import entry

    said = {"status": 0, "out": "", "err": ""}
    try:
        derivation = derive(text, limit)
        _ = derivation.gradient_range
        return said | {"out": json.dumps(entry(derivation))}
    except (UnknownActivation, ParseError, NotReal) as error:
        return said | {"status": 2, "err": str(error)}
    except Unproven as error:
        return said | {"status": 3, "err": str(error)}
    except Exception:
        return said | {"status": 1, "failure": traceback.format_exc()}


def main() -> None:
    """Answer until there are no more questions."""
    answers, sys.stdout = sys.stdout, sys.stderr
    answer("tanh", LIMIT, True)
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(*json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
