"""Generated code of an activation: its three programs."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.code.instructions import SLOPE, Program


@dataclass(frozen=True)
class Generated:
    """Generated code of f and f'.

    `loses` says where f or f' is right to a few eps only, not to five digits; as a rule nowhere.

    Where f' is a function of y, it is computed from y when delta is to be multiplied by it; else the forward
    pass keeps it. All buffers are of one shape, and may be views of larger tensors.
    """

    name: str
    value_program: Program
    forward_program: Program
    backward_program: Program
    loses: str = ""

    @property
    def _programs(self) -> tuple[Program, Program, Program]:
        return self.value_program, self.forward_program, self.backward_program

    @property
    def source(self) -> str:
        """The text of the three programs."""
        return "\n".join(map(str, self._programs))

    @property
    def calls(self) -> int:
        """How many calls training makes of it in each layer."""
        return self.forward_program.calls + self.backward_program.calls

    @property
    def scratch(self) -> int:
        """How many scratch buffers it needs."""
        return max(program.scratch for program in self._programs)

    @property
    def keeps_slope(self) -> bool:
        """Whether the forward pass keeps f'(v)."""
        return SLOPE in (line.out for line in self.forward_program.instructions)
