"""What the steps of a derivation are made of: equations and sentences, in no language yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Basic, Equality, Expr

NEAR = 20  # digits to which a point without a closed form is shown


@dataclass(frozen=True)
class Display:
    """An equation on lines of its own; `written` is its right side as people write it, where that is another form."""

    left: Expr
    right: Basic
    written: Basic | None = None

    @property
    def shown(self) -> Basic:
        """The right side for people."""
        return self.right if self.written is None else self.written


Sentence = tuple[str | Basic, ...]


@dataclass(frozen=True)
class Step:
    """What is done, and the lines that it gives: each an equation, or words with expressions among them."""

    title: str
    lines: tuple[Display | Sentence, ...]


def equal(left: Expr, right: Expr) -> Basic:
    """An equation within a sentence."""
    return Equality(left, right, evaluate=False)


def listed(items: Sequence[Sentence]) -> Sentence:
    """a, b and c."""
    joined: list[str | Basic] = []
    for n, item in enumerate(items):
        joined += [", " if n < len(items) - 1 else " and "] if n else []
        joined += item
    return tuple(joined)
