"""The files of a report of one's own as one archive, for its PDF to carry; and such an archive unpacked with care."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from report.building.evidence import EvidenceError
from report.building.up_to_date import files_of
from report.project import Project

MOST_BYTES = 100_000_000  # of all files together
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that an archive can have


def files_in(project: Project) -> dict[str, bytes]:
    """The files of a report, by their places in its folder."""
    return {
        Path(name).relative_to(project.folder).as_posix(): Path(name).read_bytes()
        for name in files_of(project.file)
    }


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of these files; the same bytes for the same files."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(ZipInfo(name, _EPOCH), content, ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Write an archive's files into a folder; raises `EvidenceError` before anything is written where one can't be.

    Refused are names that lead out of the folder, links, and more bytes than a report has.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MOST_BYTES:
                raise EvidenceError(f"it unpacks to more than {MOST_BYTES:,} bytes, which no report has")
            for member in members:
                if reason := _refused(member):
                    raise EvidenceError(f"{member.filename!r} in it {reason}")
            archive.extractall(folder)
    except EvidenceError:
        raise
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise EvidenceError("it can't be unpacked: it is damaged, or no zip file") from None


def _refused(member: ZipInfo) -> str | None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in member.filename:
        return "leads out of its folder"
    return "is a link" if S_ISLNK(member.external_attr >> 16) else None
