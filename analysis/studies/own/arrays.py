"""Arrays in files: of NumPy (.npz, .npy) and IDX, plain or compressed. What a file is, its content says."""

from __future__ import annotations

import gzip
import io
import lzma
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from analysis.studies.own.idx import is_idx, read_idx
from analysis.studies.own.parts import PARTS, DataError, Parts, listed, part_of

_NPY, _ZIP = b"\x93NUMPY", b"PK"
_UNPACKED: Mapping[bytes, Callable[[io.BytesIO], io.BufferedIOBase]] = {
    b"\x1f\x8b": lambda packed: gzip.GzipFile(fileobj=packed),
    b"\xfd7": lzma.LZMAFile,
}
_HEAD = 100  # bytes, by which it is known what a file is
_LONGEST = 200  # letters of what a library says, which may show a part of the file
WANTED = f"{', '.join(PARTS)}; or x_train, y_train, x_test, y_test"


def from_npz(path: Path) -> Parts:
    """The parts in one .npz file, and the names of the arrays that are none of them."""
    content = _content(path)
    if content.startswith(_NPY):
        raise DataError(f"{path.name} is one array (.npy), not an .npz file of {WANTED}")
    if not content.startswith(_ZIP):
        raise DataError(f"{path.name} is no .npz file: it begins with {content[:12]!r}")
    with _told(path), np.load(io.BytesIO(content)) as archive:
        names = [(part_of(name), name) for name in archive.files]
        found = {part: [name for of, name in names if of == part] for part in PARTS}
        if unclear := [names for names in found.values() if len(names) > 1]:
            raise DataError(
                f"{path.name} has {' and '.join(unclear[0])}, which are the same part: keep one of them"
            )
        if missing := [part for part, names in found.items() if not names]:
            raise DataError(
                f"{path.name} has no {', no '.join(missing)}. Its arrays are {listed(archive.files)}; "
                f"wanted are {WANTED}"
            )
        arrays = {part: _array(archive, name) for part, [name] in found.items()}
    left = [name for of, name in names if of is None]
    return Parts(arrays, (f"{listed(left)} not read",) if left else ())


def from_files(paths: Mapping[str, Path]) -> Parts:
    """The parts, each in a file of its own."""
    return Parts({part: array_in(path) for part, path in paths.items()})


def array_in(path: Path) -> np.ndarray:
    """The array in a file of .npy or IDX, or in an .npz of this one alone; raises `DataError`."""
    content = _content(path)
    with _told(path):
        if content.startswith(_ZIP):
            with np.load(io.BytesIO(content)) as archive:
                if len(archive.files) != 1:
                    raise DataError(f"{path.name} is to have one array, not {listed(archive.files)}")
                return _array(archive, archive.files[0])
        if content.startswith(_NPY):
            return np.asarray(np.load(io.BytesIO(content)))
    try:
        return read_idx(content)
    except ValueError as error:
        raise DataError(f"{path.name} {error}") from None


def _content(path: Path) -> bytes:
    """What a file holds, unpacked."""
    with _told(path):
        content = path.read_bytes()
        for begin, unpacked in _UNPACKED.items():
            if content.startswith(begin):
                with unpacked(io.BytesIO(content)) as stream:
                    content = stream.read(_HEAD)
                    if content.startswith((_NPY, _ZIP)) or is_idx(content):  # else it may be of any length
                        content += stream.read()
    if content[:_HEAD].lstrip().startswith(b"<"):
        raise DataError(f"{path.name} is a web page, not data: it begins with {content.lstrip()[:15]!r}")
    return content


def _array(archive: np.lib.npyio.NpzFile, name: str) -> np.ndarray:
    found = archive[name]
    if not isinstance(found, np.ndarray):  # NumPy gives what else lies in an archive as bytes
        raise ValueError(f"{name} is no array")
    return found


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of a file what is wrong with it, and nothing of what NumPy would have better."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of files that were written by Python 2
            yield
    except DataError:
        raise
    except MemoryError:
        raise DataError(f"{path.name} does not fit into memory") from None
    except ValueError as error:
        if "pickle" in str(error):  # NumPy's advice is to run what the file holds
            raise DataError(
                f"{path.name} holds Python objects, which are not read: save arrays of numbers"
            ) from None
        raise DataError(f"{path.name} is damaged: {str(error)[:_LONGEST]}") from None
    except Exception as error:  # NumPy and the readers of archives raise a dozen kinds
        raise DataError(f"{path.name} is damaged: {str(error)[:_LONGEST]}") from None
