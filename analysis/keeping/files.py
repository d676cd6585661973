"""Files written whole or not at all, and digests of what JSON can write."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import Any

from platformdirs import user_cache_path

HOUR = 3600.0
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{12}")
ROOT = Path(__file__).parents[2]  # of the checkout, or of the packages that are installed
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file() and (ROOT / "build.py").is_file()
#: where everything is stored, unless told otherwise
CACHE = ROOT / ".cache" if IS_CHECKOUT else user_cache_path("activation-gradients")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside `path`, which takes its place when all went well; else raises `OSError`."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        yield temporary
        with temporary.open("r+b") as written:  # Windows syncs none that is only read
            os.fsync(written.fileno())  # else a power cut could leave an empty file of the right name
        temporary.replace(path)
    except OSError as error:
        raise OSError(f"{path} can't be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):  # on a read-only disk even where there is nothing to remove
            temporary.unlink(missing_ok=True)


def refuse_unwritable(folder: Path) -> None:
    """Make the folder and try it, before hours of work rather than after; raises `OSError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable.{secrets.token_hex(6)}"
        try:
            probe.write_bytes(bytes(4096))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(f"the folder {folder} can't be written: {error.strerror}") from None


def clear(folder: Path) -> None:
    """Remove temporary files that are older than an hour, left by a kill; younger ones may be in use."""
    for path in folder.rglob(".*") if folder.is_dir() else ():
        if _TEMPORARY.fullmatch(path.name) and is_old(path):
            path.unlink(missing_ok=True)


def is_old(path: Path) -> bool:
    """Whether a file was written an hour ago or earlier."""
    return time() - path.stat().st_mtime > HOUR


def as_file(name: str) -> str:
    """A name as that of a file: without what means a folder, or what Windows refuses.

    >>> as_file('rates/0.1: "a|b"')
    'rates-0.1- -a-b-'
    """
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', "-", name)


def digest(value: Any) -> str:
    """The SHA-256 digest of a value that JSON can write."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
