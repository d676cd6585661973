"""Images as bytes and labels as classes from 0, of whatever numbers they were; how they were read is said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.studies.own.parts import PARTS, DataError, Parts, listed
from analysis.studies.patterns import FULL_INTENSITY

MOST_CLASSES = 256  # labels are trained on as bytes
_TOO_LARGE = 2.0**63  # for a label, of 64 bits
_AT_ONCE = 4096  # images that are scaled together


@dataclass(frozen=True)
class Clean:
    """The arrays of `PARTS`: images (patterns, pixels) as uint8, labels (patterns,) as int64 from 0 to classes - 1.

    `scaling` says how pixels became fractions, `notes` what else a reader should know.
    """

    arrays: Mapping[str, np.ndarray]
    classes: int
    scaling: str
    notes: tuple[str, ...]


def clean(parts: Parts) -> Clean:
    """The parts as they can be trained on; raises `DataError`."""
    train, test = (_same_length(parts, of) for of in ("train", "test"))
    if not _alike(train[0].shape[1:], test[0].shape[1:]):
        raise DataError(f"training and test images differ in size: {train[0].shape} and {test[0].shape}")
    pixels, scaling = _bytes([train[0], test[0]])
    classes, count, said = _classes([train[1], test[1]])
    arrays = dict(zip(PARTS, (pixels[0], classes[0], pixels[1], classes[1]), strict=True))
    size = " × ".join(map(str, train[0].shape[1:]))
    return Clean(arrays, count, scaling, (f"images of {size} numbers", *said, *parts.notes))


def _same_length(parts: Parts, of: str) -> tuple[np.ndarray, np.ndarray]:
    """The images of a set, and one label for each."""
    images, labels = parts.arrays[f"{of}_images"], parts.arrays[f"{of}_labels"]
    shapes = f"{of}_images has the shape {images.shape}, {of}_labels {labels.shape}"
    if not images.size:
        raise DataError(f"{of}_images is empty")
    if images.ndim < 2:
        swapped = "; are they swapped?" if labels.ndim > 2 else ""
        raise DataError(f"{shapes}: images are to be (images, rows, columns) or (images, pixels){swapped}")
    if labels.size == len(images):
        return images, labels.reshape(-1)
    if labels.ndim == 2 and len(labels) == len(images):
        return images, _from_one_hot(labels, f"{of}_labels")
    hint = ""
    if images.shape[-1] in labels.shape:
        hint = f"; images lie along the first axis, where np.moveaxis({of}_images, -1, 0) puts them"
    raise DataError(f"{shapes}: there is to be one label for each image{hint}")


def _from_one_hot(labels: np.ndarray, name: str) -> np.ndarray:
    """The place of the one in each row, among zeros."""
    ones = labels == 1
    wrong = np.flatnonzero((ones.sum(1) != 1) | ((labels != 0).sum(1) != 1))
    if wrong.size:
        raise DataError(
            f"{name} has the shape {labels.shape}, and its row {wrong[0]} is {labels[wrong[0]].tolist()[:20]}: "
            "an image is to have one label, or a row of zeros with a single 1"
        )
    return ones.argmax(1)


def _classes(labels: Sequence[np.ndarray]) -> tuple[list[np.ndarray], int, tuple[str, ...]]:
    """The labels of both sets as numbers from 0, how many different ones there are, and what they were."""
    read = [_readable(each) for each in labels]
    if len({each.dtype.kind for each in read}) > 1:
        raise DataError(f"training labels are like {read[0][0]}, test labels like {read[1][0]}")
    values = np.unique(np.concatenate(read))
    names = [str(value) for value in values]
    if not 2 <= len(values) <= MOST_CLASSES:
        raise DataError(
            f"there are to be 2 to {MOST_CLASSES} different labels, not {len(values):,}: {listed(names)}"
        )
    classes = [np.searchsorted(values, each).astype(np.int64) for each in read]
    said = []
    if names != [str(n) for n in range(len(names))]:
        in_a_row = values.dtype.kind == "i" and values[-1] - values[0] == len(values) - 1
        said.append(f"the classes are {f'{names[0]} to {names[-1]}' if in_a_row else listed(names)}")
    seen = np.bincount(classes[0], minlength=len(names))
    if not seen.all():
        said.append(f"no training image is of class {listed(names[n] for n in np.flatnonzero(seen == 0))}")
    return classes, len(values), tuple(said)


def _readable(labels: np.ndarray) -> np.ndarray:
    """Labels as whole numbers, or as names where they are text."""
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    if labels.dtype.kind == "U":
        try:
            return labels.astype(np.int64)
        except (ValueError, OverflowError):
            return labels
    if labels.dtype.kind not in "buif":
        raise DataError(f"labels are to be numbers or names, not {labels.dtype}")
    wrong = np.flatnonzero(labels != np.rint(labels)) if labels.dtype.kind == "f" else np.array([])
    if wrong.size or not np.isfinite(labels).all():
        raise DataError(
            f"labels are to be whole numbers, unlike {labels[wrong[0]] if wrong.size else labels.max()}"
        )
    largest = max(abs(float(labels.min())), abs(float(labels.max())))
    if largest >= _TOO_LARGE:
        raise DataError(f"labels are to be of an ordinary size, unlike {largest:g}")
    return labels.astype(np.int64)


def _bytes(images: Sequence[np.ndarray]) -> tuple[list[np.ndarray], str]:
    """The pixels of both sets as bytes, (images, pixels), and how they were scaled to fractions."""
    for each in images:
        if each.dtype.kind not in "buif":
            raise DataError(f"images are to be numbers, not {each.dtype}")
        if not np.isfinite(each).all():
            raise DataError("pixels are to be finite numbers")
    low, highest = min(each.min() for each in images), [float(each.max()) for each in images]
    if low < 0:
        raise DataError(
            f"pixels are to be zero or greater, not from {low:g} to {max(highest):g}; "
            "(x - x.min()) / (x.max() - x.min()) makes them so"
        )
    if not min(highest) or (min(highest) <= 1) != (max(highest) <= 1):
        raise DataError(
            "training and test images are to be scaled alike: the largest pixel is {:g} and {:g}".format(
                *highest
            )
        )
    full = _full_intensity(images, max(highest))
    whole = all(each.dtype.kind != "f" or np.array_equal(each, np.rint(each)) for each in images)
    rounded = "" if whole and FULL_INTENSITY % full == 0 else f", rounded to multiples of 1/{FULL_INTENSITY}"
    divided = f"each divided by {full:,g}" if full > 1 else "as they are, from 0 to 1"
    return [_scaled(each, full) for each in images], divided + rounded


def _full_intensity(images: Sequence[np.ndarray], highest: float) -> float:
    """One of fractions, 255 of bytes, the most that so many bits hold of larger whole numbers, else the largest."""
    if highest <= 1:
        return 1
    if all(each.dtype == np.uint8 for each in images) or FULL_INTENSITY / 2 < highest <= FULL_INTENSITY:
        return FULL_INTENSITY
    if highest > FULL_INTENSITY and all(each.dtype.kind in "ui" for each in images):
        return float(2 ** int(highest).bit_length() - 1)
    return highest


def _scaled(images: np.ndarray, full: float) -> np.ndarray:
    flat = images.reshape(len(images), -1)
    if full == FULL_INTENSITY and flat.dtype == np.uint8:
        return flat
    found = np.empty(flat.shape, np.uint8)
    for begin in range(0, len(flat), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        found[some] = np.rint(flat[some] * (FULL_INTENSITY / full))
    return found


def _alike(train: tuple[int, ...], test: tuple[int, ...]) -> bool:
    """Whether images of these shapes have the same pixels in the same order: one may be flat."""
    shapes = [tuple(size for size in shape if size > 1) for shape in (train, test)]
    return shapes[0] == shapes[1] or (math.prod(train) == math.prod(test) and 1 in map(len, shapes))
