"""Factors f' in a chain of layers, against the chain rule done by hand."""

from __future__ import annotations

import pytest

from derivations.calculus.chain import slopes_in_chain


@pytest.mark.parametrize("layers", [2, 5, 9])
def test_outputs_gather_slopes_on_the_way_up_and_the_loss_on_the_way_down(layers):
    # dy_r/dy_0 passes r activations; dE/dw_r those of the layers r to R - 1.
    assert slopes_in_chain(layers) == [
        {"layer": r, "outputs": r, "weights": layers - r} for r in range(1, layers)
    ]
