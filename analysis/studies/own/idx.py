"""IDX, the format of MNIST's files: two zeros, the type, the number of dimensions, their sizes, the numbers."""

from __future__ import annotations

import numpy as np

_MOST = 32  # dimensions, that any NumPy can have
TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def is_idx(content: bytes) -> bool:
    """Whether a file that begins so may be one."""
    return content[:2] == bytes(2) and len(content) >= 4 and content[2] in TYPES and 0 < content[3] <= _MOST


def read_idx(content: bytes) -> np.ndarray:
    """The array in a file of this content; raises `ValueError`."""
    if not is_idx(content):
        raise ValueError(f"is no IDX file: it begins with {content[:4]!r}")
    dtype, begin = np.dtype(TYPES[content[2]]), 4 + 4 * content[3]
    if len(content) < begin:
        raise ValueError("ends within its head")
    sizes = [int(size) for size in np.frombuffer(content, ">u4", content[3], offset=4)]
    expected, found = dtype.itemsize * int(np.prod(sizes, dtype=object)), len(content) - begin
    if expected != found:
        shape = " x ".join(map(str, sizes))
        raise ValueError(
            f"is to have {expected:,} bytes after its head, for {shape} {dtype.name}, but has {found:,}"
        )
    array = np.frombuffer(content, dtype, offset=begin).reshape(sizes)
    return array.astype(dtype.newbyteorder("="), copy=False)
