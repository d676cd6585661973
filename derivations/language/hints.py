"""What to write in an expression for what other libraries call so: a hint for a message."""

from __future__ import annotations

import ast
from collections.abc import Collection

from derivations.language.activation import UnknownActivation

_ELSEWHERE = {
    "max": "max(0, v)", "maximum": "max(0, v)", "min": "min(0, v)", "minimum": "min(0, v)",
    "clip": "max(-1, min(1, v))", "clamp": "max(-1, min(1, v))", "where": "Piecewise((v, v > 0), (0, True))",
    "square": "v**2", "pow": "v**2", "power": "v**2", "absolute": "abs(v)", "fabs": "abs(v)",
    "expm1": "exp(v) - 1", "log1p": "log(1 + v)", "arctan": "atan(v)", "arcsinh": "asinh(v)", "expit": "sigmoid(v)",
}  # fmt: skip
_SHORT = 80  # characters of an expression that is shown


def called(node: ast.expr) -> str:
    """The name of what is called, without those before it; of nn.Tanh()(v) it is Tanh."""
    while isinstance(node, ast.Call):
        node = node.func
    return str(getattr(node, "attr", getattr(node, "id", "")))


def instead(name: str, functions: Collection[str], constants: Collection[str]) -> str | None:
    """What to write for a name; None where nothing has it.

    >>> instead("Tanh", ["tanh"], ["pi"]), instead("pi", ["tanh"], ["pi"]), instead("gelu", [], [])
    ('write tanh(v)', 'write pi', 'write gelu alone, or its expression v*(erf(sqrt(2)*v/2) + 1)/2')
    """
    from derivations.language.registry import find_activation  # which has expressions read

    if name in constants:
        return f"write {name}"
    if name.lower() in _ELSEWHERE:
        return f"write {_ELSEWHERE[name.lower()]}"
    if same := [known for known in functions if known.lower() == name.lower()]:
        return f"write {same[0]}(v)"
    try:
        known = find_activation(name)
    except UnknownActivation:
        return None
    written = str(known.expression)
    return f"write {known.name} alone" + (f", or its expression {written}" if len(written) < _SHORT else "")
