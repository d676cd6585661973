"""The machine: its processor, its cores, and the memory that a process holds."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil


def held() -> float:
    """Gigabytes that this process has held at most; on macOS, which does not count that, what it holds."""
    memory = psutil.Process().memory_info()
    peak = getattr(memory, "peak_wset", None) or _peak() or memory.rss
    return float(peak) / 1e9


def _peak() -> int | None:
    """By what Linux counts, which getrusage mixes with what the parent had."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return None
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def processor() -> str:
    """The name of this machine's processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    found = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(found, "") or platform.processor() or platform.machine()


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(psutil.Process().cpu_affinity())
    except AttributeError:  # macOS, where a process may use all
        return os.cpu_count() or 1
