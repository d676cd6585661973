"""A derivation as a document: the same steps for a terminal, in Markdown, LaTeX, Typst, words and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Basic, Equality, Expr, Float, oo

from derivations.derivation import Derivation
from derivations.printing.notation import decimal, inline, intervals, tex, text
from derivations.printing.steps import Display, Sentence, Step, steps
from derivations.printing.typst import typst
from derivations.printing.words import words


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

    def document(self, derivation: Derivation) -> str:
        """The whole derivation, its steps under their titles."""
        parts = [self.heading(derivation.activation.title)]
        for step in steps(derivation):
            parts += [self.title(step.title), *self.lines(step)]
        return "\n\n".join(parts)


def _pretty(line: Display) -> str:
    equation = text(Equality(line.left, line.right, evaluate=False))
    return "\n".join(f"  {row}".rstrip() for row in equation.splitlines())


def _escaped(special: str) -> Callable[[str], str]:
    """Puts a backslash before each of the characters."""
    pattern = re.compile(f"([{re.escape(special)}])")
    return lambda title: pattern.sub(r"\\\1", title)


_IN_TEX = str.maketrans({"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"})


def _title_in_tex(title: str) -> str:
    return _escaped("{}_#$%&")(title).translate(_IN_TEX)


_in_markdown, _in_typst = _escaped("\\`*_{}[]<>$^~#|"), _escaped("\\`*_[]<>$#@~/=+-")

TERMINAL = Form(lambda title: title, lambda title: f"{title}:", _pretty, inline)
MARKDOWN = Form(
    lambda title: f"### {_in_markdown(title)}",
    lambda title: f"**{title}.**",
    lambda line: f"$${tex(line.left)} = {tex(line.right)}$$",
    lambda part: f"${tex(part)}$",
)
LATEX = Form(
    lambda title: rf"\subsection*{{{_title_in_tex(title)}}}",
    lambda title: rf"\paragraph{{{title}.}}",
    lambda line: rf"\[ {tex(line.left)} = {tex(line.right)} \]",
    lambda part: f"${tex(part)}$",
)
TYPST = Form(
    lambda title: f"=== {_in_typst(title)}",
    lambda title: f"*{title}.*",
    lambda line: f"$ {typst(line.left)} = {typst(line.right)} $",
    lambda part: f"${typst(part)}$",
)
WORDS = Form(
    lambda title: f"{title}.",
    lambda title: f"{title}.",
    lambda line: f"{words(line.left)} equals {words(line.right)}.",
    words,
)

terminal, markdown, latex, typst_document, in_words = (
    form.document for form in (TERMINAL, MARKDOWN, LATEX, TYPST, WORDS)
)


def prose(found: Iterable[Step]) -> str:
    """The sentences of some steps as one paragraph of Markdown."""
    return " ".join(line for step in found for line in MARKDOWN.lines(step))


def as_dict(derivation: Derivation) -> dict[str, Any]:
    """The stable form for other programs: what `--format json` prints."""
    slopes, proven = derivation.slopes, derivation.gradient_range
    return {
        "name": derivation.activation.name,
        "expression": str(derivation.activation.expression),
        "derivative": str(slopes.derivative),
        "in_terms_of_output": None if slopes.in_terms_of_output is None else str(slopes.in_terms_of_output),
        "not_differentiable_at": [str(point) for point in slopes.not_differentiable_at],
        "certificate": proven.kind,
        "gradient_range": [
            {
                "lower": decimal(part.inf),
                "upper": decimal(part.sup),
                "lower_closed": part.inf in part,
                "upper_closed": part.sup in part,
                "exact_lower": _exact(part.inf),
                "exact_upper": _exact(part.sup),
            }
            for part in intervals(proven.values)
        ],
        "steps": [
            {
                "title": step.title,
                "text": "\n".join(TERMINAL.lines(step)),
                "latex": "\n".join(LATEX.lines(step)),
                "typst": "\n".join(TYPST.lines(step)),
                "words": " ".join(WORDS.lines(step)),
            }
            for step in steps(derivation)
        ],
    }


def _exact(end: Expr) -> str | None:
    """The closed form of an end, or None where only a decimal is known."""
    if end in (oo, -oo):
        return decimal(end)
    return None if isinstance(end, Float) else str(end)


def as_json(derivation: Derivation) -> str:
    """`as_dict`, as text."""
    return json.dumps(as_dict(derivation), indent=2, ensure_ascii=False)
