"""Figures and tables, as Pandoc's Markdown with an id, a caption and, for figures, alternative text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from analysis.figures.drawing import Drawing
from analysis.figures.style import TEXT_WIDTH, svg
from analysis.keeping.files import CACHE
from report.authoring.claims import Claim
from report.authoring.columns import aligned, significant
from report.authoring.numbers import as_text, check_id, number, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Format = str | int | Callable[[Any], str]
MISSING = "–"


class Figures(dict[str, bytes]):
    """The figures of one report: file name -> SVG, filled as the prose calls for them."""

    def draw(self, drawing: Drawing | Figure, *, id: str, caption: str, alt: str) -> str:
        """Keep a figure as SVG and return its Markdown; `alt` says in words what it shows."""
        check_id(id, "fig")
        if not alt.strip():
            raise ValueError(f"{id} needs alternative text: what is plotted, its range, the main finding")
        name = f"{id.removeprefix('fig:')}.svg"
        if name in self:
            raise ValueError(f"there is a figure {id} already")
        if isinstance(drawing, Drawing):
            self[name], inches = drawing.svg(CACHE)
        else:
            self[name], inches = svg(drawing), drawing.get_figwidth()
        width = min(100, round(100 * inches / TEXT_WIDTH))
        # A block, not ![caption](...): a half-open interval in a caption would end the bracket.
        image = f'![](figures/{name}){{width={width}% alt="{_quoted(alt)}"}}'
        return f"::: {{#{id}}}\n{image}\n\n{_line(caption)}\n:::"


def table(
    rows: Any,
    *,
    id: str,
    caption: str,
    columns: Mapping[str, str] | None = None,
    formats: Mapping[str, Format] | None = None,
    widths: Sequence[float] | None = None,
    right: Collection[str] = (),
) -> str:
    """A table from a Polars frame or from a list of mappings; numbers are set to the right, text to the left.

    `columns` chooses, orders and heads the columns (name -> heading in Markdown); `formats` gives a column's
    format: "percent", a format specification such as ".3f", a number of significant digits, for which the
    column has one notation, or a function. A missing value is a dash. Decimal points stand below each other.
    `widths` are fractions of the text's width, for columns that hold sentences. `right` names columns of text
    to be set to the right, such as numbers with their spread.
    """
    check_id(id, "tbl")
    records = _records(rows)
    if not records:
        raise ValueError(f"{id} has no rows")
    columns = columns or {name: name for name in records[0]}
    _check_names(id, {**columns, **(formats or {})}, records[0])
    rules, filled = [], []
    for name in columns:
        values = [record[name] for record in records]
        cells = _cells(values, (formats or {}).get(name))
        powers = any("\\times" in cell for cell in cells)  # of as many digits each, they meet at the left
        to_right = name in right or (all(map(_is_number, values)) and not powers)
        rules.append("---:" if to_right else ":---")
        filled.append(aligned(cells) if to_right else cells)
    lines = [_row(columns.values()), _row(rules), *map(_row, zip(*filled, strict=True))]
    attributes = f' widths="{",".join(f"{width:g}" for width in widths)}"' if widths else ""
    return "\n".join(lines) + f"\n\n: {_line(caption)} {{#{id}{attributes}}}"


def claims_table(claims: Iterable[Claim]) -> str:
    """Every claim that the chapters have made so far, its evidence and whether it holds."""
    rows = [
        {
            "claim": claim.sentence,
            "evidence": claim.evidence,
            "status": claim.status if claim.holds else f"**{claim.status}**",
            "source": f"`{claim.source.file.name}:{claim.source.line}`",
        }
        for claim in claims
    ]
    return table(
        rows,
        id="tbl:claims",
        caption="The claims of this report, checked against its results while it was made.",
        columns={"claim": "Claim", "evidence": "Evidence", "status": "Status", "source": "Stated in"},
        widths=(0.38, 0.28, 0.14, 0.20),
    )


def _records(rows: Any) -> list[Mapping[str, Any]]:
    return rows.to_dicts() if hasattr(rows, "to_dicts") else list(rows)


def _check_names(id: str, asked: Iterable[str], record: Mapping[str, Any]) -> None:
    unknown = [name for name in asked if name not in record]
    if unknown:
        raise ValueError(f"{id} has no column {', '.join(unknown)}; its columns are {', '.join(record)}")


def _cells(values: Sequence[Any], format: Format | None) -> list[str]:
    """A column's values as text."""
    if isinstance(format, int):
        known = [None if _is_missing(value) else value for value in values]
        return [MISSING if text is None else text for text in significant(known, format)]
    return list(map(_formatter(format), values))


def _formatter(format: str | Callable[[Any], str] | None) -> Callable[[Any], str]:
    if callable(format):
        chosen: Callable[[Any], str] = format
    elif format == "percent":
        chosen = percent
    elif format is None:
        chosen = _plain
    else:
        chosen = f"{{:{format}}}".format
    return lambda value: (
        MISSING if _is_missing(value) else chosen(value).replace("-", "−", _is_negative(value))
    )


def _plain(value: Any) -> str:
    return number(value) if isinstance(value, float) else as_text(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, Real) and not isinstance(value, bool))


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # NaN is the only value that differs from itself


def _is_negative(value: Any) -> bool:
    return isinstance(value, Real | Integral) and value < 0


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(text: str) -> str:
    """One line, its bars escaped; not those in formulas and code, where Pandoc takes them as they are."""
    parts = re.split(r"(\$[^$]*\$|`[^`]*`)", _line(text))
    return "".join(part if index % 2 else part.replace("|", "\\|") for index, part in enumerate(parts))


def _line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")  # a no-break space stays


def _quoted(text: str) -> str:
    return _line(text).replace("\\", "\\\\").replace('"', '\\"')
