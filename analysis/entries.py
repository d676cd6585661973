"""Results that cost little to make again, kept in the store.

An entry is a JSON file named by the digest of its inputs, with a checksum; a damaged one is made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.data import replacing
from analysis.store import digest


def kept(folder: Path, inputs: Any, make: Callable[[], Any]) -> Any:
    """What `make` gives, which JSON can write: from the folder, if it was made there from the same inputs."""
    path = folder / f"{digest(inputs)}.json"
    content = _read(path)
    if content is None:
        content = make()
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_text(
                json.dumps({"checksum": digest(content), "content": content}), encoding="utf-8"
            )
    return content


def _read(path: Path) -> Any:
    """The entry's content, or None where there is no entry or it is not as it was written."""
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        return entry["content"] if entry["checksum"] == digest(entry["content"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
