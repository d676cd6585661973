"""Functions of SymPy in plain torch operations, against those of torch."""

from __future__ import annotations

import pytest
import torch

from analysis.verification.in_numbers import in_torch
from derivations import activations


@pytest.mark.parametrize("name", ["gelu", "mish", "hardswish", "softsign", "celu"])
def test_functions_in_plain_torch_are_those_of_torch_nn(name):
    points = torch.linspace(-4.03, 4.01, 100, dtype=torch.float64)
    expected = getattr(torch.nn.functional, name)(points)
    assert torch.allclose(in_torch(activations[name].expression)(points), expected, rtol=1e-12, atol=1e-14)
