"""All that a chapter imports from `report`: what is reported on; claims, figures, tables and numbers."""

from analysis.results.statistics import FEWEST, LEVEL
from report.authoring.absent import ABSENT, Absent
from report.authoring.blocks import Block, claims_table, equation, figure, table
from report.authoring.claims import Claim, claim
from report.authoring.columns import in_points
from report.authoring.context import Context, current
from report.authoring.explorer import explorer
from report.authoring.numbers import (
    MINUS,
    averaged,
    between,
    by_seed,
    counted,
    enumerated,
    given,
    how_averaged,
    in_text,
    lines_over,
    listing,
    medians_over,
    number,
    percent,
    reached_in,
    sampled,
    stated,
    tex,
)
from report.authoring.scores import scores_table

__all__ = [
    "ABSENT",
    "FEWEST",
    "LEVEL",
    "MINUS",
    "Absent",
    "Block",
    "Claim",
    "Context",
    "averaged",
    "between",
    "by_seed",
    "claim",
    "claims_table",
    "counted",
    "current",
    "enumerated",
    "equation",
    "explorer",
    "figure",
    "given",
    "how_averaged",
    "in_points",
    "in_text",
    "lines_over",
    "listing",
    "medians_over",
    "number",
    "percent",
    "reached_in",
    "sampled",
    "scores_table",
    "stated",
    "table",
    "tex",
]
