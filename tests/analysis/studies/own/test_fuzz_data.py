"""Data with one thing wrong are read as arrays that fit together, or refused in one line that names their place.

`PYTHONPATH=. python tests/analysis/studies/own/test_fuzz_data.py 1000 SEED` tries so many, and prints what is said.
"""

from __future__ import annotations

import gzip
import lzma
import random
import shutil
import struct
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from analysis.studies.data import load
from analysis.studies.own.parts import PARTS, DataError
from analysis.studies.patterns import Data

IDX = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
Arrays = dict[str, np.ndarray]


def good() -> Arrays:
    """Two small sets of images of four classes."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (count, 3, 4), dtype=np.uint8) for count in (12, 8)]
    labels = [np.arange(count, dtype=np.uint8) % 4 for count in (12, 8)]
    return dict(zip(PARTS, (images[0], labels[0], images[1], labels[1]), strict=True))


def as_npz(folder: Path, arrays: Arrays) -> None:
    np.savez(folder / "some.npz", **arrays)


def as_packed_npz(folder: Path, arrays: Arrays) -> None:
    np.savez_compressed(folder / "some.npz", **arrays)


def as_npy(folder: Path, arrays: Arrays) -> None:
    for part, array in arrays.items():
        np.save(folder / f"{part}.npy", array)


def as_idx(folder: Path, arrays: Arrays, ending: str = "", packed: Callable[[bytes], bytes] = bytes) -> None:
    for name, array in zip(IDX, arrays.values(), strict=True):
        head = struct.pack(f">2xBB{array.ndim}I", 8, array.ndim, *array.shape)
        (folder / f"{name}{ending}").write_bytes(packed(head + array.astype(np.uint8).tobytes()))


def as_gz(folder: Path, arrays: Arrays) -> None:
    as_idx(folder, arrays, ".gz", gzip.compress)


def as_xz(folder: Path, arrays: Arrays) -> None:
    as_idx(folder, arrays, ".xz", lzma.compress)


def as_pictures(folder: Path, arrays: Arrays) -> None:
    for of in ("train", "test"):
        pairs = zip(arrays[f"{of}_images"], arrays[f"{of}_labels"], strict=True)
        for number, (image, label) in enumerate(pairs):
            place = folder / of / f"class {label}" / f"{number}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image.astype(np.uint8)).save(place)


OF_ARRAYS = (as_npz, as_packed_npz, as_npy)
FORMS = (*OF_ARRAYS, as_idx, as_gz, as_xz, as_pictures)

# What may be wrong with an array: another type, shape or value.
DTYPES = (
    "f2",
    "f4",
    "f8",
    "g",
    "c8",
    "O",
    "M8[s]",
    "m8[s]",
    "S3",
    "U3",
    "?",
    "i1",
    "<i8",
    ">i4",
    "u8",
    "V4",
    "i4,f4",
)
SHAPES: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda x: x[:0],
    lambda x: x[:1],
    lambda x: x[..., :0],
    lambda x: x.reshape(-1),
    lambda x: x.reshape(-1, 1),
    lambda x: x.reshape(1, -1),
    lambda x: x[None],
    lambda x: x[..., None],
    lambda x: x.T,
    lambda x: x[::2],
    lambda x: np.concatenate([x, x]),
    lambda x: np.stack([x] * 3, -1),
    lambda x: x.reshape(-1)[0],
    lambda x: np.eye(4)[x.astype(int).reshape(-1) % 4],
)
NAMES = (
    "ä b.{}",
    "{}",
    "a\nb.{}",
    "\udcff.{}",
    "train.{}",
    ".{}",
    "x" * 200 + ".{}",
    "日本.{}",
    "%s.{}",
    "a:b.{}",
)
VALUES = (np.nan, np.inf, -np.inf, -1, 0.5, 1e300, 5e-324, 2.0**63, 256, -0.0, 1e10)


def wrong_array(draw: random.Random, array: np.ndarray) -> np.ndarray:
    kind = draw.choice(["type", "shape", "value", "values"])
    if kind == "type":
        try:
            return array.astype(draw.choice(DTYPES))
        except (TypeError, ValueError):
            return array.astype(object)
    if kind == "shape":
        return draw.choice(SHAPES)(array)
    array, value = array.astype(float), draw.choice(VALUES)
    array.reshape(-1)[draw.randrange(array.size) if kind == "value" else slice(None)] = value
    return array


def wrong_file(draw: random.Random, path: Path, others: list[Path]) -> None:
    content, other = path.read_bytes(), draw.choice(others)
    place = draw.randrange(len(content))
    match draw.choice(
        ["flip", "flip", "flip", "head", "cut", "more", "empty", "name", "swap", "lose", "twice", "link"]
    ):
        case "flip":
            for _ in range(draw.choice([1, 1, 4, 16])):
                place = draw.randrange(len(content))
                content = content[:place] + bytes([draw.randrange(256)]) + content[place + 1 :]
            path.write_bytes(content)
        case "head":
            place = draw.randrange(min(len(content), 140))
            path.write_bytes(content[:place] + bytes([draw.choice([0, 1, 255])]) * 4 + content[place + 4 :])
        case "cut":
            path.write_bytes(content[:place])
        case "more":
            path.write_bytes(content + draw.randbytes(draw.choice([1, 8, 1000])))
        case "empty":
            path.write_bytes(b"")
        case "name":
            path.rename(path.with_name(draw.choice(NAMES).format(path.suffix[1:] or "idx")))
        case "swap":
            path.write_bytes(other.read_bytes())
            other.write_bytes(content)
        case "lose":
            path.unlink()
        case "twice":
            shutil.copy(path, path.with_name(f"test-{path.name}"))
        case "link":
            path.unlink()
            path.symlink_to(draw.choice([Path("nowhere"), path, path.parent, other, Path("/dev/null")]))


def mutated(draw: random.Random, folder: Path) -> str:
    """Data in a folder, with one thing wrong; returns what they are, for a reader of the test."""
    form = draw.choice(FORMS)
    arrays = good()
    if form in OF_ARRAYS and draw.random() < 0.4:
        part = draw.choice(PARTS)
        arrays[part] = wrong_array(draw, arrays[part])
        form(folder, arrays)
        return f"{form.__name__} {part} {arrays[part].dtype} {arrays[part].shape}"
    form(folder, arrays)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if form is as_pictures and draw.random() < 0.3:
        place = draw.choice(sorted(path for path in folder.rglob("*") if path.is_dir()))
        place.rename(place.with_name(draw.choice(NAMES).format("png")))
    else:
        wrong_file(draw, draw.choice(files), files)
    return form.__name__


def outcome(folder: Path, cache: Path) -> Data | str:
    """The data as they are read, or what is said of them."""
    try:
        return load(str(folder), cache)
    except DataError as error:
        return str(error)


def check(found: Data | str, folder: Path) -> None:
    """The arrays fit together; or the message is one line that says where."""
    if isinstance(found, str):
        assert found.startswith(f"the data in {folder}")
        assert found.isprintable()
        assert len(found) < 1000
        return
    for images, labels in ((found.train_images, found.train_labels), (found.test_images, found.test_labels)):
        assert (images.dtype, images.ndim, labels.dtype, labels.ndim) == (np.uint8, 2, np.int64, 1)
        assert len(images) == len(labels) > 0
        assert images.shape[1] == found.train_images.shape[1] > 0
        assert 0 <= labels.min() <= labels.max() < found.classes


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.filterwarnings("error")
def test_data_with_one_thing_wrong_are_read_or_refused(tmp_path, seed):
    folder = tmp_path / "data"
    folder.mkdir()
    mutated(random.Random(seed), folder)
    check(outcome(folder, tmp_path / "cache"), folder)


@pytest.mark.parametrize("form", FORMS)
def test_the_data_that_the_others_are_made_from_are_read(tmp_path, form):
    (tmp_path / "data").mkdir()
    form(tmp_path / "data", good())
    found = outcome(tmp_path / "data", tmp_path / "cache")
    check(found, tmp_path / "data")
    assert (found.train_images.shape, found.classes) == ((12, 12), 4)


def main(count: int, seed: int) -> None:
    """Try so many, and tell."""
    warnings.simplefilter("error")
    for number in range(count):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "data"
            folder.mkdir()
            what = mutated(random.Random(f"{seed} {number}"), folder)
            try:
                found = outcome(folder, Path(name) / "cache")
                check(found, folder)
            except Exception as error:
                print(f"{what} FAILS: {type(error).__name__}: {error}")
                continue
            said = found.removeprefix(f"the data in {folder}") if isinstance(found, str) else found.notes
            print(ascii(f"{what}: {said}"[:300]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
