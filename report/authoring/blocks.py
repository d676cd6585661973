"""Figures, tables and equations: as Pandoc's Markdown with an id, a caption and alternative text, and in a notebook."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from analysis.figures.drawing import Drawing
from analysis.figures.style import TEXT_WIDTH, svg
from analysis.keeping.files import CACHE
from derivations.language.registry import title
from report.authoring.absent import ABSENT, Absent
from report.authoring.claims import Claim, claims_so_far
from report.authoring.columns import aligned, in_full, significant
from report.authoring.numbers import as_text, check_id, flow, number, percent, sampled, tex

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Format = str | int | Callable[[Any], str]
#: a formula in a line, as Pandoc takes it: "$5 | $6" is none
FORMULA = re.compile(r"(?<![\\$])\$(?=[^\s$])(?:[^$\\\n]|\\.)*?(?<=[^\s\\])\$(?![\d$])")
MISSING = "–"
#: how a column is headed that has no heading of its own
HEADINGS = {
    "activation": "Activation", "depth": "Layers", "seeds": "Seeds", "seed": "Seed", "epoch": "Epoch",
    "first": "First layer", "last": "Last layer", "ratio": "First / last", "smallest": "Smallest",
    "largest": "Largest", "test": "Test", "train": "Training", "highest": "Best epoch",
    "weights": "Weights", "accuracy": "Accuracy", "differences": "Difference", "verdict": "Verdict",
    "glorot_growth": "Growth, Glorot", "he_growth": "Growth, He",
    "glorot_test": "Accuracy, Glorot", "he_test": "Accuracy, He",
    "mean_share": "Mean share", "largest_share": "Largest share",
    "change": "Change of $\\ln \\delta^2$", "foreseen": "Predicted",
    "sum": "Sum of outputs", "loss": "Loss", "loss_by_sum": "Loss / sum",
    "sgd": "Gradient descent", "momentum": "Momentum", "adam": "Adam",
    "rate": "Best rate", "best": "There", "own": "At the study’s rate",
    "bound": "$\\sup \\left|f'\\right|$", "median": "Median",
    "sigma_w": "$\\sigma_w$", "sigma_b": "$\\sigma_b$", "edge": "Edge", "paper": "Paper", "here": "Here",
    "weight_variance": "$\\sigma_w^2$", "reach": "Should learn", "learned": "Learns", "failed": "Does not",
    "before": "Before", "epochs": "Epochs",
}  # fmt: skip

_figures: ContextVar[dict[str, bytes] | None] = ContextVar("figures", default=None)
_tables: ContextVar[dict[str, dict[str, list[str]]] | None] = ContextVar("tables", default=None)


@dataclass(frozen=True)
class Block:
    """A figure, a table or an equation: its Markdown for the report, and for a notebook where that differs."""

    markdown: str
    in_notebook: str = ""

    def __str__(self) -> str:
        return self.markdown

    def _repr_markdown_(self) -> str:
        return self.in_notebook or self.markdown


@contextmanager
def drawn() -> Iterator[dict[str, bytes]]:
    """Collect the figures that are made in this block: file name -> SVG."""
    figures: dict[str, bytes] = {}
    token = _figures.set(figures)
    try:
        yield figures
    finally:
        _figures.reset(token)


@contextmanager
def tabulated() -> Iterator[dict[str, dict[str, list[str]]]]:
    """Collect the tables that are made in this block: id -> column -> its numbers in full, and its texts."""
    tables: dict[str, dict[str, list[str]]] = {}
    token = _tables.set(tables)
    try:
        yield tables
    finally:
        _tables.reset(token)


def figure(drawing: Drawing | Figure | None, *, id: str, caption: str, alt: str) -> Block | Absent:
    """A figure; `alt` says in words what it shows. Absent where there is nothing to draw."""
    check_id(id, "fig")
    if drawing is None:
        return ABSENT
    if not isinstance(caption, str) or not isinstance(alt, str):
        raise TypeError(f"the caption and the alt of {id} are texts")
    if not alt.strip():
        raise ValueError(f"{id} needs alternative text: what is plotted, its range, the main finding")
    if flow(alt) == flow(caption):
        raise ValueError(
            f"the alternative text of {id} is its caption: say what is seen, to those who can't see it"
        )
    if not isinstance(drawing, Drawing) and not hasattr(drawing, "get_figwidth"):
        raise TypeError(f"{id} needs a figure of Matplotlib, and this is {_called(drawing)}")
    name = f"{id.removeprefix('fig:')}.svg"
    figures = _figures.get()
    if figures is not None and name in figures:
        raise ValueError(f"there is a figure {id} already")
    if isinstance(drawing, Drawing):
        content, inches = drawing.svg(CACHE)
    else:
        content, inches = _laid_out(drawing), drawing.get_figwidth()
    if figures is not None:
        figures[name] = content
    width, words, said = min(100, round(100 * inches / TEXT_WIDTH)), flow(caption), _quoted(_spoken(alt))
    # A block, not ![caption](...): a half-open interval in a caption would end the bracket.
    markdown = f'::: {{#{id}}}\n![](figures/{name}){{width={width}% alt="{said}"}}\n\n{words}\n:::'
    image = f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
    return Block(markdown, f'<img src="{image}" alt="{_html(_spoken(alt))}">\n\n**Figure.** {words}')


def _laid_out(drawing: Figure) -> bytes:
    """The SVG of a figure; one without a layout has room made for its labels, which would else lie outside."""
    if drawing.get_layout_engine() is None:
        drawing.set_layout_engine("constrained")
    return svg(drawing)


def equation(formula: Any, *, id: str) -> Block:
    """A displayed, numbered equation, from whatever `tex` prints or from TeX; of a derivation that of f'."""
    check_id(id, "eq")
    if hasattr(formula, "slopes"):
        from derivations.printing.written import slope_as_written  # SymPy takes a while to import

        formula = f"f'(v) = {tex(slope_as_written(formula.slopes))}"
    body = (formula if isinstance(formula, str) else tex(formula)).strip()
    return Block(f"$$\n{body}\n$$ {{#{id}}}", f"$$\n{body}\n$$")


