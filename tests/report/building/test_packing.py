"""Archives of files: the same bytes for the same files, and none that writes where it should not."""

from __future__ import annotations

from io import BytesIO
from stat import S_IFLNK
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from report.building import packing
from report.building.evidence import EvidenceError
from report.building.packing import packed, unpack

FILES = {"report.toml": b"title = 1", "chapters/a.py": b"# %%"}


def test_what_is_packed_is_unpacked(tmp_path):
    unpack(packed(FILES), tmp_path)
    assert {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    } == FILES


def test_the_same_files_are_the_same_bytes_in_any_order():
    assert packed(FILES) == packed(dict(reversed(FILES.items())))


def archive(*members):
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as made:
        for name, content, mode in members:
            info = ZipInfo(name)
            info.external_attr = mode << 16
            made.writestr(info, content, ZIP_DEFLATED)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (("../out.py", b"", 0o644), "leads out of its folder"),
        (("a/../../out.py", b"", 0o644), "leads out of its folder"),
        (("/etc/out.py", b"", 0o644), "leads out of its folder"),
        (("..\\out.py", b"", 0o644), "leads out of its folder"),
        (("C:out.py", b"", 0o644), "leads out of its folder"),
        (("link", b"/etc/passwd", S_IFLNK | 0o777), "is a link"),
    ],
)
def test_what_leads_elsewhere_is_refused_before_anything_is_written(tmp_path, member, said):
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(EvidenceError, match=said):
        unpack(archive(("good.py", b"", 0o644), member), place)
    assert list(tmp_path.rglob("*")) == [place]


def test_a_bomb_is_refused(tmp_path):
    zeros = bytes(1_000_000)
    bomb = archive(*((f"{n}.py", zeros, 0o644) for n in range(packing.MOST_BYTES // len(zeros) + 1)))
    assert len(bomb) < packing.MOST_BYTES / 100
    with pytest.raises(EvidenceError, match="which no report has"):
        unpack(bomb, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no archive", packed(FILES)[:-30]])
def test_what_is_no_archive_is_told(tmp_path, content):
    with pytest.raises(EvidenceError, match="can't be unpacked"):
        unpack(content, tmp_path)
