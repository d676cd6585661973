"""Data: the embedded MNIST is what was published, and what can't be read is named."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import shutil

import numpy as np
import pytest

from analysis.studies import data
from analysis.studies.data import FILES, PARTS, DataError, load, sums

# Of the four decompressed files, as torchvision's and Keras's users have long quoted them.
PUBLISHED_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def test_embedded_mnist_is_the_canonical_one(mnist_cache):
    mnist = load("MNIST", mnist_cache)
    assert mnist.train_images.shape == (60_000, 784)
    assert mnist.test_images.shape == (10_000, 784)
    assert mnist.train_images.dtype == np.uint8
    # The counts of each digit, from LeCun, Cortes and Burges's description of the sets.
    assert np.bincount(mnist.train_labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert mnist.chance == pytest.approx(0.1135)
    # Mean and standard deviation of the training pixels that every MNIST tutorial normalises by.
    assert mnist.train_images.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert mnist.train_images.std() / 255 == pytest.approx(0.3081, abs=5e-5)


def test_the_embedded_files_are_the_published_ones_and_read_as_torchvision_reads_them(mnist_cache, tmp_path):
    from torchvision.datasets import MNIST

    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in FILES:
        content = lzma.decompress((data.EMBEDDED / f"{name}.xz").read_bytes())
        assert hashlib.md5(content).hexdigest() == PUBLISHED_MD5[name]
        (raw / name).write_bytes(content)
    ours = load("MNIST", mnist_cache)
    for train, images, labels in (
        (True, ours.train_images, ours.train_labels),
        (False, ours.test_images, ours.test_labels),
    ):
        theirs = MNIST(tmp_path, train=train)
        assert np.array_equal(images.reshape(-1, 28, 28), theirs.data.numpy())
        assert np.array_equal(labels, theirs.targets.numpy())


def test_images_are_mapped_into_memory_and_can_not_be_changed(mnist_cache):
    images = load("MNIST", mnist_cache).train_images
    assert isinstance(images, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        images[0, 0] = 1


def test_decoding_leaves_no_temporary_file(mnist_cache):
    assert list(mnist_cache.rglob(".*")) == []


def test_a_corrupted_embedded_file_is_named(tmp_path, monkeypatch):
    embedded = tmp_path / "embedded"
    shutil.copytree(data.EMBEDDED, embedded)
    monkeypatch.setattr(data, "EMBEDDED", embedded)
    path = embedded / "t10k-labels-idx1-ubyte.xz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=path.name):
        load("MNIST", tmp_path / "cache")


def test_an_embedded_file_of_other_content_is_named(tmp_path, monkeypatch):
    embedded = tmp_path / "embedded"
    shutil.copytree(data.EMBEDDED, embedded)
    monkeypatch.setattr(data, "EMBEDDED", embedded)
    shutil.copy(embedded / "t10k-labels-idx1-ubyte.xz", embedded / "train-labels-idx1-ubyte.xz")
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.xz is corrupted"):
        load("MNIST", tmp_path / "cache")


def test_decoded_data_that_changed_are_decoded_anew(mnist_cache, tmp_path):
    cache = tmp_path / "cache"
    shutil.copytree(mnist_cache, cache)
    path = cache / "MNIST" / "decoded" / "test_labels.npy"
    path.write_bytes(path.read_bytes()[:-8] + bytes(8))
    expected = load("MNIST", mnist_cache).test_labels
    assert (load("MNIST", cache).test_labels == expected).all()


def test_a_failed_download_says_what_to_do(tmp_path, monkeypatch):
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")  # nothing listens there
    with pytest.raises(DataError, match="could not be downloaded") as caught:
        load("KMNIST", tmp_path)
    assert str(tmp_path / "KMNIST" / "raw") in str(caught.value)


@pytest.fixture
def arrays():
    """Two small sets of images."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (count, 6, 5), dtype=np.uint8) for count in (12, 7)]
    labels = [rng.integers(0, 10, count, dtype=np.uint8) for count in (12, 7)]
    return dict(zip(PARTS, (images[0], labels[0], images[1], labels[1]), strict=True))


def as_idx(folder, arrays, compress):
    """The format of MNIST's own files: two zeros, the type, the dimensions, their sizes, the bytes."""
    for name, part in zip(FILES, PARTS, strict=True):
        array = arrays[part]
        sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
        content = bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()
        path = folder / (f"{name}.gz" if compress else name)
        path.write_bytes(gzip.compress(content) if compress else content)


def as_npz(folder, arrays, names=PARTS):
    np.savez(folder / "some.npz", **dict(zip(names, arrays.values(), strict=True)))


FORMS = {
    "idx": lambda folder, arrays: as_idx(folder, arrays, compress=False),
    "idx.gz": lambda folder, arrays: as_idx(folder, arrays, compress=True),
    "npz": as_npz,
    "keras": lambda folder, arrays: as_npz(folder, arrays, ("x_train", "y_train", "x_test", "y_test")),
}


@pytest.mark.parametrize("form", FORMS)
def test_data_of_ones_own_are_read_in_any_form(form, arrays, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    FORMS[form](folder, arrays)
    data = load(str(folder), tmp_path / "cache")
    assert data.name == "own"
    for part in PARTS:
        expected = arrays[part].reshape(len(arrays[part]), -1) if "images" in part else arrays[part]
        assert np.array_equal(getattr(data, part), expected)


def test_data_of_ones_own_that_changed_are_other_data(arrays, tmp_path):
    as_npz(tmp_path, arrays)
    before, old = sums(str(tmp_path)), load(str(tmp_path), tmp_path / "cache")
    arrays["train_images"][0] ^= 1
    as_npz(tmp_path, arrays)
    assert sums(str(tmp_path)) != before
    assert (load(str(tmp_path), tmp_path / "cache").train_images[0] == old.train_images[0] ^ 1).all()


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("train_images", lambda x: x.astype(float), "images are to be uint8"),
        ("train_images", lambda x: x[:3], "labels are to be 3 whole numbers"),
        ("train_images", lambda x: x[:, :-1], "differ in size"),
        ("test_labels", lambda x: x + 10, "labels are to be from 0 to 9"),
        ("test_labels", lambda x: x.astype(object), "can't be read"),
    ],
)
def test_data_that_can_not_be_trained_on_are_refused(part, change, said, arrays, tmp_path):
    as_npz(tmp_path, {**arrays, part: change(arrays[part])})
    with pytest.raises(DataError, match=said):
        load(str(tmp_path), tmp_path / "cache")


def test_files_that_are_no_data_are_refused(arrays, tmp_path):
    with pytest.raises(DataError, match=r"has 0 \.npz files and 0 IDX files; it should have"):
        load(str(tmp_path), tmp_path / "cache")
    as_idx(tmp_path, arrays, compress=True)
    (tmp_path / f"{FILES[0]}.gz").write_bytes(b"\x1f\x8b broken")
    with pytest.raises(DataError, match="can't be read"):
        load(str(tmp_path), tmp_path / "cache")
    (tmp_path / f"{FILES[0]}.gz").unlink()
    with pytest.raises(DataError, match=r"0 \.npz files and 3 IDX files"):
        load(str(tmp_path), tmp_path / "cache")
