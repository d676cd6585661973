"""Pictures in folders, one for each class, as torchvision's ImageFolder has them: train/cat/1.png, test/dog/2.png."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from analysis.studies.own.parts import PARTS, SETS, DataError, Parts

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
_INSTEAD = ("val", "valid", "validation")  # of a test set, where there is none
_GREY = {"1", "L", "LA"}
_DEEP = {"I;16", "I;16L", "I;16B", "I"}  # grey of 16 bits


@dataclass(frozen=True)
class Pictures:
    """The pictures of a training or a test set, and the class of each: the name of its folder."""

    folder: Path
    files: tuple[Path, ...]
    classes: tuple[str, ...]


def both_sets(place: Path) -> tuple[Pictures, Pictures] | None:
    """The training and the test set in a folder; None where it has no such pictures."""
    folders = {path.name.lower(): path for path in sorted(place.iterdir()) if path.is_dir()}
    train, test = (
        next((folders[name] for name in names if name in folders), None)
        for names in (SETS["train"], (*SETS["test"], *_INSTEAD))
    )
    if not train or not test:
        return None
    sets = _pictures(train), _pictures(test)
    return sets if any(each.files for each in sets) else None


def _pictures(folder: Path) -> Pictures:
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    below = {path: path.relative_to(folder).parts for path in found}
    in_class = {path: parts[0] for path, parts in below.items() if len(parts) > 1 and not _hidden(parts)}
    return Pictures(folder, tuple(in_class), tuple(in_class.values()))


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") for part in parts)


def from_pictures(train: Pictures, test: Pictures) -> Parts:
    """The parts; in grey where all pictures are. Raises `DataError`."""
    every = [_pixels(path) for path in (*train.files, *test.files)]
    for path, pixels in zip((*train.files, *test.files), every, strict=True):
        if pixels.shape[:2] != every[0].shape[:2] or pixels.dtype != every[0].dtype:
            raise DataError(
                f"all pictures are to be alike: {_named(path)} has {_size(pixels)}, "
                f"{_named((*train.files, *test.files)[0])} {_size(every[0])}"
            )
    if len({pixels.ndim for pixels in every}) > 1:  # some are in colours
        every = [pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2) for pixels in every]
    count = len(train.files)
    images = [np.array(some) for some in (every[:count], every[count:])]
    labels = [np.array(each.classes, str) for each in (train, test)]
    # Networks are probed on the first training images, which would else be all of one class.
    shuffled = np.random.default_rng(0).permutation(count)
    parts = (images[0][shuffled], labels[0][shuffled], images[1], labels[1])
    notes = ["training images shuffled once"]
    if test.folder.name.lower() in _INSTEAD:
        notes.append(f"the test set is the folder {test.folder.name}")
    return Parts(dict(zip(PARTS, parts, strict=True)), tuple(notes))


def _pixels(path: Path) -> np.ndarray:
    """A picture, (rows, columns) in grey, of bytes or of 16 bits, or (rows, columns, 3) in colours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                if picture.mode in _DEEP:
                    return np.asarray(picture).astype(np.uint16)
                return np.asarray(picture.convert("L" if picture.mode in _GREY else "RGB"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(f"{_named(path)} has more pixels than a picture is to have") from None
    except (OSError, SyntaxError, ValueError):
        raise DataError(f"{_named(path)} is no picture, or damaged") from None


def _named(path: Path) -> str:
    """The folder of a set, of a class, and the picture."""
    return "/".join(path.parts[-3:])


def _size(pixels: np.ndarray) -> str:
    return f"{pixels.shape[0]} x {pixels.shape[1]} pixels of {8 if pixels.dtype == np.uint8 else 16} bits"
