"""build.py check: what is no report is said to be none, in words of this program."""

from __future__ import annotations

from zipfile import ZipFile

import pytest
from pypdf import PdfWriter

from report.building.checking import gives_the_same
from report.building.evidence import EvidenceError


def a_page(path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(path)


def zipped(path):
    with ZipFile(path, "w") as made:
        made.writestr("README.md", "# A heading")


def begun(path):
    zipped(path)
    path.write_bytes(path.read_bytes()[:20])


WHAT = {
    "README.md": (
        lambda path: path.write_text("# A heading"),
        "is neither a report, .* nor an archive of one",
    ),
    "empty.pdf": (lambda path: path.write_bytes(b""), "is neither a report, .* nor an archive of one"),
    "empty.zip": (lambda path: path.write_bytes(b""), "is neither a report, .* nor an archive of one"),
    "of-something-else.pdf": (a_page, "is a PDF, but no report of this program"),
    "named-wrongly.zip": (a_page, "is a PDF, but no report of this program"),
    "cut-off.pdf": (lambda path: path.write_bytes(b"%PDF-1.7\n1 0 obj\n"), "is damaged: it begins as a PDF"),
    "of-something-else.zip": (zipped, "is a zip file, but no archive of a report"),
    "cut-off.zip": (begun, "can't be unpacked: it is damaged"),
    "a-folder": (lambda path: path.mkdir(), "can't be read: "),
    "missing.pdf": (lambda path: None, "there is no file"),
}


@pytest.mark.parametrize("name", WHAT)
def test_what_is_no_report_is_said_to_be_none(tmp_path, capfd, name):
    make, said = WHAT[name]
    make(tmp_path / name)
    with pytest.raises(EvidenceError, match=f"{name}:? .*{said}|{said} .*{name}"):
        gives_the_same(tmp_path / name)
    assert capfd.readouterr() == ("", "")
