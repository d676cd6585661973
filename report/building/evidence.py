"""What a report rests on: numbers over seeds, sentences, claims. Kept with it, and compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from io import BytesIO
from logging import CRITICAL, getLogger
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from pydantic import ValidationError

from analysis.keeping.files import as_file
from analysis.results.frames import Results, read_table
from analysis.results.gathered import combine
from analysis.speed.recorded import Benchmark
from analysis.studies.beside import all_studies
from analysis.studies.run import HISTORY
from analysis.studies.study import Study
from report.weaving.evident import without_spans
from report.weaving.paragraphs import OPTIONAL
from report.weaving.weave import Woven


class EvidenceError(ValueError):
    """A file without the evidence that was looked for; the message names it."""


def evidence(woven: Woven, results: Results) -> dict[str, Any]:
    """The numbers, sentences and claims of a report, as JSON can write them."""
    return {
        "numbers": numbers(results),
        "sentences": sentences(woven),
        "claims": [
            {
                "sentence": claim.sentence,
                "holds": claim.holds,
                "status": claim.status,
                "evidence": claim.evidence,
                "source": f"{claim.source.file.name}:{claim.source.line}",
            }
            for claim in woven.claims
        ],
    }


def numbers(results: Results) -> dict[str, list[float]]:
    """Name -> its value for each seed: every measure after the last epoch, by activation and depth."""
    grouped = results.summary.group_by("activation", "depth", maintain_order=True)
    return {
        f"{measure.replace('_', ' ')}, {activation}, {depth} layers": rows[measure].to_list()
        for (activation, depth), rows in grouped
        for measure in HISTORY
    }


def sentences(woven: Woven) -> list[str]:
    """The prose in Markdown, headings and sentence by sentence; no tables, code or displayed equations."""
    prose = re.sub(
        r"^```.*?^```$|^\$\$.*?\$\$.*?$|<!--.*?-->",
        "",
        without_spans(woven.markdown),
        flags=re.DOTALL | re.MULTILINE,
    )
    while OPTIONAL.search(prose):
        prose = OPTIONAL.sub(r"\1", prose)
    parts = (part.strip() for part in re.split(r"\n\s*\n", prose))
    paragraphs = (_HEADING.sub(r"\1", part) if "\n" not in part else " ".join(part.split()) for part in parts)
    return [
        sentence
        for paragraph in paragraphs
        if paragraph and not paragraph.startswith(("|", ":", "#", "!"))
        for sentence in re.split(r"(?<=[.?!]) (?=[A-Z@])", paragraph)
    ]


_HEADING = re.compile(r"^#+ (.*?)(?: *\{[^{}]*\})?$")


def read_evidence(path: Path) -> dict[str, Any]:
    """The evidence in a provenance.json; raises `EvidenceError`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EvidenceError(f"there is no file {path}") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise EvidenceError(f"{path} is no provenance.json: {error}") from None
    missing = {"numbers", "sentences", "claims"} - (content.keys() if isinstance(content, dict) else set())
    if missing:
        raise EvidenceError(
            f"{path} is no provenance.json of this version: it lacks {', '.join(sorted(missing))}"
        )
    return content


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What changed from one report to another, a line each: the study, numbers, sentences, then claims."""
    return [
        *(_changed_study(old["study"], new["study"]) if "study" in old.keys() & new.keys() else ()),
        *_changed_numbers(old["numbers"], new["numbers"]),
        *_changed_sentences(old["sentences"], new["sentences"]),
        *_changed_claims(old["claims"], new["claims"]),
    ]


def _changed_study(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    keys = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
    if keys:
        changed = (f"{key} {_short(old.get(key))} -> {_short(new.get(key))}" for key in keys)
        yield f"the studies differ, {old.get('name')} and {new.get('name')}: {', '.join(changed)}"


def _short(value: Any) -> str:
    """A value of a study; the studies that are beside it by their names."""
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        value = [each.get("name") for each in value]
    return f"{value!r:.80}"


def _changed_numbers(old: Mapping[str, Sequence[float]], new: Mapping[str, Sequence[float]]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new or name not in old:
            yield f"number: {name}: {'new' if name in new else 'gone'}"
        elif old[name] != new[name]:
            spread = max(_spread(old[name]), _spread(new[name]))
            by_more = abs(fmean(new[name]) - fmean(old[name])) > spread
            verdict = f"by {'more' if by_more else 'no more'} than the spread" if spread else "spread unknown"
            yield f"number: {name}: {_shown(old[name])} -> {_shown(new[name])}, {verdict}"


def _spread(values: Sequence[float]) -> float:
    """The standard deviation over seeds, of one seed none."""
    return stdev(values) if len(values) > 1 else 0.0


def _shown(values: Sequence[float]) -> str:
    spread = f" ± {_spread(values):.2g}" if len(values) > 1 else ""
    return f"{fmean(values):.4g}{spread} (n = {len(values)})"


def _changed_sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change != "equal":
            yield from (f"sentence: - {sentence}" for sentence in old[a:b])
            yield from (f"sentence: + {sentence}" for sentence in new[c:d])


def _changed_claims(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before, after = ({claim["sentence"]: claim for claim in claims} for claims in (old, new))
    for sentence in dict.fromkeys([*before, *after]):
        one, other = before.get(sentence), after.get(sentence)
        if one is None or other is None:
            yield f"claim: {'new' if other else 'gone'}: {sentence}"
        elif (before_now := [_verdict(one), _verdict(other)])[0] != before_now[1]:
            states = " -> ".join(before_now)
            yield f"claim: flipped, {states}: {sentence} ({other['evidence']})"
        elif one["evidence"] != other["evidence"]:
            yield f"claim: evidence {one['evidence']} -> {other['evidence']}: {sentence}"


def _verdict(claim: Mapping[str, Any]) -> str:
    """The status of a claim in words; a report of an earlier version says only whether it holds."""
    said = "holds" if claim["holds"] else "not supported"
    return (
        str(claim["status"]) if "status" in claim and (claim["status"] == "holds") == claim["holds"] else said
    )


RESULTS, BESIDE, PROVENANCE = "results.parquet", "results-{}.parquet", "provenance.json"
OWN = "report.zip"  # the files of a report of one's own
_BEGINNING = 1024  # bytes, in which a PDF has to say that it is one


def sums_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 sum of each of these files."""
    return {name: sha256(content).hexdigest() for name, content in files.items()}


