"""IDX is read as its description says, in all of its types, or it is said what its head says and what is there."""

from __future__ import annotations

import struct

import pytest

from analysis.studies.own.idx import read_idx


@pytest.mark.parametrize(
    ("code", "letter", "numbers"),
    [
        (0x08, "B", [0, 255]), (0x09, "b", [-128, 127]), (0x0B, "h", [-300, 300]),
        (0x0C, "i", [-70_000, 70_000]), (0x0D, "f", [0.5, -0.25]), (0x0E, "d", [0.1, -1e300]),
    ],
)  # fmt: skip
def test_numbers_of_every_type_are_big_endian(code, letter, numbers):
    content = struct.pack(f">2xBBII2{letter}", code, 2, 1, 2, *numbers)
    array = read_idx(content)
    assert array.shape == (1, 2)
    assert array.tolist() == [numbers]
    assert array.dtype.isnative


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no IDX file"),
        (b"\x1f\x8b\x08\x00", "is no IDX file"),
        (bytes([0, 0, 7, 1, 0, 0, 0, 0]), "is no IDX file"),
        (bytes([0, 0, 8, 255, *[0, 0, 0, 1] * 255, 7]), "is no IDX file"),
        (bytes([0, 0, 8, 3, 0, 0]), "ends within its head"),
        (struct.pack(">2xBBI3B", 8, 1, 4, 1, 2, 3), "to have 4 bytes after its head, for 4 uint8, but has 3"),
        (struct.pack(">2xBBII9B", 8, 2, 2, 4, *range(9)), "for 2 x 4 uint8, but has 9"),
        (struct.pack(">2xBB3I", 12, 3, *[2**32 - 1] * 3), "x 4294967295 int32, but has 0"),
    ],
)
def test_a_file_that_its_head_does_not_fit_is_refused(content, said):
    with pytest.raises(ValueError, match=said):
        read_idx(content)
