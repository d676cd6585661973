"""Where data of one's own lie: in one .npz file, in a file for each part, or in a folder of pictures for each class."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.studies.own.arrays import from_files, from_npz
from analysis.studies.own.parts import PARTS, DataError, Parts, listed, part_of
from analysis.studies.own.pictures import both_sets, from_pictures

_IDX = re.compile(r"idx|ubyte", re.IGNORECASE)
_PACKED = re.compile(r"\.(gz|xz)$", re.IGNORECASE)
WANTED = (
    f"one .npz file with {', '.join(PARTS)}, or with x_train, y_train, x_test, y_test; or a file for each of these, "
    ".npy, .npz or IDX as MNIST's (train-images-idx3-ubyte), plain or as .gz or .xz; or pictures, "
    "train/CLASS/*.png and test/CLASS/*.png"
)


@dataclass(frozen=True)
class Source:
    """The files of a data set, and how they are read."""

    files: tuple[Path, ...]
    read: Callable[[], Parts]


def source(place: Path) -> Source:
    """Of an .npz file, or of a folder; raises `DataError` unless it is clear what is to be read."""
    if place.is_file():
        return Source((place,), lambda: from_npz(place))
    if not place.is_dir():
        raise DataError("there is no such folder")
    files = _visible(place)
    parts = _by_part(files, place)
    complete = len(parts) == len(PARTS)
    apart = [*parts.values()] if complete else []
    whole = [path for path in files if path.suffix.lower() == ".npz" and path not in apart]
    pictures = both_sets(place)
    if complete + bool(whole) + bool(pictures) > 1:
        raise DataError(
            f"there are data of several kinds: {_names(files, place)}; give each a folder of its own"
        )
    if len(whole) > 1:
        raise DataError(
            f'there are several .npz files, {_names(whole, place)}: say which, as in dataset = "{whole[0]}"'
        )
    if whole:
        return source(whole[0])
    if pictures:
        train, test = pictures
        return Source((*train.files, *test.files), lambda: from_pictures(train, test))
    if complete:
        return Source(tuple(parts[part] for part in PARTS), lambda: from_files(parts))
    lacks = f", and no {', no '.join(part for part in PARTS if part not in parts)}" if parts else ""
    here = listed(f"{path.name}{'/' if path.is_dir() else ''}" for path in sorted(place.glob("[!.]*")))
    raise DataError(f"there is {here}{lacks}. Wanted is {WANTED}")


def _visible(place: Path) -> list[Path]:
    """The files in a folder and in those within it, but hidden ones, such as macOS leaves beside others."""
    found = sorted((*place.glob("*"), *place.glob("*/*")))
    hidden = [path for path in found if any(name.startswith(".") for name in path.relative_to(place).parts)]
    return [path for path in found if path not in hidden and path.is_file()]


def _by_part(files: Iterable[Path], place: Path) -> dict[str, Path]:
    """The file of each part that has one; of a file and the same file packed, the former."""
    arrays = [path for path in files if path.suffix.lower() in (".npy", ".npz") or _IDX.search(path.name)]
    found: dict[str, Path] = {}
    for path in sorted(arrays, key=lambda path: bool(_PACKED.search(path.name))):
        part = part_of(path.name)
        if part is None:
            continue
        other = found.setdefault(part, path)
        if _PACKED.sub("", str(other)) != _PACKED.sub("", str(path)):
            raise DataError(f"{_names([other, path], place)} are both {part}: keep one of them")
    return found


def _names(files: Iterable[Path], place: Path) -> str:
    return listed(path.relative_to(place).as_posix() for path in files)
