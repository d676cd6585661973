r"""TeX that a string has taken for something else: of "$\tau$" it leaves a tab and "au", of "$\nu$" a new line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_NAMES = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
#: after a new line, which a string may well have, the rest of a command that begins with n
_EATEN = re.compile(r"\$[^$]*?([\a\b\f\r\t\v](?=[a-z])|\n(?=(?:u|e|eq|i|abla|ot|otin)(?![a-z])))([a-z]+)")


def eaten(text: str) -> str | None:
    r"""The first TeX command in a formula of the text that has lost its backslash.

    >>> eaten("as $\tau$ grows"), eaten("$\nu$"), eaten(r"$\tau$"), eaten("two\nlines and $5")
    ('\\tau', '\\nu', None, None)
    """
    found = _EATEN.search(text)
    return f"\\{_NAMES[found[1]]}{found[2]}" if found else None


def eaten_in_code(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line of each such string of a program, and what is wrong with it.

    A string of several lines may have been meant to have them.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if node.lineno == node.end_lineno and (command := eaten(node.value)):
            yield node.lineno, f'the string has lost the backslash of {command}: write r"..." for TeX'
