"""The images: MNIST embedded in this repository, FashionMNIST and KMNIST by torchvision's download.

Decoded once, by torchvision, into arrays that every later build and every worker maps into memory.
"""

from __future__ import annotations

import hashlib
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.files import replacing

EMBEDDED = Path(__file__).parent / "mnist"
PARTS = ("train_images", "train_labels", "test_images", "test_labels")


class DataError(Exception):
    """Data that can't be read; the message says what was tried and what to do."""


@dataclass(frozen=True)
class Data:
    """A data set: images (patterns, 784) as uint8, labels (patterns,) as int64 from 0 to 9."""

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    @property
    def chance(self) -> float:
        """The test accuracy of always answering the most frequent digit of the test set."""
        return float(np.bincount(self.test_labels).max() / len(self.test_labels))


def load(name: str, cache: Path) -> Data:
    """The data set of that name, decoded into `cache` when it is first asked for; raises `DataError`."""
    folder = cache / name / "decoded"
    if not (folder / "sums.txt").is_file():
        _decode(name, cache, folder)
    try:
        _verify(folder)
    except DataError:
        _decode(name, cache, folder)  # what was decoded before has changed since: decode it again
        _verify(folder)
    return Data(name, **{part: np.load(folder / f"{part}.npy", mmap_mode="r") for part in PARTS})


def embedded_sums() -> dict[str, str]:
    """File -> SHA-256 of the decompressed MNIST files, as published."""
    lines = (EMBEDDED / "SHA256SUMS").read_text().splitlines()
    return {name: total for total, name in (line.split() for line in lines)}


def _decode(name: str, cache: Path, folder: Path) -> None:
    if name == "MNIST":
        _decompress(cache / "MNIST" / "raw")
    train, test = _torchvision(name, cache)
    arrays = {
        "train_images": train[0],
        "train_labels": train[1],
        "test_images": test[0],
        "test_labels": test[1],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sums.txt").unlink(missing_ok=True)
    for part, array in arrays.items():
        with replacing(folder / f"{part}.npy") as temporary, temporary.open("wb") as file:
            np.save(file, array)
    sums = "".join(f"{_sha256((folder / f'{part}.npy').read_bytes())}  {part}.npy\n" for part in PARTS)
    with replacing(folder / "sums.txt") as temporary:
        temporary.write_text(sums)


def _decompress(raw: Path) -> None:
    """The embedded files, into `raw`, each verified before it is put in place."""
    raw.mkdir(parents=True, exist_ok=True)
    for name, expected in embedded_sums().items():
        source = EMBEDDED / f"{name}.xz"
        try:
            content = lzma.decompress(source.read_bytes())
        except (OSError, lzma.LZMAError) as error:
            raise DataError(
                f"{source} can't be read ({error}); restore it with `git checkout {source}`"
            ) from None
        if _sha256(content) != expected:
            raise DataError(
                f"{source} is corrupted: its content has not the SHA-256 sum in {EMBEDDED / 'SHA256SUMS'}; "
                f"restore it with `git checkout {source}`"
            )
        with replacing(raw / name) as temporary:
            temporary.write_bytes(content)


def _torchvision(name: str, root: Path) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Images and labels of the training and of the test set."""
    from torchvision import datasets  # seconds to import, and only ever needed once

    try:
        sets = [
            getattr(datasets, name)(root, train=train, download=name != "MNIST") for train in (True, False)
        ]
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"{name} could not be downloaded by torchvision ({error}). Connect to the network and try again, "
            f"or put its four files (train-images-idx3-ubyte and so on) into {root / name / 'raw'}."
        ) from None
    return tuple((part.data.numpy().reshape(len(part), -1), part.targets.numpy()) for part in sets)


def _verify(folder: Path) -> None:
    """Raise `DataError` unless every decoded array is as it was written."""
    for line in (folder / "sums.txt").read_text().splitlines():
        total, name = line.split()
        path = folder / name
        if not path.is_file() or _sha256(path.read_bytes()) != total:
            raise DataError(f"{path} has changed since it was decoded; delete {folder} and build again")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
