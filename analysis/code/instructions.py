"""A program: generated code as a list of instructions, each one torch call on registers, and its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SCRATCH, CONDITION = "scratch", "condition"  # names of the numbered registers: of numbers, of bools


@dataclass(frozen=True)
class Register:
    """The name of a buffer: v, y, delta, slope, or one of scratch[0], scratch[1], ..., condition[0], ..."""

    name: str
    number: int | None = None

    def __str__(self) -> str:
        return self.name if self.number is None else f"{self.name}[{self.number}]"


V, Y, DELTA, SLOPE = map(Register, ("v", "y", "delta", "slope"))


@dataclass(frozen=True)
class Constant:
    """A number as a tensor of a register's own type: another type would cost a copy in every call."""

    number: float
    like: Register

    def __str__(self) -> str:
        return f"constant({self.number!r}, {self.like})"


Operand = Register | Constant


@dataclass(frozen=True)
class Instruction:
    """A call of the torch function of that name, and the register that it writes."""

    function: str
    operands: tuple[Operand, ...]
    out: Register
    options: Mapping[str, float] = field(default_factory=dict)

    @property
    def reads(self) -> list[Register]:
        """The registers among the operands, each once."""
        return list(dict.fromkeys(part for part in self.operands if isinstance(part, Register)))

    def __str__(self) -> str:
        options = [f"{name}={value!r}" for name, value in self.options.items()]
        return f"torch.{self.function}({', '.join([*map(str, self.operands), *options, f'out={self.out}'])})"


@dataclass(frozen=True)
class Program:
    """A function of generated code, the buffers that it takes by name, and what it does, in order."""

    name: str
    takes: tuple[Register, ...]
    instructions: tuple[Instruction, ...]

    @property
    def scratch(self) -> int:
        """How many scratch buffers it needs."""
        return len(self._written(SCRATCH))

    @property
    def conditions(self) -> int:
        """How many buffers of bools it needs."""
        return len(self._written(CONDITION))

    @property
    def calls(self) -> int:
        """How many calls it makes; those that write bools, which are small, do not count."""
        return sum(instruction.out.name != CONDITION for instruction in self.instructions)

    def _written(self, name: str) -> set[Register]:
        return {instruction.out for instruction in self.instructions if instruction.out.name == name}

    def __str__(self) -> str:
        takes = [*map(str, self.takes), SCRATCH, *([CONDITION] if self.conditions else [])]
        lines = [f"    {instruction}\n" for instruction in self.instructions] or ["    pass\n"]
        return f"def {self.name}({', '.join(takes)}):\n{''.join(lines)}"