def to_attach(results: Results, origin: Mapping[str, Any]) -> dict[str, bytes]:
    """What the PDF carries, so that it can be checked by itself: file name -> content."""
    files = {RESULTS: results.as_parquet, PROVENANCE: json.dumps(origin, ensure_ascii=False).encode()}
    return files | {_file(name): part.as_parquet for name, part in results.named.items()}


def _file(name: str) -> str:
    """Under what name the results of a study beside are attached."""
    return BESIDE.format(as_file(name))


def attached(pdf: Path) -> tuple[Results, dict[str, Any], bytes | None]:
    """The results, the provenance and, of a report of one's own, its files, attached to a PDF.

    Raises `EvidenceError`.
    """
    files = attached_files(pdf)
    missing = [name for name in (RESULTS, PROVENANCE) if name not in files]
    if missing:
        raise EvidenceError(
            f"{pdf} is a PDF, but no report of this program: it carries no {' and no '.join(missing)}"
        )
    try:
        return (*read_attached(files), files.get(OWN))
    except ValidationError as error:
        reason = error.errors()[0]
        where = ".".join(map(str, reason["loc"]))
        raise EvidenceError(f"{pdf} is of another version of the program: {where}: {reason['msg']}") from None
    except (ValueError, KeyError) as error:
        raise EvidenceError(f"the evidence attached to {pdf} can't be used: {error}") from None


def attached_files(pdf: Path) -> dict[str, bytes]:
    """What a PDF carries, by name; raises `EvidenceError`."""
    from pypdf import PdfReader

    getLogger("pypdf").setLevel(CRITICAL)  # what it finds amiss is told below
    content = content_of(pdf)
    if b"%PDF-" not in content[:_BEGINNING]:
        raise EvidenceError(f"{pdf} is no PDF")
    try:
        return {name: contents[0] for name, contents in PdfReader(BytesIO(content)).attachments.items()}
    except Exception:  # of a damaged file it raises whatever it stumbles over
        raise EvidenceError(f"{pdf} is damaged: it begins as a PDF, and can't be read as one") from None


def content_of(file: Path) -> bytes:
    """The bytes of a file; raises `EvidenceError`."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise EvidenceError(f"there is no file {file}") from None
    except OSError as error:
        raise EvidenceError(f"{file} can't be read: {error.strerror}") from None


def read_attached(files: Mapping[str, bytes]) -> tuple[Results, dict[str, Any]]:
    """The results and the provenance; raises `ValueError` unless the provenance names these results."""
    origin = json.loads(files[PROVENANCE])
    named = {RESULTS: origin["results"]}
    named |= {_file(name): total for name, total in origin["beside"].items()}
    for file, total in named.items():
        if file not in files or sha256(files[file]).hexdigest() != total:
            raise ValueError(f"{file} is not what {PROVENANCE} names")
    Benchmark.model_validate(origin["benchmark"])  # one of an earlier version can't be shown
    study, accepted = Study.model_validate(origin["study"]), tuple(origin["accepted"])
    found = [
        Results(each, read_table(files[file]), accepted)
        for each, file in zip(all_studies(study), named, strict=True)
    ]
    return combine(found), origin
