"""From a SymPy activation to torch code: straight lines that write y = f(v), and f'(v), into given buffers.

f and f' are generated together, so that f' reuses what f has computed: y itself where f' is a function of y,
and every common subexpression otherwise. Each line is one torch call with `out=`: nothing is allocated. The
lines are run once for each set of buffers, which gives the calls that training makes in every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import CodeType
from typing import TYPE_CHECKING, Any

from sympy import Expr, Piecewise, Symbol, Wild, cse, exp, expand, limit, log, numbered_symbols

from analysis.writer import Logistic, LogOnePlusExp, Writer
from derivations import Activation, Differentiation, differentiate, v, y
from derivations.proofs.partition import split

if TYPE_CHECKING:
    from torch import Tensor

    from analysis.calls import Call


@dataclass(frozen=True)
class Generated:
    """Generated torch code: its text, how many scratch buffers it needs, and whether it keeps f'(v).

    Where f' is a function of y, it is computed from y when delta is to be multiplied by it; else the forward
    pass keeps it. All buffers are of one shape, and may be views of larger tensors.
    """

    name: str
    source: str
    scratch: int
    keeps_slope: bool

    def value(self, v: Tensor, scratch: list[Tensor]) -> list[Call]:
        """The calls that turn v into y = f(v)."""
        return self._calls("value", v, scratch)

    def forward(self, v: Tensor, slope: Tensor | None, scratch: list[Tensor]) -> list[Call]:
        """The calls that turn v into y = f(v), and put f'(v) into `slope` where it is to be kept."""
        return self._calls("forward", v, slope, scratch)

    def backward(self, delta: Tensor, y: Tensor, slope: Tensor | None, scratch: list[Tensor]) -> list[Call]:
        """The calls that multiply delta by f'(v)."""
        return self._calls("backward", delta, y, slope, scratch)

    def _calls(self, function: str, *buffers: Tensor | list[Tensor] | None) -> list[Call]:
        from analysis.calls import Calls

        calls = Calls()
        namespace: dict[str, Any] = {"torch": calls, "constant": _constant}
        exec(_compiled(self.source, self.name), namespace)
        namespace[function](*buffers)
        return calls.kept


@cache
def generate(activation: Activation) -> Generated:
    """The torch code of an activation and of its derivative; raises `NotImplementedError` by name."""
    slopes = differentiate(activation.expression)
    function, slope = _stable(activation.expression), _slope(activation.expression, slopes)
    value = Writer("v", {v: "v"}).put(v=function).finished()
    shared, (value_of, slope_of) = _sharing(function, slope)
    ways = [
        (value, Writer("y", {y: "y"}).multiply(form).finished())
        for form in _of_output(activation.expression, slope, slopes)
    ]
    kept = Symbol("slope")
    keeping = (
        Writer("v", {v: "v"}).share(shared).put(slope=slope_of, v=value_of).finished(),
        Writer("y", {kept: "slope"}).multiply(kept).finished(),
    )
    forward, backward = min([*ways, keeping], key=lambda way: way[0].calls + way[1].calls)
    parts = {
        "value(v, scratch)": value,
        "forward(v, slope, scratch)": forward,
        "backward(delta, y, slope, scratch)": backward,
    }
    source = "\n".join(f"def {signature}:\n{code.body}" for signature, code in parts.items())
    scratch = max(code.scratch for code in parts.values())
    return Generated(activation.name, source, scratch, (forward, backward) == keeping)


def _sharing(*results: Expr) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
    """What the results have in common, by name, and the results in these terms; numbers are not shared."""
    found, written = cse(results, symbols=numbered_symbols("shared_"))
    numbers: dict[Expr, Expr] = {}
    shared = []
    for name, value in found:
        value = value.xreplace(numbers)
        if value.is_number:
            numbers[name] = value
        else:
            shared.append((name, value))
    return shared, [result.xreplace(numbers) for result in written]


def _of_output(expression: Expr, slope: Expr, slopes: Differentiation) -> list[Expr]:
    """f' in terms of y, in the forms that may be shortest; none if it differs from f'(v) at a kink."""
    form = slopes.in_terms_of_output
    if form is None:
        return []
    at_kinks = [
        form.subs(y, expression.subs(v, kink)) == slope.subs(v, kink) for kink in slopes.not_differentiable_at
    ]
    return [form, expand(form)] if all(at_kinks) else []


@cache
def _compiled(source: str, name: str) -> CodeType:
    return compile(source, f"<generated for {name}>", "exec")


def _constant(number: float, like: Tensor) -> Tensor:
    """A number as a tensor of v's own type: another type would cost a copy in every call."""
    return like.new_tensor(number)


def _stable(expression: Expr) -> Expr:
    """The expression with 1/(1 + exp(x)) and log(1 + exp(x)) named, so that neither they nor f' overflow.

    The logarithm of the former is the negative of the latter, and no less stable for it.
    """
    x = Wild("x")
    named = expression.replace(log(1 + exp(x)), LogOnePlusExp(x)).replace(1 / (1 + exp(x)), Logistic(-x))
    return named.replace(log(Logistic(x)), -LogOnePlusExp(-x))


def _slope(expression: Expr, slopes: Differentiation) -> Expr:
    """f'(v) for all v: at a kink the one-sided derivative of smaller magnitude, as torch has it for ReLU.

    That matters: the units of a dead ReLU layer sit exactly at v = 0.
    """
    formulas = [_stable(part.expression).diff(v) for part in split(expression)]
    cases = []
    for formula, (left, right) in zip(formulas, pairwise(slopes.pieces), strict=False):
        end = left.interval.end
        before, after = limit(left.expression, v, end, "-"), limit(right.expression, v, end, "+")
        cases.append((formula, v <= end if abs(before) <= abs(after) else v < end))
    return Piecewise(*cases, (formulas[-1], True))
