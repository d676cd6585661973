"""Formulas as plain text, for a terminal and wherever else nothing is typeset."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence

import pypandoc

_FORMULA = re.compile(r"\$[^$\n]+\$")


def in_plain_text(texts: Sequence[str]) -> list[str]:
    """The texts with their TeX as Pandoc writes formulas in plain text.

    >>> in_plain_text([r"$\\delta$ falls by $\\chi^2$.", "It rains."])
    ['δ falls by χ².', 'It rains.']
    """
    formulas = list(dict.fromkeys(formula for text in texts for formula in _FORMULA.findall(text)))
    if not formulas:
        return list(texts)
    command = [pypandoc.get_pandoc_path(), "--from=markdown", "--to=plain", "--wrap=none"]
    read = "\n\n".join(formulas)
    done = subprocess.run(command, input=read, capture_output=True, encoding="utf-8", check=False)
    plain = done.stdout.strip().split("\n\n")
    if done.returncode or len(plain) != len(formulas):
        return list(texts)
    known = dict(zip(formulas, plain, strict=True))
    return [_FORMULA.sub(lambda found: known[found[0]], text) for text in texts]
