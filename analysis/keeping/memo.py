"""Results that cost little to make again, kept in the store; and whether files are as they were.

An entry is a JSON file named by two digests: what it is, and what it was made with (source, versions). It has
a checksum; a damaged one is made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from analysis.keeping.files import digest, replacing

SHORT = 24  # characters of a digest in a file's name: 96 bits
Means = Mapping[str, Mapping[str, str]]  # kind, such as sources or versions -> name -> digest or version


def entry_name(what: Any, means: Means) -> str:
    """The name of an entry's file: those of the same thing begin alike."""
    return f"{digest(what)[:SHORT]}-{digest(means)[:SHORT]}.json"


def kept(folder: Path, what: Any, means: Means, make: Callable[[], Any]) -> Any:
    """What `make` gives, which JSON can write: from the folder, if it was made there with the same means."""
    path = folder / entry_name(what, means)
    if (content := read_entry(path)) is None:
        start = perf_counter()
        content = make()
        write_entry(path, content, {"means": means, "seconds": perf_counter() - start})
    return content


def latest(path: Path, inputs: Any, make: Callable[[], Any]) -> Any:
    """What `make` gives, in one file, which has only what was made last, and only for the same inputs."""
    key = digest(inputs)
    if (content := read_entry(path, key)) is None:
        content = make()
        write_entry(path, content, {"key": key})
    return content


def why(folder: Path, what: Any, means: Means) -> str | None:
    """Why an entry would have to be made, in words; None where it is there."""
    path = folder / entry_name(what, means)
    if read_entry(path) is not None:
        return None
    for other in sorted(folder.glob(f"{path.name[:SHORT]}-*.json"), key=lambda path: -path.stat().st_mtime):
        try:
            return ", ".join(differing(json.loads(other.read_text(encoding="utf-8"))["means"], means))
        except (OSError, ValueError, KeyError):
            continue
    return "not made before"


def stamps(paths: Iterable[Path]) -> dict[str, list[int] | None]:
    """File -> its size and time, None where there is none: what was touched is to be read again."""
    found: dict[str, list[int] | None] = {}
    for path in paths:
        try:
            status = path.stat()
            found[str(path)] = [status.st_size, status.st_mtime_ns]
        except OSError:
            found[str(path)] = None
    return found


def differing(old: Means, new: Means) -> list[str]:
    """In words, how the means of an entry differ from those of now."""
    then, now = old["sources"], new["sources"]
    changes = [
        f"{name.replace('.', '/')}.py {'changed' if name in then and name in now else 'came or went'}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    ]
    before, after = old["versions"], new["versions"]
    return changes + [
        f"{name} {before.get(name)} is now {after.get(name)}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def read_entry(path: Path, key: str | None = None) -> Any:
    """What was written, under this key; None where there is nothing, or it is not as it was written."""
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        same = entry.get("key") == key and entry["checksum"] == digest(entry["content"])
        return entry["content"] if same else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def read_bytes(path: Path, key: str) -> bytes | None:
    """As `read_entry`, of bytes."""
    try:
        checksum, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if checksum == _checksum(key, content) else None


def write_bytes(path: Path, key: str, content: bytes) -> None:
    """As `write_entry`, of bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(_checksum(key, content) + b"\n" + content)


def _checksum(key: str, content: bytes) -> bytes:
    return sha256(key.encode() + content).hexdigest().encode()


def write_entry(path: Path, content: Any, about: Mapping[str, Any]) -> None:
    """Write it, and what it is about, in place of what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {**about, "checksum": digest(content), "content": content}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(entry), encoding="utf-8")
