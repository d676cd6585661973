"""Where networks are trained on one machine: its processor, or its accelerator."""

from __future__ import annotations

import shutil
from pathlib import Path


class DeviceError(OSError):
    """A device that this machine lacks."""


def resolve_device(device: str, scheduler: str | None = None) -> str:
    """The device itself, or cpu or cuda for `auto`; raises `DeviceError`. Of a cluster, `auto` is its CPUs.

    torch takes seconds to import, and is asked only where the answer may be cuda.
    """
    if scheduler and device != "auto":
        return device
    if scheduler or device == "cpu" or (device == "auto" and not _has_driver()):
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "auto":
        return "cpu"
    raise DeviceError(f"the device {device} is not available here; --device cpu is")


def _has_driver() -> bool:
    """Whether the driver of an accelerator is installed; outside Linux its tool tells."""
    return Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None
