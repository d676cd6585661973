"""A derivation as a document: the same steps for a terminal, in Markdown, LaTeX, Typst, words and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sympy import Basic, Equality, Expr, Symbol, oo

from derivations.arithmetic.numbers import outwards
from derivations.calculus.ranges import GradientRange
from derivations.printing.derived import Derived
from derivations.printing.digits import decimal
from derivations.printing.sentences import Display, Sentence, Step
from derivations.printing.steps import steps
from derivations.printing.terminal import inline, plain_inline, plain_text, text
from derivations.printing.tex import plain_tex, tex, tex_in_text
from derivations.printing.typst import plain_typst, typst
from derivations.printing.words import plain_words, words
from derivations.proofs.certificate import Extreme


@dataclass(frozen=True)
class Form:
    """How the parts of a step are written in one language."""

    heading: Callable[[str], str]
    title: Callable[[str], str]
    display: Callable[[Display], str]
    inline: Callable[[Basic], str]

    def lines(self, step: Step) -> list[str]:
        """Each equation and each sentence of the step."""
        return [
            self.display(line) if isinstance(line, Display) else self.sentence(line) for line in step.lines
        ]

    def sentence(self, parts: Sentence) -> str:
        """Words with expressions among them."""
        return "".join(part if isinstance(part, str) else self.inline(part) for part in parts)

    def document(self, derivation: Derived, further: Sequence[Step] = ()) -> str:
        """The whole derivation, its steps and further ones under their titles."""
        parts = [self.heading(derivation.activation.title)]
        for step in (*steps(derivation), *further):
            parts += [self.title(step.title), *self.lines(step)]
        return "\n\n".join(parts)


def _pretty(formula: Callable[[Basic], str]) -> Callable[[Display], str]:
    """An equation over several lines, set in a little."""

    def display(line: Display) -> str:
        equation = formula(Equality(line.left, line.shown, evaluate=False))
        return "\n".join(f"  {row}".rstrip() for row in equation.splitlines())

    return display


def _escaped(special: str) -> Callable[[str], str]:
    """Puts a backslash before each of the characters."""
    pattern = re.compile(f"([{re.escape(special)}])")
    return lambda title: pattern.sub(r"\\\1", title)


_IN_TEX = str.maketrans({"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"})


def _title_in_tex(title: str) -> str:
    return _escaped("{}_#$%&")(title).translate(_IN_TEX)


_in_markdown, _in_typst = _escaped("\\`*_{}[]<>$^~#|"), _escaped("\\`*_[]<>$#@~/=+-")

TERMINAL = Form(lambda title: title, lambda title: f"{title}:", _pretty(text), inline)
MARKDOWN = Form(
    lambda title: f"### {_in_markdown(title)}",
    lambda title: f"**{title}.**",
    lambda line: f"$${tex(line.left)} = {tex(line.shown)}$$",
    lambda part: f"${tex_in_text(part)}$",
)


def _latex(formula: Callable[[Basic], str], in_text: Callable[[Basic], str]) -> Form:
    return Form(
        lambda title: rf"\subsection*{{{_title_in_tex(title)}}}",
        lambda title: rf"\paragraph{{{title}.}}",
        lambda line: rf"\[ {formula(line.left)} = {formula(line.shown)} \]",
        lambda part: f"${in_text(part)}$",
    )


def _typst(formula: Callable[[Basic], str]) -> Form:
    return Form(
        lambda title: f"=== {_in_typst(title)}",
        lambda title: f"*{title}.*",
        lambda line: f"$ {formula(line.left)} = {formula(line.shown)} $",
        lambda part: f"${formula(part)}$",
    )


def _words(formula: Callable[[Basic], str]) -> Form:
    return Form(
        lambda title: f"{title}.",
        lambda title: f"{title}.",
        lambda line: f"{formula(line.left)} equals {formula(line.shown)}.",
        formula,
    )


LATEX, TYPST, WORDS = _latex(tex, tex_in_text), _typst(typst), _words(words)
#: What JSON has of a step. It stays in SymPy's order, byte for byte: other programs may have stored it.
STABLE: Mapping[str, Form] = MappingProxyType(
    {
        "text": replace(TERMINAL, display=_pretty(plain_text), inline=plain_inline),
        "latex": _latex(plain_tex, plain_tex),
        "typst": _typst(plain_typst),
        "words": _words(plain_words),
    }
)

terminal, markdown, latex, typst_document, in_words = (
    form.document for form in (TERMINAL, MARKDOWN, LATEX, TYPST, WORDS)
)


def prose(found: Iterable[Step]) -> str:
    """The sentences of some steps as one paragraph of Markdown."""
    return " ".join(line for step in found for line in MARKDOWN.lines(step))


def as_dict(derivation: Derived) -> dict[str, Any]:
    """The stable form for other programs: what `--format json` prints."""
    slopes, proven, shape = derivation.slopes, derivation.gradient_range, derivation.facts
    return {
        "name": derivation.activation.name,
        "expression": str(derivation.activation.expression),
        "derivative": str(slopes.derivative),
        "in_terms_of_output": _text(slopes.in_terms_of_output),
        "not_differentiable_at": [_again(point, slopes.period) for point in slopes.not_differentiable_at],
        "certificate": proven.kind,
        "gradient_range": range_parts(proven),
        "joints": [*slopes.joints],
        "value_range": None if shape.values is None else range_parts(shape.values),
        "second_derivative_range": None if shape.curvature is None else range_parts(shape.curvature),
        "bounded": shape.bounded,
        "lipschitz": _constant(shape.lipschitz, proven),
        "slope_lipschitz": _constant(shape.slope_lipschitz, shape.curvature),
        "monotone": shape.monotone,
        "convex": shape.convex,
        "parity": shape.parity,
        "slope_changes_sign_at": None
        if shape.slope_changes_sign is None
        else [_again(point, shape.period) for point in shape.slope_changes_sign],
        "steps": [
            {"title": step.title}
            | {
                name: (" " if name == "words" else "\n").join(form.lines(_unwritten(step)))
                for name, form in STABLE.items()
            }
            for step in steps(derivation)
        ],
    }


def _unwritten(step: Step) -> Step:
    """The step with each formula as it was derived."""
    return replace(
        step,
        lines=tuple(
            replace(line, written=None) if isinstance(line, Display) else line for line in step.lines
        ),
    )


def _constant(constant: Expr | None, proven: GradientRange | None) -> str | None:
    """A Lipschitz constant, the greatest absolute value of a range: a decimal that is not exact is rounded up."""
    if constant is None or proven is None or constant == oo:
        return None if constant is None else decimal(constant)
    low, high = proven.certificate.claimed[0].lower, proven.certificate.claimed[-1].upper
    if abs(high.value) == constant:
        return outwards(high.value, high.low, high.high, 1)
    return outwards(low.value, low.low, low.high, -1).removeprefix("-")


def range_parts(proven: GradientRange) -> list[dict[str, Any]]:
    """The disjoint parts of a range, ascending; decimals that are not exact are rounded outwards."""
    return [
        {
            "lower": outwards(part.lower.value, part.lower.low, part.lower.high, -1),
            "upper": outwards(part.upper.value, part.upper.low, part.upper.high, 1),
            "lower_closed": part.lower.attained,
            "upper_closed": part.upper.attained,
            "exact_lower": _exact(part.lower),
            "exact_upper": _exact(part.upper),
        }
        for part in proven.certificate.claimed
    ]


def _exact(end: Extreme) -> str | None:
    """The closed form of an end, or None where only a decimal is known."""
    if end.value in (oo, -oo):
        return decimal(end.value)
    return str(end.value) if end.exact else None


def _text(expression: Expr | None) -> str | None:
    return None if expression is None else str(expression)


def _again(point: Expr, period: Expr | None) -> str:
    """A point, and where it comes again: n is any whole number."""
    return str(point if period is None else point + period * Symbol("n"))


def as_json(derivation: Derived, further: Mapping[str, Any] = MappingProxyType({})) -> str:
    """`as_dict` with further keys, as text."""
    return json.dumps(as_dict(derivation) | dict(further), indent=2, ensure_ascii=False)