def table(
    rows: Any,
    *,
    id: str,
    caption: str,
    columns: Mapping[str, str] | Sequence[str],
    formats: Mapping[str, Format] | None = None,
    widths: Sequence[float] | None = None,
    right: Collection[str] = (),
) -> Block | Absent:
    """A table from a Polars frame, a list of mappings or a mapping of columns; absent without rows.

    Numbers are set to the right, text to the left. `columns` chooses, orders and heads the columns (name ->
    heading in Markdown; of names alone, `HEADINGS` has the headings). An activation is printed as its title, a
    list as a sample over seeds, in per cent. `formats` gives a column's format: a format specification such as
    ".3f" or ".1%", a number of significant digits, for which the column has one notation, or a function. A missing
    value is a dash. Decimal points stand below each other. `widths` are fractions of the text's width, for
    columns that hold sentences. `right` names columns of text to be set to the right, such as numbers with their
    spread.
    """
    check_id(id, "tbl")
    records = _records(rows, id)
    if not records:
        return ABSENT
    headed = columns if isinstance(columns, Mapping) else {name: HEADINGS.get(name, "") for name in columns}
    for number_of, record in enumerate(records, 1):
        _check_names(f"row {number_of} of {id}", {**headed, **(formats or {})}, record)
    if nameless := [
        name for name, heading in headed.items() if not heading and not isinstance(columns, Mapping)
    ]:
        raise ValueError(f"{id} has no heading for {', '.join(nameless)}: give columns as name -> heading")
    samples = [name for name in headed if isinstance(records[0][name], list) and name not in (formats or {})]
    rules, filled, kept = [], [], {}
    for name in headed:
        values = [record[name] for record in records]
        if name in samples:
            cells = list(map(sampled, values))
        elif name == "activation":
            cells = [title(value) for value in values]
        else:
            cells = _cells(values, (formats or {}).get(name))
        powers = any("\\times" in cell for cell in cells)  # of as many digits each, they meet at the left
        to_right = name in right or name in samples or (all(map(_is_number, values)) and not powers)
        rules.append("---:" if to_right else ":---")
        filled.append(aligned(cells) if to_right else cells)
        kept[name] = [in_full(value) or cell for value, cell in zip(values, cells, strict=True)]
    tables = _tables.get()
    if tables is not None:
        tables[id] = kept
    lines = [_row(headed.values()), _row(rules), *map(_row, zip(*filled, strict=True))]
    attributes = f' widths="{",".join(f"{width:g}" for width in widths)}"' if widths else ""
    body, words = "\n".join(lines), flow(caption)
    return Block(f"{body}\n\n: {words} {{#{id}{attributes}}}", f"{body}\n\n**Table.** {words}")


