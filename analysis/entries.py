"""Results that cost little to make again, kept in the store.

An entry is a JSON file with the digest of its inputs and a checksum; a damaged one is made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.files import digest, replacing


def kept(folder: Path, inputs: Any, make: Callable[[], Any]) -> Any:
    """What `make` gives, which JSON can write: from the folder, if it was made there from the same inputs."""
    key = digest(inputs)
    return _entry(folder / f"{key}.json", key, make)


def latest(path: Path, inputs: Any, make: Callable[[], Any]) -> Any:
    """As `kept`, but in one file, which has only what was made last."""
    return _entry(path, digest(inputs), make)


def _entry(path: Path, key: str, make: Callable[[], Any]) -> Any:
    content = read_entry(path, key)
    if content is None:
        content = make()
        write_entry(path, key, content)
    return content


def read_entry(path: Path, key: str) -> Any:
    """What was written under this key; None where there is nothing, or it is not as it was written."""
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        same = entry["key"] == key and entry["checksum"] == digest(entry["content"])
        return entry["content"] if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_entry(path: Path, key: str, content: Any) -> None:
    """Write it under the key, in place of what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {"key": key, "checksum": digest(content), "content": content}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(entry), encoding="utf-8")
