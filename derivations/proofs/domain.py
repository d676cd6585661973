"""Text to an expression that is proven to be a real number for every v, whatever SymPy would cancel."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from sympy import Add, Expr, Mul, Piecewise

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
    if not isinstance(text, str):
        raise TypeError(f"parse reads a text; {text!r} is an expression already, which derive takes as it is")
    written = read(text)
    whole = written.expression
    # What stands in the whole is proven with it, but for what may stand in a case that is not reached.
    cancelled = [part for part in written.operations if whole.has(Piecewise) or not whole.has(part)]
    unknown = dict.fromkeys(cancelled)
    with suppress(Unproven), time_limit(PATIENCE):
        for operation in cancelled:
            with suppress(Unproven):
                partition(operation)
                del unknown[operation]
        partition(whole)
    for operation in unknown:  # kept, so that nothing is proven of the whole without it
        whole = Add(whole, Mul(0, operation, evaluate=False), evaluate=False)
    return whole
