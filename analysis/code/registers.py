"""Where values are kept: each takes a place that is needed no more, which is likely in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.code.instructions import CONDITION, SCRATCH, Instruction, Operand, Register, V


def allot(instructions: Sequence[Instruction]) -> tuple[Instruction, ...]:
    """The same instructions on as few scratch and condition registers as will do.

    Those that are given write each numbered register once, and v last. A result may take the place of an
    operand that is read for the last time; v is such a place too, but y, delta and slope are left alone.
    """
    last_read = {register: n for n, line in enumerate(instructions) for register in line.reads}
    places: dict[Operand, Register] = {V: V}
    free: dict[str, list[Register]] = {SCRATCH: [], CONDITION: []}
    taken = {SCRATCH: 0, CONDITION: 0}
    allotted = []
    for n, line in enumerate(instructions):
        operands = tuple(places.get(operand, operand) for operand in line.operands)
        for register in line.reads:
            if register in places and last_read[register] == n:
                free[CONDITION if register.name == CONDITION else SCRATCH].append(places[register])
        if line.out.number is not None:
            name = line.out.name
            if not free[name]:
                free[name].append(Register(name, taken[name]))
                taken[name] += 1
            places[line.out] = free[name].pop()
        out = places.get(line.out, line.out)
        if (line.function, operands) != ("copy", (out,)):  # to where it is already
            allotted.append(replace(line, operands=operands, out=out))
    return tuple(allotted)
