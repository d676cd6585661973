"""One's own data are found wherever people have them, or it is said what is there and what is wanted."""

from __future__ import annotations

import gzip
import lzma

import numpy as np
import pytest

from analysis.studies.own.files import source
from analysis.studies.own.parts import PARTS, DataError

MNIST = (
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
)  # fmt: skip


@pytest.fixture
def arrays():
    """Two small sets of images."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (count, 6, 5), dtype=np.uint8) for count in (12, 7)]
    labels = [rng.integers(0, 10, count, dtype=np.uint8) for count in (12, 7)]
    return dict(zip(PARTS, (images[0], labels[0], images[1], labels[1]), strict=True))


def as_idx(folder, arrays, named=str, packed=bytes):
    """The format of MNIST's own files: two zeros, the type, the dimensions, their sizes, the bytes."""
    for name, part in zip(MNIST, PARTS, strict=True):
        array = arrays[part]
        sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
        path = folder / named(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(packed(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()))


def as_npz(folder, arrays, names=PARTS, file="some.npz"):
    np.savez(folder / file, **dict(zip(names, arrays.values(), strict=True)))


def each_alone(folder, arrays, save, ending):
    """As Kuzushiji-49 is published: a file for each array."""
    for part, array in arrays.items():
        save(folder / f"k49-{part.replace('_', '-').replace('images', 'imgs')}.{ending}", array)


FORMS = {
    "idx": as_idx,
    "idx.gz": lambda folder, arrays: as_idx(folder, arrays, lambda name: f"{name}.gz", gzip.compress),
    "idx.xz": lambda folder, arrays: as_idx(folder, arrays, lambda name: f"{name}.xz", lzma.compress),
    "packed without the ending": lambda folder, arrays: as_idx(folder, arrays, packed=gzip.compress),
    "the ending without being packed": lambda folder, arrays: as_idx(folder, arrays, "{}.gz".format),
    "dots for dashes": lambda folder, arrays: as_idx(
        folder, arrays, lambda name: name.replace("-idx", ".idx")
    ),
    "upper case": lambda folder, arrays: as_idx(folder, arrays, str.upper),
    "a folder within": lambda folder, arrays: as_idx(folder, arrays, "raw/{}".format),
    "EMNIST": lambda folder, arrays: as_idx(
        folder, arrays, lambda name: f"emnist-letters-{name.replace('t10k', 'test')}.gz", gzip.compress
    ),
    "plain and packed": lambda folder, arrays: (
        as_idx(folder, arrays),
        as_idx(folder, arrays, "{}.gz".format, gzip.compress),
    ),
    "npz": as_npz,
    "Keras": lambda folder, arrays: as_npz(folder, arrays, ("x_train", "y_train", "x_test", "y_test")),
    "in capitals": lambda folder, arrays: as_npz(folder, arrays, ("X_train", "y_train", "X_test", "y_test")),
    "beside what macOS leaves": lambda folder, arrays: (
        as_npz(folder, arrays),
        (folder / "._some.npz").write_bytes(b"\0\5\26\7"),
    ),
    "Kuzushiji-49": lambda folder, arrays: each_alone(folder, arrays, np.savez, "npz"),
    "npy": lambda folder, arrays: each_alone(folder, arrays, np.save, "npy"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_arrays_are_read_in_any_form(form, arrays, tmp_path):
    FORMS[form](tmp_path, arrays)
    found = source(tmp_path)
    parts = found.read().arrays
    assert all(np.array_equal(parts[part], arrays[part]) for part in PARTS)
    assert all(path.is_file() for path in found.files)


def test_one_file_may_be_named(arrays, tmp_path):
    as_npz(tmp_path, arrays, file="a.npz")
    as_npz(tmp_path, arrays, file="b.npz")
    with pytest.raises(DataError, match=r'a\.npz, b\.npz: say which, as in dataset = ".*a\.npz"'):
        source(tmp_path)
    assert source(tmp_path / "a.npz").files == (tmp_path / "a.npz",)


def test_what_is_there_and_what_is_wanted_is_said(arrays, tmp_path):
    with pytest.raises(DataError, match=r"there is nothing\. Wanted is one \.npz file with train_images"):
        source(tmp_path)
    (tmp_path / "mnist.csv").touch()
    (tmp_path / "old").mkdir()
    with pytest.raises(DataError, match=r"there is mnist\.csv, old/\. Wanted"):
        source(tmp_path)
    as_idx(tmp_path, arrays)
    (tmp_path / MNIST[2]).unlink()
    with pytest.raises(DataError, match=r"and no test_images\. Wanted"):
        source(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        source(tmp_path / "elsewhere")


def test_nothing_is_chosen_where_two_could_be_meant(arrays, tmp_path):
    as_idx(tmp_path, arrays, "emnist-digits-{}".format)
    as_idx(tmp_path, arrays, "emnist-letters-{}".format)
    with pytest.raises(DataError, match=r"emnist-digits-.*, emnist-letters-.* are both test_images"):
        source(tmp_path)
    for path in tmp_path.glob("emnist-letters-*"):
        path.unlink()
    as_npz(tmp_path, arrays)
    with pytest.raises(DataError, match="several kinds"):
        source(tmp_path)
