"""Pictures in folders are read as torchvision's ImageFolder reads them, but in grey where they are grey."""

from __future__ import annotations

import math
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from analysis.studies.own.parts import DataError
from analysis.studies.own.pictures import both_sets, from_pictures

SIZE = (5, 6)


@pytest.fixture
def put(tmp_path):
    """Put random pictures of two classes into the folders of sets, in a mode of Pillow's."""

    def write(mode="RGB", sets=("train", "test")):
        rng = np.random.default_rng(0)
        for name in (f"{each}/{kind}/{n}" for each in sets for kind in ("cat", "dog") for n in range(3)):
            path = tmp_path / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            if mode == "I;16":
                picture = Image.fromarray(rng.integers(0, 2**16, SIZE, np.uint16))
            else:
                picture = Image.fromarray(rng.integers(0, 256, (*SIZE, 3), np.uint8)).convert(mode)
            picture.save(path)
        return tmp_path

    return write


def read(folder):
    return from_pictures(*both_sets(folder))


def test_colours_and_classes_are_those_of_torchvision(put):
    from torchvision.datasets import ImageFolder

    folder = put()
    arrays = read(folder).arrays
    for name in ("train", "test"):
        theirs = ImageFolder(folder / name)
        ours = zip(arrays[f"{name}_images"], arrays[f"{name}_labels"], strict=True)
        assert sorted((label, pixels.tobytes()) for pixels, label in ours) == sorted(
            (theirs.classes[label], np.asarray(picture).tobytes()) for picture, label in theirs
        )


def test_the_first_training_images_are_not_all_of_one_class(tmp_path):
    for name in (f"{each}/{kind}/{n}" for each in ("train", "test") for kind in "abcd" for n in range(16)):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", SIZE, ord(path.parent.name)).save(path)
    arrays = read(tmp_path).arrays
    assert {*arrays["train_labels"][:16]} == {*"abcd"}
    assert [chr(pixels[0, 0]) for pixels in arrays["train_images"]] == arrays["train_labels"].tolist()


@pytest.mark.parametrize(
    ("mode", "shape", "dtype"),
    [
        ("L", SIZE, np.uint8),
        ("1", SIZE, np.uint8),
        ("LA", SIZE, np.uint8),
        ("I;16", SIZE, np.uint16),
        ("P", (*SIZE, 3), np.uint8),
        ("RGBA", (*SIZE, 3), np.uint8),
    ],
)
def test_grey_stays_grey_and_deep_grey_stays_deep(put, mode, shape, dtype):
    images = read(put(mode)).arrays["train_images"]
    assert images.shape == (6, *shape)
    assert images.dtype == dtype
    assert images.max() > np.iinfo(dtype).max // 2


def test_grey_among_colours_is_three_equal_colours(put):
    folder = put("L")
    grey = np.asarray(Image.open(folder / "test/cat/0.png"))
    Image.new("RGB", SIZE[::-1]).save(folder / "test/dog/0.png")
    assert np.array_equal(read(folder).arrays["test_images"][0], np.stack([grey] * 3, 2))


def test_what_is_hidden_or_no_picture_is_left_out(put):
    folder = put()
    for name in (
        "train/.ipynb_checkpoints/0.png",
        "train/cat/._0.png",
        "train/cat/Thumbs.db",
        "train/notes.png",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"")
    assert {*read(folder).arrays["train_labels"]} == {"cat", "dog"}


def test_a_validation_set_stands_in_for_a_test_set_and_it_is_said(put):
    assert read(put(sets=("train", "val"))).notes[-1] == "the test set is the folder val"
    assert "test set" not in "".join(read(put(sets=("test",))).notes)
    assert both_sets(put() / "train") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no picture", "is no picture"), (None, "has 7 x 8 pixels"), ("I;16", "of 16 bits")],
)
def test_a_picture_that_does_not_fit_the_others_is_named(put, content, said):
    folder = put()
    path = folder / "test/dog/1.png"
    if content is None:
        Image.new("RGB", (8, 7)).save(path)
    elif content == "I;16":
        Image.fromarray(np.zeros(SIZE, np.uint16)).save(path)
    else:
        path.write_bytes(content)
    with pytest.raises(DataError, match=rf"test/dog/1\.png.*{said}"):
        read(folder)


@pytest.mark.parametrize("pixels", [10_000**2, 100_000**2])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(put, pixels):
    folder = put()
    Image.new("1", (1, 1)).save(folder / "test/dog/1.png")
    content = (folder / "test/dog/1.png").read_bytes()
    head = content[12:16] + struct.pack(">2I", *[math.isqrt(pixels)] * 2) + content[24:29]
    (folder / "test/dog/1.png").write_bytes(
        content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]
    )
    with pytest.raises(DataError, match=r"test/dog/1\.png has more pixels"):
        read(folder)
