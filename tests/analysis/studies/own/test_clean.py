"""Images and labels of any numbers become bytes and classes, or it is said which are wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.studies.own.clean import clean
from analysis.studies.own.parts import PARTS, DataError, Parts

TRAIN, TEST, CLASSES = 24, 12, 6


def parts(images=lambda x: x, labels=lambda t: t, shape=(4, 3), **changed):
    """Random images of bytes and labels from 0, changed."""
    rng = np.random.default_rng(0)
    arrays = {}
    for name, count in (("train", TRAIN), ("test", TEST)):
        pixels = rng.integers(0, 256, (count, *shape), dtype=np.uint8)
        pixels[0] = 255
        arrays[f"{name}_images"] = images(pixels)
        arrays[f"{name}_labels"] = labels(np.arange(count) % CLASSES)
    return Parts({part: changed[part](arrays[part]) if part in changed else arrays[part] for part in PARTS})


PLAIN = clean(parts())

PIXELS = {
    "fractions": (lambda x: x / 255, "from 0 to 1, rounded"),
    "fractions in single precision": (lambda x: (x / 255).astype(np.float32), "from 0 to 1, rounded"),
    "floats to 255": (lambda x: x.astype(np.float32), "divided by 255"),
    "int64": (lambda x: x.astype(np.int64), "divided by 255"),
    "uint16": (lambda x: x.astype(np.uint16) * 257, "divided by 65,535, rounded"),
    "ten bits": (lambda x: (x.astype(np.int32) * 1023 + 127) // 255, "divided by 1,023, rounded"),
    "flat": (lambda x: x.reshape(len(x), -1), "divided by 255"),
    "with one channel": (lambda x: x[..., None], "divided by 255"),
}


@pytest.mark.parametrize("kind", PIXELS)
def test_the_same_images_are_read_from_any_numbers(kind):
    change, said = PIXELS[kind]
    found = clean(parts(images=change))
    assert np.array_equal(found.arrays["train_images"], PLAIN.arrays["train_images"])
    assert found.arrays["test_images"].dtype == np.uint8
    assert said in found.scaling


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, float])
def test_black_and_white_are_none_and_all_of_the_intensity(dtype):
    found = clean(parts(images=lambda x: (x > 127).astype(dtype)))
    assert np.array_equal(found.arrays["train_images"], 255 * (PLAIN.arrays["train_images"] > 127))
    assert found.scaling == "as they are, from 0 to 1"


def test_pixels_of_another_range_are_divided_by_the_largest():
    found = clean(
        parts(images=lambda x: x // 15)
    )  # as scikit-learn's digits, from 0 to 16, but these are bytes
    assert found.scaling == "each divided by 255"
    found = clean(parts(images=lambda x: x / 255 * 16))
    assert np.array_equal(found.arrays["train_images"], PLAIN.arrays["train_images"])
    assert found.scaling.startswith("each divided by 16, rounded")


LABELS = {
    "columns": lambda t: t.reshape(-1, 1).astype(np.uint8),
    "floats": lambda t: t.astype(float),
    "text": lambda t: t.astype(str),
    "bytes": lambda t: t.astype("S"),
    "one-hot": lambda t: np.eye(CLASSES)[t],
    "one-hot, of truth values": lambda t: np.eye(CLASSES)[t] > 0,
}


@pytest.mark.parametrize("kind", LABELS)
def test_the_same_classes_are_read_from_any_labels(kind):
    found = clean(parts(labels=LABELS[kind]))
    assert found.classes == CLASSES
    assert np.array_equal(found.arrays["test_labels"], PLAIN.arrays["test_labels"])
    assert found.notes == PLAIN.notes


@given(labels=some.lists(some.integers(-1000, 1000), min_size=2, max_size=256, unique=True))
def test_any_labels_are_numbered_in_their_order(labels):
    images = np.full((len(labels), 2, 2), 255, np.uint8)
    arrays = (images, np.array(labels), images, np.array(labels))
    found = clean(Parts(dict(zip(PARTS, arrays, strict=True))))
    assert [sorted(labels)[number] for number in found.arrays["train_labels"]] == labels
    assert found.classes == len(labels)


def test_what_the_classes_were_is_said():
    assert "the classes are 1 to 6" in clean(parts(labels=lambda t: t + 1)).notes
    assert "the classes are 0, 2, 4, 6, 8, 10" in clean(parts(labels=lambda t: 2 * t)).notes
    assert "the classes are 10000000000000000000, 20000000000000000000" in (
        clean(parts(labels=lambda t: np.array(["1" + "0" * 19, "2" + "0" * 19])[t % 2])).notes
    )
    assert "the classes are ant, bee" in clean(parts(labels=lambda t: np.array(["bee", "ant"])[t % 2])).notes
    unseen = clean(parts(train_labels=lambda t: np.minimum(t, 3)))
    assert "no training image is of class 4, 5" in unseen.notes
    assert "images of 4 × 3 numbers" in PLAIN.notes


WRONG = {
    "negative pixels": ({"images": lambda x: x / 128 - 1}, r"not from -1 to 0\.99"),
    "pixels that are not finite": ({"images": lambda x: np.where(x == 255, np.nan, x)}, "finite"),
    "complex pixels": ({"images": lambda x: x.astype(complex)}, "not complex128"),
    "black images": ({"images": lambda x: x * 0}, "scaled alike: the largest pixel is 0 and 0"),
    "sets of two scales": ({"train_images": lambda x: x / 255}, "scaled alike: the largest pixel is 1 and 255"),
    "the samples last": ({"images": lambda x: np.moveaxis(x, 0, -1)}, r"\(4, 3, 24\).*np\.moveaxis"),
    "as in MATLAB": (
        {"images": lambda x: np.moveaxis(x, 0, -1), "labels": lambda t: t.reshape(-1, 1)}, r"\(24, 1\).*np\.moveaxis",
    ),
    "no images": ({"images": lambda x: x[:, 0, 0]}, r"\(images, rows, columns\)"),
    "images as labels": ({"images": lambda x: x[:, 0, 0], "labels": lambda t: np.zeros((len(t), 4, 3))}, "swapped"),
    "an empty test set": ({"test_images": lambda x: x[:0], "test_labels": lambda t: t[:0]}, "test_images is empty"),
    "a label too few": ({"train_labels": lambda t: t[1:]}, r"\(24, 4, 3\), train_labels \(23,\)"),
    "turned test images": ({"test_images": lambda x: x.swapaxes(1, 2)}, r"\(24, 4, 3\) and \(12, 3, 4\)"),
    "several labels": ({"labels": lambda t: np.eye(6)[t] + np.eye(6)[0]}, r"row 0 is \[2\.0.*one label"),
    "labels with a fraction": ({"labels": lambda t: t + 0.5}, r"whole numbers, unlike 0\.5"),
    "labels that are missing": ({"labels": lambda t: np.where(t == 2, np.nan, t)}, "unlike nan"),
    "labels of no size": ({"labels": lambda t: t * 1e300}, "ordinary size, unlike 5e"),
    "labels beyond 64 bits": ({"labels": lambda t: np.uint64(2**63) + t.astype("u8")}, "ordinary size, unlike 9.2"),
    "one class": ({"labels": lambda t: 0 * t}, "2 to 256 different labels, not 1: 0"),
    "names and numbers": ({"test_labels": lambda t: t.astype(str) + np.array("x")}, "like 0, test labels like 0x"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_can_not_be_trained_on_is_refused_with_its_reason(kind):
    changes, said = WRONG[kind]
    with pytest.raises(DataError, match=said):
        clean(parts(**changes))


def test_more_classes_than_a_byte_tells_apart_are_refused():
    count = 257
    images = np.full((count, 2, 2), 255, np.uint8)
    with pytest.raises(DataError, match="not 257: 0, 1"):
        clean(Parts(dict(zip(PARTS, (images, np.arange(count)) * 2, strict=True))))
