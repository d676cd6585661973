"""The images: MNIST embedded in this repository, FashionMNIST and KMNIST by torchvision, or one's own.

Decoded once into arrays that every later build and every worker maps into memory.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from analysis.keeping.files import digest, replacing
from analysis.keeping.memo import not_while_asking, stamps

EMBEDDED = Path(__file__).parent / "mnist"
DATASETS = ("MNIST", "FashionMNIST", "KMNIST")
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
CLASSES = 10
FULL_INTENSITY = 255  # of a pixel
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
    """The data set of that name, or in that folder, decoded into `cache` when it is first asked for.

    A folder of one's own holds the four files of `FILES`, as they are or compressed (.gz), or one .npz file
    with the arrays of `PARTS` or, as Keras has them, x_train, y_train, x_test and y_test. Raises `DataError`.
    """
    place = cache / (name if name in DATASETS else f"own-{digest(sums(name))[:16]}")
    folder = place / "decoded"
    if not (folder / "sums.txt").is_file():
        not_while_asking(f"{name}, decoded")
        _decode(name, place, folder)
    try:
        _verify(folder, _stamp(folder))
    except DataError:
        _decode(name, place, folder)  # what was decoded before has changed since: decode it again
        _verify(folder, _stamp(folder))
    arrays = {part: np.load(folder / f"{part}.npy", mmap_mode="r") for part in PARTS}
    return Data(name if name in DATASETS else Path(name).name, **arrays)


def sums(name: str) -> dict[str, str]:
    """What identifies a data set: file -> SHA-256; for those that torchvision verifies, the name alone."""
    if name == "MNIST":
        return embedded_sums()
    if name in DATASETS:
        return {"torchvision": name}
    return {path.name: _sha256(path.read_bytes()) for path in _own_files(Path(name))}


def embedded_sums() -> dict[str, str]:
    """File -> SHA-256 of the decompressed MNIST files, as published."""
    lines = (EMBEDDED / "SHA256SUMS").read_text().splitlines()
    return {name: total for total, name in (line.split() for line in lines)}


def _own_files(folder: Path) -> list[Path]:
    """The files to read in a user's own folder; raises `DataError`."""
    npz = sorted(folder.glob("*.npz"))
    idx = [path for name in FILES for path in (folder / name, folder / f"{name}.gz") if path.is_file()]
    if len(npz) == 1 and not idx:
        return npz
    if not npz and [path.name.removesuffix(".gz") for path in idx] == list(FILES):
        return idx
    raise DataError(
        f"the data folder {folder} has {len(npz)} .npz files and {len(idx)} IDX files; it should "
        f"have one .npz file with {', '.join(PARTS)}, or {', '.join(FILES)}, as they are or with .gz"
    )


def _own(folder: Path) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Images and labels of the training and of the test set in a folder of one's own, checked."""
    files = _own_files(folder)
    try:
        if files[0].suffix == ".npz":
            with np.load(files[0]) as arrays:  # refuses what would have to be unpickled
                names = PARTS if PARTS[0] in arrays else ("x_train", "y_train", "x_test", "y_test")
                parts = [arrays[name] for name in names]
        else:
            contents = (path.read_bytes() for path in files)
            parts = [
                _idx(gzip.decompress(content) if path.suffix == ".gz" else content)
                for path, content in zip(files, contents, strict=True)
            ]
        sets: tuple[tuple[np.ndarray, np.ndarray], ...] = ((parts[0], parts[1]), (parts[2], parts[3]))
    except (OSError, ValueError, KeyError, EOFError, zlib.error) as error:
        raise DataError(f"the data in {folder} can't be read: {error}") from None
    return tuple(_checked(images, labels, folder) for images, labels in sets)


def _checked(images: np.ndarray, labels: np.ndarray, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """The images, flattened, and the labels; raises `DataError` if they can't be trained on."""
    wrong = None
    if images.dtype != np.uint8 or images.ndim < 2:
        wrong = f"images are to be uint8 of shape (images, rows, columns), not {images.dtype} {images.shape}"
    elif labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        wrong = f"labels are to be {len(images)} whole numbers, not {labels.dtype} {labels.shape}"
    elif not len(labels) or labels.min() < 0 or labels.max() > 9:
        wrong = "labels are to be from 0 to 9, and at least one"
    if wrong:
        raise DataError(f"the data in {folder}: {wrong}")
    return images.reshape(len(images), -1), labels.astype(np.int64)


def _decode(name: str, place: Path, folder: Path) -> None:
    if name == "MNIST":
        train, test = _embedded()
    else:
        train, test = _torchvision(name, place.parent) if name in DATASETS else _own(Path(name))
    if train[0].shape[1] != test[0].shape[1]:
        raise DataError(f"the data in {name}: training and test images differ in size")
    arrays = {
        "train_images": train[0],
        "train_labels": train[1],
        "test_images": test[0],
        "test_labels": test[1],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for part, array in arrays.items():
        with replacing(folder / f"{part}.npy") as temporary, temporary.open("wb") as file:
            np.save(file, array)
    sums = "".join(f"{_sha256((folder / f'{part}.npy').read_bytes())}  {part}.npy\n" for part in PARTS)
    with replacing(folder / "sums.txt") as temporary:
        temporary.write_text(sums)


def _embedded() -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Images and labels of MNIST's training and of its test set, from the embedded files, each verified."""
    sums, parts = embedded_sums(), []
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
        parts.append(_idx(content))
    return _checked(parts[0], parts[1], EMBEDDED), _checked(parts[2], parts[3], EMBEDDED)


def _idx(content: bytes) -> np.ndarray:
    """The array in an IDX file of bytes: two zeros, 8 for bytes, the dimensions, their sizes, the values."""
    if content[:3] != bytes([0, 0, 8]):
        raise ValueError("an IDX file of bytes begins with 0, 0, 8")
    sizes = np.frombuffer(content, ">i4", count=int.from_bytes(content[3:4]), offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + sizes.nbytes).reshape(sizes)


def _torchvision(name: str, root: Path) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Images and labels of the training and of the test set."""
    from torchvision import datasets  # seconds to import, and only ever needed once

    try:
        sets = [getattr(datasets, name)(root, train=train, download=True) for train in (True, False)]
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"{name} could not be downloaded by torchvision ({error}). Connect to the network and try again, "
            f"or put its four files (train-images-idx3-ubyte and so on) into {root / name / 'raw'}."
        ) from None
    return tuple((part.data.numpy().reshape(len(part), -1), part.targets.numpy()) for part in sets)


def _stamp(folder: Path) -> str:
    """The sizes of the decoded files, and when each was last changed."""
    return str(stamps(sorted(folder.iterdir())))


@cache
def _verify(folder: Path, stamp: str) -> None:
    """Raise `DataError` unless every decoded array is as it was written; looks again only where `stamp` differs."""
    for line in (folder / "sums.txt").read_text().splitlines():
        total, name = line.split()
        path = folder / name
        if not path.is_file() or _sha256(path.read_bytes()) != total:
            raise DataError(f"{path} has changed since it was decoded; delete {folder} and build again")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
