"""Data: the embedded MNIST is what was published, and what can't be read is named."""

from __future__ import annotations

import hashlib
import lzma
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from analysis.studies import data
from analysis.studies.data import FILES, PARTS, DataError, load, sums

# Of the four decompressed files, as torchvision's and Keras's users have long quoted them.
PUBLISHED_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def own(folder):
    """A small data set of one's own, with labels from 1 and pixels that are fractions."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (count, 6, 5)) / 255 for count in (24, 12)]
    labels = [1 + np.arange(count) % 12 for count in (24, 12)]
    arrays = dict(zip(PARTS, (images[0], labels[0], images[1], labels[1]), strict=True))
    folder.mkdir(exist_ok=True)
    np.savez(folder / "some.npz", **arrays)
    return arrays


def test_data_of_ones_own_are_bytes_and_classes_from_zero_and_say_how_they_were_read(tmp_path):
    arrays = own(tmp_path / "mine")
    for _ in ("decoded", "read again"):
        data = load(str(tmp_path / "mine"), tmp_path / "cache")
        assert (data.name, data.classes) == ("mine", 12)
        assert np.array_equal(data.train_images / 255, arrays["train_images"].reshape(24, 30))
        assert np.array_equal(data.test_labels, np.arange(12))
        assert data.chance == 1 / 12
        assert "from 0 to 1" in data.scaling
        assert "the classes are 1 to 12" in data.notes


def test_data_of_ones_own_may_be_named_by_their_file(tmp_path):
    own(tmp_path)
    data = load(str(tmp_path / "some.npz"), tmp_path / "cache")
    assert data.name == "some.npz"
    assert np.array_equal(data.train_images, load(str(tmp_path), tmp_path / "cache").train_images)


def test_data_of_ones_own_that_changed_are_other_data(tmp_path):
    arrays = own(tmp_path)
    before, old = sums(str(tmp_path)), load(str(tmp_path), tmp_path / "cache")
    arrays["train_images"][0] = 1 - arrays["train_images"][0]
    np.savez(tmp_path / "some.npz", **arrays)
    assert sums(str(tmp_path)) != before
    new = load(str(tmp_path), tmp_path / "cache")
    assert np.array_equal(new.train_images[0], 255 - old.train_images[0])


def test_a_data_set_of_many_files_has_one_sum_that_each_of_them_changes(tmp_path):
    for name in ("train/a/1", "train/b/1", "test/a/1", "test/b/1", "test/b/2"):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((2, 3), len(name), np.uint8)).save(path)
    before = sums(str(tmp_path))
    assert "5 files" in before
    Image.fromarray(np.ones((2, 3), np.uint8)).save(tmp_path / "test/b/2.png")
    assert sums(str(tmp_path))["5 files"] != before["5 files"]


def test_where_data_that_can_not_be_read_lie_is_said(tmp_path):
    (tmp_path / "some.npz").write_text("<!DOCTYPE html>")
    with pytest.raises(DataError, match=re.escape(f"the data in {tmp_path}: some.npz is a web page")):
        load(str(tmp_path), tmp_path / "cache")
