"""build.py archive: a report with all that it rests on as one file, an RO-Crate that explains itself.

The sums of its files are in its metadata, by which another machine checks it without a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.keeping.files import IS_CHECKOUT, ROOT, replacing
from report.building.evidence import EvidenceError, attached_files, read_evidence, sums_of
from report.building.packing import files_in, packed
from report.project import Project

METADATA = "ro-crate-metadata.json"
REPORT = "report.pdf"
_VERSION = "https://w3id.org/ro/crate/1.3"
_LICENSE = "https://spdx.org/licenses/MIT"
_KINDS = {
    ".pdf": ("application/pdf", "the report"),
    ".html": ("text/html", "the report as a page"),
    ".tex": ("application/x-tex", "the report in LaTeX"),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "the report for Word",
    ),
    ".ipynb": ("application/x-ipynb+json", "a chapter as a notebook"),
    ".svg": ("image/svg+xml", "a figure"),
    ".csv": ("text/csv", "a table, its numbers in full"),
    ".parquet": ("application/vnd.apache.parquet", "the results of a study"),
    ".json": ("application/json", "data"),
    ".py": ("text/x-python", "a chapter, or what it imports"),
    ".toml": ("application/toml", "what a report or a study is"),
    ".bib": ("application/x-bibtex", "a bibliography"),
    ".whl": ("application/zip", "the program"),
}


def write_archive(project: Project, output: Path, target: Path) -> None:
    """Write the archive of the report that lies in the output folder; raises `EvidenceError`."""
    documents = _made(project, output)
    evidence = attached_files(output / REPORT)
    results = {f"results/{name}": content for name, content in evidence.items() if name.endswith(".parquet")}
    folder = {f"report/{name}": content for name, content in files_in(project).items()}
    folder |= {
        f"report/{project.file.name}": project.file.read_bytes()
    }  # which of the built-in one is the program's
    files = {**documents, **results, **folder, **_wheel()}
    said = metadata(files, project, json.loads(documents["provenance.json"]))
    with replacing(target) as temporary:
        temporary.write_bytes(
            packed({METADATA: json.dumps(said, indent=2, ensure_ascii=False).encode(), **files})
        )


def _made(project: Project, output: Path) -> dict[str, bytes]:
    """What the last build of this report has written into the folder; raises `EvidenceError`."""
    provenance = output / "provenance.json"
    origin = read_evidence(provenance) if provenance.is_file() else {}
    made = origin.get("files", [])
    if REPORT not in made:
        raise EvidenceError(f"there is no report in {output}: make it first, best with --format all")
    sources = sums_of({} if project.is_built_in else files_in(project))
    if origin.get("report", {}) != sources:
        other = (
            "another report"
            if bool(sources) != ("report" in origin)
            else "a report whose files have changed since"
        )
        raise EvidenceError(f"{output} has {other}: name the right one by --report, or make it again first")
    missing = [name for name in made if not (output / name).is_file()]
    if missing:
        raise EvidenceError(f"{output} lacks {', '.join(missing)}, which was made: make the report again")
    return {name: (output / name).read_bytes() for name in [*made, provenance.name]}


def _wheel() -> dict[str, bytes]:
    """The program as a wheel, by its own build system; nothing where it was installed without its sources."""
    if not IS_CHECKOUT:
        return {}
    with TemporaryDirectory() as folder:
        words = [
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            folder,
            str(ROOT),
        ]
        done = subprocess.run([sys.executable, "-m", *words], capture_output=True, encoding="utf-8")
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
            raise EvidenceError(
                f"the wheel of the program can't be built (`pip install hatchling`): {reason[0]}"
            )
        return {f"program/{path.name}": path.read_bytes() for path in Path(folder).glob("*.whl")}


def metadata(files: Mapping[str, bytes], project: Project, origin: Mapping[str, Any]) -> dict[str, Any]:
    """What the archive says of itself, as RO-Crate 1.3 has it."""
    people = list(_people(project))
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": project.title,
        "description": f"A report of the study {origin['study']['name']}, its results, chapters and program.",
        "datePublished": origin["date"],
        "license": {"@id": _LICENSE},
        "author": _one([{"@id": person["@id"]} for person in people if person["@type"] == "Person"]),
        "keywords": _one(project.keywords),
        "hasPart": [{"@id": name} for name in files],
        "mainEntity": {"@id": REPORT},
    }
    about = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _VERSION},
    }
    licence = {
        "@id": _LICENSE,
        "@type": "CreativeWork",
        "name": "MIT License",
        "description": "Of the program.",
    }
    graph = [about, root, licence, *people, *(_file(name, content) for name, content in files.items())]
    return {"@context": f"{_VERSION}/context", "@graph": graph}


def _people(project: Project) -> Iterator[dict[str, Any]]:
    """The authors, then their affiliations."""
    for number, author in enumerate(project.authors, 1):
        yield {
            "@id": f"https://orcid.org/{author.orcid}" if author.orcid else f"#author-{number}",
            "@type": "Person",
            "name": author.name,
            "affiliation": _one([{"@id": f"#{key}"} for key in author.affiliations]),
        }
    for key, name in project.affiliations.items():
        yield {"@id": f"#{key}", "@type": "Organization", "name": name}


def _one(values: Sequence[Any]) -> Any:
    """Values as JSON-LD has them: one by itself."""
    return values[0] if len(values) == 1 else list(values)


def _file(name: str, content: bytes) -> dict[str, Any]:
    encoding, what = _KINDS.get(Path(name).suffix, ("application/octet-stream", "a file"))
    return {
        "@id": name,
        "@type": "File",
        "name": Path(name).name,
        "description": what,
        "encodingFormat": encoding,
        "contentSize": str(len(content)),
        "sha256": sha256(content).hexdigest(),
    }


def differing(folder: Path) -> list[str]:
    """What of an unpacked archive is not as its metadata says, a line each; raises `EvidenceError`."""
    try:
        graph = json.loads((folder / METADATA).read_text(encoding="utf-8"))["@graph"]
        sums = {entity["@id"]: entity["sha256"] for entity in graph if entity["@type"] == "File"}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"the archive has no {METADATA} that can be read: {error}") from None
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    there = sums_of({name: path.read_bytes() for name, path in files.items() if name != METADATA})
    said = [f"{name}: is missing" for name in sums.keys() - there.keys()]
    said += [f"{name}: the metadata does not name it" for name in there.keys() - sums.keys()]
    said += [
        f"{name}: its SHA-256 sum is not the one in the metadata"
        for name in sums.keys() & there.keys()
        if there[name] != sums[name]
    ]
    return sorted(said)