def claims_table(claims: Iterable[Claim] | None = None) -> Block | Absent:
    """Every claim that the chapters have made so far, its evidence and whether it holds."""
    rows = [
        {
            "claim": claim.sentence,
            "evidence": f'<span id="{claim.id}">{claim.evidence}</span>',
            "status": claim.status if claim.holds else f"**{claim.status}**",
            "source": f"`{claim.source.file.name}:{claim.source.line}`",
        }
        for claim in (claims_so_far() if claims is None else claims)
    ]
    return table(
        rows,
        id="tbl:claims",
        caption="The claims of this report, checked against its results while it was made.",
        columns={"claim": "Claim", "evidence": "Evidence", "status": "Status", "source": "Stated in"},
        widths=(0.38, 0.28, 0.14, 0.20),
    )


def _records(rows: Any, id: str) -> list[Mapping[str, Any]]:
    """A mapping for each row, of a frame, of a list of mappings, or of a mapping from names to columns."""
    if hasattr(rows, "to_dicts"):
        return list(rows.to_dicts())
    if isinstance(rows, Mapping):
        lengths = {name: len(column) for name, column in rows.items() if isinstance(column, Sequence)}
        if len(lengths) < len(rows) or len(set(lengths.values())) > 1:
            said = ", ".join(f"{name} has {count}" for name, count in lengths.items())
            raise ValueError(f"the columns of {id} are lists of one length: {said or 'these are none'}")
        return [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]
    records = list(rows) if isinstance(rows, Iterable) and not isinstance(rows, str) else [rows]
    for record in records:
        if not isinstance(record, Mapping):
            raise TypeError(
                f"{id} is made of rows that are mappings, such as {{'depth': 5}}, or of a frame, not of "
                f"{_called(record)}"
            )
    return records


def _called(value: Any) -> str:
    """What an author has given instead of what was asked for."""
    name = type(value).__name__
    if name == "module":
        return f"the module {value.__name__}: give it a figure, such as plt.gcf()"
    return (
        f"an object of the kind {name}: its figure is {name.lower()}.figure"
        if name == "Axes"
        else f"{value!r:.60}"
    )


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
    elif format is None:
        chosen = _plain
    elif match := re.fullmatch(r"\.(\d)%", format):
        chosen = partial(percent, decimals=int(match[1]))
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
    parts = re.split(rf"({FORMULA.pattern}|`[^`]*`)", flow(text))
    return "".join(part if index % 2 else part.replace("|", "\\|") for index, part in enumerate(parts))


def _spoken(alt: str) -> str:
    r"""Alternative text with its numbers in words: a screen reader does not read TeX.

    >>> _spoken(r"up to $1.6 \times 10^{-26}$")
    'up to 1.6 times ten to the power of -26'
    """
    return re.sub(r"\$([^$]+?) \\times 10\^\{([^}]+)\}\$", r"\1 times ten to the power of \2", alt)


def _quoted(text: str) -> str:
    return flow(text).replace("\\", "\\\\").replace('"', '\\"')


def _html(text: str) -> str:
    return flow(text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
