"""The four parts of a data set, and the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

PARTS = ("train_images", "train_labels", "test_images", "test_labels")
SETS = {"train": ("train", "training"), "test": ("test", "testing", "t10k")}
_KINDS = {
    "images": ("images", "image", "imgs", "img", "data", "x"),
    "labels": ("labels", "label", "targets", "target", "y"),
}
LISTED = 8  # names that a message has at most


class DataError(Exception):
    """Data that can't be read; the message says what was tried and what to do."""


@dataclass(frozen=True)
class Parts:
    """The arrays of `PARTS` as they were found, and what else is to be said of them."""

    arrays: Mapping[str, np.ndarray]
    notes: tuple[str, ...] = ()


def part_of(name: str) -> str | None:
    """The part that an array or a file of this name holds, as MNIST, Keras and MedMNIST name theirs.

    >>> part_of("X_train"), part_of("t10k-labels.idx1-ubyte.gz"), part_of("val_images")
    ('train_images', 'test_labels', None)
    """
    words = re.split(r"[^a-z0-9]+", name.lower())
    found = [
        key for known in (SETS, _KINDS) for key, names in known.items() if not {*names}.isdisjoint(words)
    ]
    return "_".join(found) if "_".join(found) in PARTS else None


def printable(text: str) -> str:
    r"""The text on one line, with what can't be printed in a file's name as Python writes it.

    >>> printable("a\nb.npz"), printable("größe.npz")
    ('a\\nb.npz', 'größe.npz')
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def listed(names: Iterable[str]) -> str:
    """Names as a message has them, not too many.

    >>> listed("abcdefghij"), listed([])
    ('a, b, c, d, e, f, g, h and 2 more', 'nothing')
    """
    names = [printable(name) for name in names]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more if names else "nothing"
