"""The images: MNIST embedded in this repository, FashionMNIST and KMNIST by torchvision, or one's own.

Decoded once into arrays that every later build and every worker maps into memory.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from analysis.keeping.files import digest, replacing
from analysis.keeping.fingerprints import source_digests
from analysis.keeping.memo import not_while_asking, stamps
from analysis.studies.own.clean import Clean, clean
from analysis.studies.own.files import source
from analysis.studies.own.idx import read_idx
from analysis.studies.own.parts import PARTS, DataError, Parts, printable
from analysis.studies.patterns import Data

EMBEDDED = Path(__file__).parent / "mnist"
DATASETS = ("MNIST", "FashionMNIST", "KMNIST")
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_READER = "analysis.studies.own.files"
_ABOUT = "about.json"
_FEW = 4  # files, each of which has a sum of its own


def load(name: str, cache: Path) -> Data:
    """The data set of that name, or in that folder or .npz file, decoded into `cache` when it is first asked for.

    What a folder of one's own may hold, `analysis.studies.own.files` says. Raises `DataError`.
    """
    own = name not in DATASETS
    place = cache / (f"own-{digest(sums(name))[:16]}" if own else name)
    folder = place / "decoded"
    if not (folder / "sums.txt").is_file() or not (folder / _ABOUT).is_file():
        not_while_asking(f"{name}, decoded")
        _decode(name, place, folder)
    try:
        _verify(folder, _stamp(folder))
    except DataError:
        _decode(name, place, folder)  # what was decoded before has changed since: decode it again
        _verify(folder, _stamp(folder))
    arrays = {part: np.load(folder / f"{part}.npy", mmap_mode="r") for part in PARTS}
    about = json.loads((folder / _ABOUT).read_text("utf-8"))
    return Data(Path(name).name if own else name, **arrays, **about | {"notes": tuple(about["notes"])})


def sums(name: str) -> dict[str, str]:
    """What identifies a data set: file -> SHA-256; for those that torchvision verifies, the name alone.

    Many files, as pictures are, have one sum of all. How one's own data are read counts, too.
    """
    if name == "MNIST":
        return embedded_sums()
    if name in DATASETS:
        return {"torchvision": name}
    place = Path(name)
    with _named(place):
        files = source(place).files
    found = dict(_sums_of(place, files, str(stamps(files))))
    by_file = found if len(found) <= _FEW else {f"{len(found)} files": digest(found)}
    return by_file | {"read by": digest(source_digests(_READER))}


@lru_cache(maxsize=8)
def _sums_of(place: Path, files: tuple[Path, ...], stamp: str) -> tuple[tuple[str, str], ...]:
    """Each file, from the place, and its sum; read again only where `stamp` differs."""
    folder = place if place.is_dir() else place.parent
    return tuple((path.relative_to(folder).as_posix(), _sha256(path.read_bytes())) for path in files)


def embedded_sums() -> dict[str, str]:
    """File -> SHA-256 of the decompressed MNIST files, as published."""
    lines = (EMBEDDED / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: total for total, name in (line.split() for line in lines)}


def _own(place: Path) -> Clean:
    """Data of one's own; raises `DataError` with their place."""
    with _named(place):
        return clean(source(place).read())


@contextmanager
def _named(place: Path) -> Iterator[None]:
    try:
        yield
    except DataError as error:
        raise DataError(printable(f"the data in {place}: {error}")) from None


def _decode(name: str, place: Path, folder: Path) -> None:
    """Write the arrays, how they were read, and the sums of both."""
    if name in DATASETS:
        found = replace(clean(_embedded() if name == "MNIST" else _torchvision(name, place.parent)), notes=())
    else:
        found = _own(Path(name))
    folder.mkdir(parents=True, exist_ok=True)
    for part, array in found.arrays.items():
        with replacing(folder / f"{part}.npy") as temporary, temporary.open("wb") as file:
            np.save(file, array)
    about = {"classes": found.classes, "scaling": found.scaling, "notes": found.notes}
    with replacing(folder / _ABOUT) as temporary:
        temporary.write_text(json.dumps(about), encoding="utf-8")
    files = [*(f"{part}.npy" for part in PARTS), _ABOUT]
    sums = "".join(f"{_sha256((folder / file).read_bytes())}  {file}\n" for file in files)
    with replacing(folder / "sums.txt") as temporary:
        temporary.write_text(sums, encoding="utf-8", newline="\n")


def _embedded() -> Parts:
    """MNIST's parts, from the embedded files, each verified."""
    sums, arrays = embedded_sums(), []
    for name in FILES:
        source = EMBEDDED / f"{name}.xz"
        try:
            content = lzma.decompress(source.read_bytes())
        except (OSError, lzma.LZMAError) as error:
            raise DataError(
                f"{source} can't be read ({error}); restore it with `git checkout {source}`"
            ) from None
        if _sha256(content) != sums[name]:
            raise DataError(
                f"{source} is corrupted: its content has not the SHA-256 sum in {EMBEDDED / 'SHA256SUMS'}; "
                f"restore it with `git checkout {source}`"
            )
        arrays.append(read_idx(content))
    return Parts(dict(zip(PARTS, arrays, strict=True)))


def _torchvision(name: str, root: Path) -> Parts:
    """The parts of a data set that torchvision downloads."""
    from torchvision import datasets  # seconds to import, and only ever needed once

    try:
        sets = [getattr(datasets, name)(root, train=train, download=True) for train in (True, False)]
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"{name} could not be downloaded by torchvision ({error}). Connect to the network and try again, "
            f"or put its four files (train-images-idx3-ubyte and so on) into {root / name / 'raw'}."
        ) from None
    arrays = [array.numpy() for part in sets for array in (part.data, part.targets)]
    return Parts(dict(zip(PARTS, arrays, strict=True)))


def _stamp(folder: Path) -> str:
    """The sizes of the decoded files, and when each was last changed."""
    return str(stamps(sorted(folder.iterdir())))


@cache
def _verify(folder: Path, stamp: str) -> None:
    """Raise `DataError` unless every decoded array is as it was written; looks again only where `stamp` differs."""
    for line in (folder / "sums.txt").read_text(encoding="utf-8").splitlines():
        total, name = line.split()
        path = folder / name
        if not path.is_file() or _sha256(path.read_bytes()) != total:
            raise DataError(f"{path} has changed since it was decoded; delete {folder} and build again")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
