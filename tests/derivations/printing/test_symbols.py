"""No formula loses a symbol on its way from TeX to Typst: Pandoc's conversion, symbol by symbol."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from derivations import activations, backpropagation, derive, softmax_sum
from derivations.printing.by_hand import lines_of_one_unit
from derivations.printing.notation import equation_tex, tex
from derivations.printing.sentences import Display
from derivations.printing.steps import steps
from derivations.printing.tex import tex_in_text
from derivations.printing.written import slope_as_written
from report.mistakes import Source
from report.typesetting.metadata import Metadata
from report.typesetting.pandoc import convert
from report.weaving.weave import Woven

GREEK = {"delta", "mu", "nu", "epsilon", "pi", "partial"}
NAMES = {
    "tanh",
    "max",
    "min",
    "ln",
    "log",
    "exp",
    "erf",
    "sum",
    "for",
    "otherwise",
    "and",
    "or",
    "sqrt",
    "infinity",
}
SAME = {
    "varepsilon": "epsilon", "infty": "infinity", "oo": "infinity", "wedge": "and", "vee": "or",
    "ldots": "dots", "leq": "<=", "geq": ">=", "lt": "<", "gt": ">", "neq": "!=", "diff": "partial",
}  # fmt: skip


def symbols(formula: str) -> Counter[str]:
    """Letters, numbers, names and relations, in whatever language; not how they are set."""
    found: Counter[str] = Counter()
    formula = formula.replace("lt.eq", "<=").replace("gt.eq", ">=")
    for token in re.findall(r"[A-Za-z]+(?:\.[a-z]+)*|\d+|[<>]=?|≤|≥|∧|∨|[+=]|-|−|'|′", formula):
        token = token.partition(".")[0]  # epsilon.alt is an epsilon
        token = SAME.get(token, token)
        token = {"≤": "<=", "≥": ">=", "∧": "and", "∨": "or", "−": "-", "′": "'"}.get(token, token)
        if len(token) == 1 or token.isdigit() or token in GREEK | NAMES | {"<=", ">="}:
            found[token] += 1
    return found


def all_formulas() -> list[str]:
    """Every formula that the derivations print."""
    equations = [*vars(backpropagation()).values(), softmax_sum()]
    found = [equation_tex(equation) for equation in equations]
    found += [
        f"{tex(step.left)} = {tex(step.expression)}" for equation in equations for step in equation.steps
    ]
    found += lines_of_one_unit().values()
    for activation in activations.values():
        found.append(tex(slope_as_written(derive(activation).slopes)))
        for step in steps(derive(activation)):
            for line in step.lines:
                if isinstance(line, Display):
                    found.append(f"{tex(line.left)} = {tex(line.shown)}")
                else:
                    found += [tex_in_text(part) for part in line if not isinstance(part, str)]
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each formula in TeX -> what stands for it in the Typst document."""
    formulas = all_formulas()
    markdown = "\n\n".join(f"BEGIN $${formula}$$ END" for formula in formulas)
    sources = tuple(Source(Path("a.py"), line) for line in range(markdown.count("\n") + 1))
    folder = tmp_path_factory.mktemp("typst")
    body = convert(Woven(markdown, sources, {}, ()), "typst", Metadata("", "", date(2026, 1, 1)), folder)[
        "body"
    ]
    written = re.findall(r"BEGIN\s(.*?)\sEND", body, re.DOTALL)
    assert len(written) == len(formulas) > 200
    return dict(zip(formulas, written, strict=True))


@pytest.mark.slow
def test_every_formula_keeps_its_symbols(converted: dict[str, str]) -> None:
    for formula, written in converted.items():
        [inner] = re.findall(r'alt: "(?:[^"\\]|\\.)*", \$(.*)\$', written, re.DOTALL)
        assert symbols(inner) == symbols(formula), (formula, inner)
