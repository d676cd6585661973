"""What a report says of itself: title, authors, date; and what its documents are laid out with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from report.project import Author, Project
from report.typesetting.formats import Format


@dataclass(frozen=True)
class Metadata:
    """What the title page says; the PDF has the same date, so that the same report is the same bytes.

    `affiliations` are names by the keys that authors give. `marks` say in the PDF's keywords what it was made of.
    `bibliography` is added to the built-in one; `template` is Typst's, for the PDF; `templates` are Jinja's, by format,
    in place of the built-in ones. With `origins`, the PDF has an appendix on where all that is computed comes from.
    """

    title: str
    subtitle: str
    date: date
    authors: tuple[Author, ...] = ()
    affiliations: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    language: str = "en-GB"
    bibliography: tuple[Path, ...] = ()
    csl: Path | None = None
    template: Path | None = None
    templates: Mapping[Format, Path] = field(default_factory=dict)
    origins: bool = False

    @property
    def said(self) -> list[dict[str, str | list[str]]]:
        """The authors as templates take them, without what is not known of them."""
        return [self._said(author) for author in self.authors]

    def _said(self, author: Author) -> dict[str, str | list[str]]:
        places = [self.affiliations[key] for key in author.affiliations]
        known = {"email": author.email, "orcid": author.orcid, "organization": "; ".join(places)}
        return {
            "name": author.name,
            **{key: text for key, text in known.items() if text},
            "affiliations": places,
        }

    @property
    def byline(self) -> str:
        """The authors, their affiliations and notes on them, as Markdown; nothing where there are none."""
        places = list(dict.fromkeys(key for author in self.authors for key in author.affiliations))
        numbers = {key: str(number) for number, key in enumerate(places, 1)} if len(places) > 1 else {}
        paragraphs = [",\n".join(_named(author, numbers) for author in self.authors)]
        paragraphs += [f"{_raised(numbers.get(key))}{_literal(self.affiliations[key])}" for key in places]
        if any(author.equal_contribution for author in self.authors):
            paragraphs.append(f"{_raised(_EQUAL)}These authors contributed equally.")
        paragraphs += [
            f"{_raised(_CORRESPONDING)}Correspondence: <{author.email}>"
            for author in self.authors
            if author.corresponding and author.email
        ]
        return "\n\n".join(filter(None, paragraphs))


def metadata_of(
    project: Project, title: str, subtitle: str, day: date, marks: tuple[str, ...], origins: bool = False
) -> Metadata:
    """That of a report whose title and subtitle are rendered."""
    return Metadata(
        title=title,
        subtitle=subtitle,
        date=day,
        authors=project.authors,
        affiliations=project.affiliations,
        keywords=project.keywords,
        marks=marks,
        language=project.language,
        bibliography=tuple(project.folder / name for name in project.bibliography),
        csl=project.folder / project.csl if project.csl else None,
        template=project.folder / project.template if project.template else None,
        templates={format: project.folder / name for format, name in project.templates.items()},
        origins=origins,
    )


_EQUAL, _CORRESPONDING = "=", "\\*"


def _named(author: Author, numbers: Mapping[str, str]) -> str:
    """An author with marks: the numbers of the affiliations, then = and *."""
    marks = [numbers[key] for key in author.affiliations if key in numbers]
    marks += [_EQUAL] * author.equal_contribution + [_CORRESPONDING] * author.corresponding
    orcid = f" ^[ORCID](https://orcid.org/{author.orcid})^" if author.orcid else ""
    return f"{_literal(author.name)}{_raised(','.join(marks)).rstrip()}{orcid}"


def _raised(mark: str | None) -> str:
    return f"^{mark}^ " if mark else ""


def _literal(text: str) -> str:
    """The text as Markdown that says the same."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))
