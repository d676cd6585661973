"""Arrays are read from files that are whole; of any other it is said what it is."""

from __future__ import annotations

import gzip
import zipfile

import numpy as np
import pytest

from analysis.studies.own.arrays import array_in, from_npz
from analysis.studies.own.parts import PARTS, DataError

ARRAYS = {part: np.arange(4000) for part in PARTS}


def refused(path, read=from_npz):
    with pytest.raises(DataError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(path.name)
    assert "pickle" not in message
    return message


@pytest.fixture
def npz(tmp_path):
    """The file of these arrays, and of others."""

    def write(**arrays):
        np.savez(tmp_path / "d.npz", **arrays)
        return tmp_path / "d.npz"

    return write


def test_what_is_no_part_is_left_out_and_said(npz):
    found = from_npz(npz(**ARRAYS, val_images=np.zeros(3), val_labels=np.zeros(3)))
    assert found.arrays.keys() == {*PARTS}
    assert found.notes == ("val_images, val_labels not read",)


def test_the_names_found_and_those_wanted_are_said(npz):
    message = refused(npz(arr_0=np.zeros(2), arr_1=np.zeros(2)))
    assert "arrays are arr_0, arr_1; wanted are train_images" in message
    message = refused(npz(x_train=np.zeros(2), y_train=np.zeros(2)))
    assert "no test_images, no test_labels" in message
    assert "train_images and x_train, which are the same part" in refused(npz(**ARRAYS, x_train=np.zeros(2)))


def test_objects_are_not_unpickled_and_no_one_is_advised_to(npz):
    assert "holds Python objects" in refused(npz(**ARRAYS | {"test_labels": np.array([1, None])}))


@pytest.mark.parametrize("cut", [200, 2000, 40_000])
def test_a_file_that_ends_early_is_damaged(npz, cut):
    path = npz(**ARRAYS)
    path.write_bytes(path.read_bytes()[:cut])
    assert "is damaged" in refused(path)


def test_a_byte_that_changed_is_damage(npz):
    path = npz(**ARRAYS)
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    assert "is damaged: Bad CRC-32" in refused(path)


def npy(shape, dtype="|u1"):
    """A file of one array, whose head promises this and which has three bytes."""
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + b"abc"


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("(1099511627776, 1)", "does not fit into memory"),
        ("(8589934592, 1)", "is damaged: EOF"),
        (f"({10**30},)", "is damaged"),
        ("(-1, 3)", "is damaged"),
        ("(3, 1", "is damaged"),
        ("(3, 1 1)", "is damaged"),
    ],
)
def test_a_head_that_promises_what_is_not_there_is_damage(tmp_path, shape, said):
    path = tmp_path / "train_images.npy"
    path.write_bytes(npy(shape))
    assert said in refused(path, array_in)
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as archive:
        for part in PARTS:
            archive.writestr(f"{part}.npy", npy(shape))
    assert said in refused(tmp_path / "d.npz")


def test_what_python_2_wrote_is_read_without_a_word(tmp_path):
    path = tmp_path / "train_images.npy"
    path.write_bytes(npy("(3L, 1L)"))
    assert array_in(path).tolist() == [[97], [98], [99]]


def test_what_is_no_archive_of_arrays_is_named(npz, tmp_path):
    path = npz(**ARRAYS)
    path.write_text("\n<html><body>404 Not Found")
    assert "is a web page" in refused(path)
    path.write_bytes(b"")
    assert "is no .npz file" in refused(path)
    np.save(tmp_path / "x.npy", np.zeros(3))
    (tmp_path / "x.npy").replace(path)
    assert "is one array (.npy)" in refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        for part in PARTS:
            archive.writestr(part, "text")
    assert "is no array" in refused(path)


def test_a_file_of_one_array_has_no_other(npz, tmp_path):
    assert np.array_equal(array_in(npz(a=np.arange(3))), np.arange(3))
    assert "is to have one array, not a, b" in refused(npz(a=np.zeros(1), b=np.zeros(1)), array_in)
    path = tmp_path / "train-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(bytes([0, 0, 8, 1, 0, 0, 1, 0, *range(256)]))[:-9])
    assert "is damaged" in refused(path, array_in)
    path.write_bytes(b"some text")
    assert "is no IDX file: it begins with b'some'" in refused(path, array_in)


def test_what_is_packed_and_no_array_is_refused_by_its_head(tmp_path):
    path = tmp_path / "train-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(bytes(500))[:-9])  # to unpack all of it would fail
    with pytest.raises(DataError, match=r"is no IDX file: it begins with b'\\x00\\x00\\x00\\x00'"):
        array_in(path)
