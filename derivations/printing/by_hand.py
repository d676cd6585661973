"""The network of `calculus.by_hand` in print: lines that a student can follow with a pocket calculator, and a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sympy import Derivative, Expr, Indexed, IndexedBase, Symbol

from derivations.calculus.backpropagation import layer
from derivations.calculus.by_hand import LAST, UNITS, worked
from derivations.printing.digits import decimal
from derivations.printing.tex import SETTINGS, TeX, tex

PLACES = 4  # decimals that are shown of what is computed
MINUS = "−"
_LONG = 75  # characters of TeX, from which on numbers have a line of their own

#: the columns of the table, and how they are headed in Markdown
COLUMNS = {"what": "", "equation": "By", "first": "Unit 1", "second": "Unit 2"}


class _InNumbers(TeX):
    """TeX of a formula with numbers in place of its letters."""

    times = r" \cdot "

    def __init__(self, numbers: Mapping[Expr, str]) -> None:
        super().__init__(SETTINGS)
        self._numbers = numbers

    def of(self, formula: Expr) -> str:
        """The whole formula: a negative number at its beginning needs no parentheses."""
        return re.sub(r"^\((-[\d.]+)\)", r"\1", self.doprint(formula))

    def _print_Indexed(self, expr: Indexed) -> str:
        number = self._numbers[expr]
        return f"({number})" if number.startswith("-") else number

    def _print_Symbol(self, expr: Symbol) -> str:
        return self._numbers[expr]


def lines_of_one_unit() -> dict[str, str]:
    """Label of an equation -> element = formula = the same in numbers = value, in TeX, for the first element of each.

    Where both layers have one, that of the output layer is taken for gradients, that of the hidden layer otherwise.
    """
    numbers = {element: decimal(value) for element, value in worked()[0].items()}
    found: dict[str, str] = {}
    for line in worked()[1]:
        sign = r"\leftarrow" if line.label.endswith("update") else "="
        left, formula, value = tex(line.element), tex(line.formula), shown(line.value)
        inserted = "" if isinstance(line.formula, Indexed) else f"= {_InNumbers(numbers).of(line.formula)}"
        if len(inserted) > _LONG:
            rows = rf"{left} &{sign} {formula} \\ &{inserted} = {value}"
            printed = rf"\begin{{aligned}} {rows} \end{{aligned}}"
        else:
            printed = f"{left} {sign} {formula} {inserted} = {value}"
        if not line.after:
            numbers[line.element] = shown(line.value)
        found.setdefault(line.label, printed)
    return found


def shown(value: Expr) -> str:
    """A number that was computed, rounded to four decimals."""
    return f"{float(value):.{PLACES}f}"


def losses() -> tuple[float, float]:
    """The loss before the update and after it."""
    before, after = (float(line.value) for line in worked()[1] if line.label == "loss")
    return before, after


def rows() -> list[dict[str, str]]:
    """Every number of the step: a row for each array, a column for each unit; the weights are those into the unit."""
    given, lines = worked()
    values = {element: _signed(decimal(value)) for element, value in given.items()}
    values |= {line.element: _signed(shown(line.value)) for line in lines if not line.after}
    changed = {line.element: _signed(shown(line.value)) for line in lines if line.after}

    def row(
        name: str, equation: str, base: IndexedBase, numbers: Mapping[Expr, str] = values, when: str = ""
    ) -> dict[str, str]:
        cells = [", ".join(numbers[element] for element in _elements(base, unit)) for unit in UNITS]
        return {"what": f"${name}${when}", "equation": equation, "first": cells[0], "second": cells[1]}

    def slopes(base: IndexedBase, name: str) -> dict[str, str]:
        of_loss = {
            element.variables[0]: number
            for element, number in values.items()
            if isinstance(element, Derivative)
        }
        return row(rf"\partial E / \partial {name}", f"@eq:{_kind(name)}-gradient", base, of_loss)

    arrays = {
        r: {letter: layer(letter, str(r)) for letter in ("w", "b", "v", "y", "delta")} for r in range(3)
    }
    up = [row("y^{(0)}", "given", arrays[0]["y"])]
    for r in (1, LAST):
        up += [row(f"w^{{({r})}}", "given", arrays[r]["w"]), row(f"b^{{({r})}}", "given", arrays[r]["b"])]
        up.append(row(f"v^{{({r})}}", "@eq:forward", arrays[r]["v"]))
        up.append(
            row("p", "@eq:softmax", IndexedBase("p"))
            if r == LAST
            else row(f"y^{{({r})}}", "@eq:output", arrays[r]["y"])
        )
    down = [
        row("t", "given", IndexedBase("t")),
        row(r"\delta^{(2)}", "@eq:output-delta", arrays[2]["delta"]),
        row(r"\delta^{(1)}", "@eq:sigmoid", arrays[1]["delta"]),
    ]
    weights = [(f"{letter}^{{({r})}}", arrays[r][letter]) for r in (2, 1) for letter in "wb"]
    return [
        *up,
        *down,
        *(slopes(base, name) for name, base in weights),
        *(row(name, f"@eq:{_kind(name)}-update", base, changed, " after") for name, base in weights),
    ]


def _kind(name: str) -> str:
    return "weight" if name.startswith("w") else "bias"


def _elements(base: IndexedBase, unit: int) -> Iterable[Expr]:
    if str(base).startswith("w"):
        return [base[unit, source] for source in UNITS]
    return [base[unit]]


def _signed(number: str) -> str:
    return number.replace("-", MINUS)
