"""Two ways of keeping results: `memo` has a file for each input and code, `last` one file for the last inputs.

A file begins with a line of its checksum and key. A damaged file counts as missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from analysis.keeping.files import digest, replacing

SHORT = 24  # characters of a digest in a file's name: 96 bits
MadeWith = Mapping[str, Mapping[str, str]]  # sources or versions -> name -> digest or version

_only_asking: ContextVar[bool] = ContextVar("only_asking", default=False)


class NotMade(Exception):  # noqa: N818 - reads as what is so
    """Something is missing, and `is_made` forbids making it."""


def not_while_asking(missing: str) -> None:
    """Raise `NotMade` where `is_made` only asks."""
    if _only_asking.get():
        raise NotMade(missing)


def memo(folder: Path, what: Any, made_with: MadeWith, make: Callable[[], Any]) -> Any:
    """The result of `make`, which JSON can write; from the folder, if it was made there with the same code."""
    path = folder / memo_name(what, made_with)
    content = read(path)
    if content is None:
        not_while_asking(path.name)
        start = perf_counter()
        made = make()
        entry = {"made_with": made_with, "seconds": perf_counter() - start, "result": made}
        content = json.dumps(entry).encode()
        write(path, content)
    return json.loads(content)["result"]


def last(path: Path, inputs: Any, make: Callable[[], Any]) -> Any:
    """The last result of `make`, reused as long as the inputs are the same; the file holds no other."""
    key = digest(inputs)
    content = read(path, key)
    if content is None:
        content = json.dumps(make()).encode()
        write(path, content, key)
    return json.loads(content)


def is_made(ask: Callable[[], object]) -> bool:
    """Call a function without making memos, decoding data or weaving; False if it would have to, or fails."""
    token = _only_asking.set(True)
    try:
        ask()
    except Exception:
        return False
    finally:
        _only_asking.reset(token)
    return True


def memo_name(what: Any, made_with: MadeWith) -> str:
    """The name of a memo's file: those of the same thing begin alike."""
    return f"{digest(what)[:SHORT]}-{digest(made_with)[:SHORT]}.json"


def why(folder: Path, what: Any, made_with: MadeWith) -> str | None:
    """Why a memo would have to be made, in words; None where it is there."""
    path = folder / memo_name(what, made_with)
    if read(path) is not None:
        return None
    for other in sorted(folder.glob(f"{path.name[:SHORT]}-*.json"), key=lambda path: -path.stat().st_mtime):
        if content := read(other):
            return ", ".join(differing(json.loads(content)["made_with"], made_with))
    return "not made before"


def differing(old: MadeWith, new: MadeWith) -> list[str]:
    """In words, how the code and the versions of two results differ."""
    then, now = old["sources"], new["sources"]
    changes = [
        f"{_file(name)} {'changed' if name in then and name in now else 'came or went'}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    ]
    before, after = old["versions"], new["versions"]
    return changes + [
        f"{name} {before.get(name)} is now {after.get(name)}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _file(source: str) -> str:
    """The file of a module; the other sources are files already."""
    return source if "/" in source else f"{source.replace('.', '/')}.py"


def stamps(paths: Iterable[Path]) -> dict[str, list[int] | None]:
    """File -> its size and the time of its last change, None where there is none."""
    found: dict[str, list[int] | None] = {}
    for path in paths:
        try:
            status = path.stat()
            found[str(path)] = [status.st_size, status.st_mtime_ns]
        except OSError:
            found[str(path)] = None
    return found


def read(path: Path, key: str | None = "") -> bytes | None:
    """What was written under this key, or under any where it is None; None unless it is as it was written."""
    try:
        found = as_written(path.read_bytes())
    except OSError:
        return None
    return found[1] if found and key in (None, found[0]) else None


def as_written(file: bytes) -> tuple[str, bytes] | None:
    """The key and the content in the bytes of a file; None where they are not as they were written."""
    head, _, content = file.partition(b"\n")
    checksum, _, key = head.partition(b" ")
    return (key.decode(), content) if checksum == _checksum(key, content) else None


def write(path: Path, content: bytes, key: str = "") -> None:
    """Write it in place of what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = b" ".join([_checksum(key.encode(), content), *([key.encode()] if key else [])])
    with replacing(path) as temporary:
        temporary.write_bytes(head + b"\n" + content)


def _checksum(key: bytes, content: bytes) -> bytes:
    return sha256(key + content).hexdigest().encode()
