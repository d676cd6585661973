"""Generated torch code: its text, and the calls that it is once its buffers are given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import TYPE_CHECKING, Any

from analysis.code.instructions import Code

if TYPE_CHECKING:
    from torch import Tensor

    from analysis.code.calls import Call


@dataclass(frozen=True)
class Generated:
    """Generated torch code: its text, how many scratch buffers it needs, and whether it keeps f'(v).

    `loses` says where f or f' is right to a few eps only, not to five digits; as a rule nowhere.

    Where f' is a function of y, it is computed from y when delta is to be multiplied by it; else the forward
    pass keeps it. All buffers are of one shape, and may be views of larger tensors.
    """

    name: str
    source: str
    scratch: int
    keeps_slope: bool
    loses: str = ""

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
        from analysis.code.calls import Calls

        calls = Calls()
        namespace: dict[str, Any] = {"torch": calls, "constant": _constant}
        exec(_compiled(self.source, self.name), namespace)
        namespace[function](*buffers)
        return calls.kept


def assembled(name: str, keeps_slope: bool, **parts: Code) -> Generated:
    """Code for `value`, `forward` and `backward`, as many of them as are given."""
    bodies = {function: code.body or "    pass\n" for function, code in parts.items()}
    source = "\n".join(f"def {function}({_TAKES[function]}):\n{body}" for function, body in bodies.items())
    return Generated(name, source, max(code.scratch for code in parts.values()), keeps_slope)


_TAKES = {
    "value": "v, scratch",
    "forward": "v, slope, scratch",
    "backward": "delta, y, slope, scratch",
}


@cache
def _compiled(source: str, name: str) -> CodeType:
    return compile(source, f"<generated for {name}>", "exec")


def _constant(number: float, like: Tensor) -> Tensor:
    """A number as a tensor of v's own type: another type would cost a copy in every call."""
    return like.new_tensor(number)
