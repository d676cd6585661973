"""The checks of equations as a table's rows: where a report shows each, what it gives, how far it is off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.studies.study import Study
from analysis.verification.compared import EquationCheck
from derivations.language.registry import title
from derivations.printing.tables import ON_A_PAGE

#: the columns of the table, and how they are headed
COLUMNS = {
    "equation": "Shown in",
    "title": "What it gives",
    "points": "Points",
    "error": "Largest error",
    "excluded": "At kinks",
}
#: Activation and equation -> where the chapters show the equations of single activations.
PLACES: Mapping[tuple[str, str], str] = {
    ("relu", "hidden-delta"): "@eq:relu",
    ("tanh", "hidden-delta-of-output"): "@eq:tanh",
    ("tanh", "derivative-of-output"): "@sec:three",
    ("sigmoid", "hidden-delta-of-output"): "@eq:sigmoid",
    ("sigmoid", "derivative-of-output"): "@sec:three",
    ("lecun", "hidden-delta"): "@eq:lecun-delta",
    ("lecun", "derivative"): "@eq:lecun-slope",
}


def place(check: EquationCheck, study: Study) -> str | None:
    """A reference to the equation, None where the report of the study does not show it."""
    if check.activation == "any":
        return f"@eq:{check.label}"
    if check.label == "derivative" and (check.activation, check.label) not in PLACES:
        return "@tbl:ranges" if check.activation in study.activations[:ON_A_PAGE] else "@tbl:atlas"
    return PLACES.get((check.activation, check.label))


def said(check: EquationCheck) -> str:
    """The equation's title and whose it is."""
    by_output = ", by its output" if check.label.endswith("of-output") else ""
    whose = "" if check.activation == "any" else f": {title(check.activation)}{by_output}"
    return f"{check.title}{whose}"


def check_rows(checks: Iterable[EquationCheck], study: Study) -> list[dict[str, Any]]:
    """A row per equation that is shown; the reference goes by itself where the chapter that has it is left out."""
    return [
        {
            "equation": f"[{shown}]{{.optional}}",
            "title": said(check),
            "points": check.points,
            "error": check.largest_relative_error,
            "excluded": check.excluded,
        }
        for check in checks
        if (shown := place(check, study))
    ]
