"""A derivation whose proofs have no time: it is one all the same, and says what is not proven."""

from __future__ import annotations

from dataclasses import fields

from derivations import activations, differentiate
from derivations.calculus.facts import Facts
from derivations.derivation import Derivation, Known


def test_what_was_not_proven_in_time_is_left_open():
    tanh = activations["tanh"]
    known = Known(differentiate(tanh.expression), unproven="time was up")
    found = Derivation(tanh, timeout=1e-6, known=known).facts
    assert all(getattr(found, field.name) is None for field in fields(Facts))
    assert Derivation(tanh, known=known).facts.parity == "odd"
