"""The arithmetic that training asks for, and the bytes that it moves, by the four equations."""

from __future__ import annotations

from itertools import pairwise

from analysis.studies.run import Run
from analysis.training.networks import units_of


def arithmetic(run: Run, inputs: int) -> int:
    """Floating-point operations per pattern: 6 for each weight, less 2 in the first layer.

    A weight takes part in the forward pass, in delta of the layer below and in its own gradient, each a
    product and a sum; the inputs need no delta.
    """
    units = units_of(run, inputs)
    return sum(6 * here * below for below, here in pairwise(units)) - 2 * units[0] * units[1]


def moved(run: Run, inputs: int) -> int:
    """Bytes that a mini-batch has to move at least, where nothing stays in the cache from layer to layer.

    A weight is read in the forward pass and for delta, read and written in the update; y of a unit and
    pattern is written once and read twice.
    """
    units = units_of(run, inputs)
    weights = sum(here * below for below, here in pairwise(units))
    return 4 * (4 * weights + 3 * sum(units[1:]) * run.batch_size)
