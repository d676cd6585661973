"""The network in numbers: torch's autograd gives the same."""

from __future__ import annotations

import math

import pytest
import torch
from sympy import Derivative, Indexed, IndexedBase

from derivations.calculus.backpropagation import layer, loss
from derivations.calculus.by_hand import GIVEN, RATE, UNITS, worked

LETTERS = {r: {letter: layer(letter, str(r)) for letter in ("w", "b", "v", "y", "delta")} for r in (1, 2)}


def of(name: str) -> torch.Tensor:
    """What is given of an array."""
    rows = [
        [float(number) for number in row] if isinstance(row, tuple) else float(row) for row in GIVEN[name]
    ]
    return torch.tensor(rows, dtype=torch.float64)


@pytest.fixture(scope="module")
def by_autograd():
    """The same step in plain torch operations: elements, gradients, and what an element is after the update."""
    w, b = ({r: of(f"{letter}^{r}").requires_grad_() for r in (1, 2)} for letter in "wb")

    def forward():
        v = {1: w[1] @ of("y^0") + b[1]}
        y = torch.sigmoid(v[1])
        v[2] = w[2] @ y + b[2]
        for part in v.values():
            part.retain_grad()
        p = torch.softmax(v[2], 0)
        return v, y, p, -(of("t") * torch.log(p)).sum()

    v, y, p, E = forward()
    E.backward()
    found, after = {loss: E.item()}, {}
    for place, unit in enumerate(UNITS):
        found[IndexedBase("p")[unit]] = p[place].item()
        found[LETTERS[1]["y"][unit]] = y[place].item()
        for r in (1, 2):
            found[LETTERS[r]["v"][unit]] = v[r][place].item()
            found[LETTERS[r]["delta"][unit]] = v[r].grad[place].item()
    with torch.no_grad():
        for r in (1, 2):
            for base, part in ((LETTERS[r]["w"], w[r]), (LETTERS[r]["b"], b[r])):
                before, gradient = part.clone(), part.grad
                part -= float(RATE) * gradient
                for at in torch.cartesian_prod(*(torch.arange(n) for n in before.shape)).reshape(
                    -1, before.ndim
                ):
                    element = base[tuple(int(n) + 1 for n in at)]
                    found[Derivative(loss, element)] = gradient[tuple(at)].item()
                    after[element] = part[tuple(at)].item()
    after[loss] = forward()[-1].item()
    return found, after


def test_every_line_is_what_autograd_gives(by_autograd):
    found, after = by_autograd
    _, lines = worked()
    for line in lines:
        assert float(line.value) == pytest.approx((after if line.after else found)[line.element], abs=1e-15)
    assert {line.element for line in lines if not line.after} == set(found)
    assert {line.element for line in lines if line.after} == set(after)


def test_a_line_needs_only_what_is_known_before_it():
    given, lines = worked()
    known = set(given)
    for line in lines:
        assert line.formula.atoms(Indexed) <= known
        known |= set() if line.after else {line.element}


def test_the_update_lowers_the_loss():
    before, after = (float(line.value) for line in worked()[1] if line.label == "loss")
    first = next(float(line.value) for line in worked()[1] if line.label == "softmax")
    assert before == pytest.approx(-math.log(first))
    assert after < before
