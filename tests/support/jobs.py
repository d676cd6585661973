"""Jobs that do little, tell of it, and can fail; in a module that worker processes can import."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from derivations import Unproven


@dataclass(frozen=True)
class Square:
    number: int

    def do(self, cache, device, tell):
        tell(self.number)
        return self.number**2, str(cache), device


@dataclass(frozen=True)
class Fails:
    how: str

    def do(self, cache, device, tell):
        if self.how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "unproven":
            raise Unproven("tried everything")
        raise ZeroDivisionError("by nought")

    def __str__(self):
        return f"the job that is {self.how}"
