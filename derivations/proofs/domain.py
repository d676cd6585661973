"""Text to an expression that is proven to be a real number for every v, whatever SymPy would cancel."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from sympy import Expr

from derivations.language.deadline import time_limit
from derivations.language.parsing import read
from derivations.language.pieces import Unproven
from derivations.proofs.partition import partition

PATIENCE = 10.0  # seconds


@lru_cache(maxsize=512)
def parse(text: str) -> Expr:
    """The expression in v that the text writes.

    Raises `ParseError`, or `NotReal` where it is no real number for some v. Where neither that nor the contrary can be
    proven, its range will be said to be unproven.

    >>> parse("v*tanh(log(1 + exp(v))) + 0.01*v")
    v*tanh(log(exp(v) + 1)) + v/100
    >>> parse("exp(log(v))")
    Traceback (most recent call last):
    derivations.language.pieces.NotReal: log(v) is not real for v <= 0; a network's v can be any real number
    """
    written = read(text)
    with suppress(Unproven), time_limit(PATIENCE):
        for operation in written.operations:
            if not written.expression.has(operation):  # else it is proven with the whole
                with suppress(Unproven):
                    partition(operation)
        partition(written.expression)
    return written.expression
