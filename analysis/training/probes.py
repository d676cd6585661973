"""Probes: gradients measured in every layer, on one fixed mini-batch."""

from __future__ import annotations

import numpy as np
import torch

from analysis.studies.run import PROBES
from analysis.training.images import Images
from analysis.training.passes import Pass, Passes

UNDERFLOW = 1e-30  # below it, products in single precision begin to be lost


def probe(passes: Passes, images: Images) -> list[dict[str, list[float]]]:
    """The gradients of every model in each layer, on one fixed mini-batch: the first training images.

    For each model: measure -> its value in the layers 1..R, as `studies.run.PROBES` names them.
    """
    stack = passes.stack
    patterns = min(stack.runs[0].batch_size, len(images.labels))
    at = passes[patterns]
    images.fill(at, dict.fromkeys(stack.seeds, torch.arange(patterns, device=stack.device)))
    at.evaluate()
    of_loss = _measure(at)
    of_weights = _measure_transfer(at)
    at.take_softmax_sum()
    of_sum = _measure(at)[0]
    measured = [*of_loss, of_sum, *of_weights]
    return [
        {name: values[n].tolist() for name, values in zip(PROBES, measured, strict=True)}
        for n in range(len(stack.runs))
    ]


def _measure(at: Pass) -> list[np.ndarray]:
    """Maximum and root mean square of |dE/dW|, then of |delta|: each (models, layers)."""
    measured = np.empty((4, len(at.loss), len(at.v)))
    for r, delta in at.deltas():
        for n, values in ((0, at.gradient(r)), (2, delta)):
            flat = values.flatten(1).double()
            measured[n, :, r] = flat.abs().amax(1).cpu()
            measured[n + 1, :, r] = flat.square().mean(1).sqrt().cpu()
    return list(measured)


def _measure_transfer(at: Pass) -> list[np.ndarray]:
    """What decides how delta changes from a layer to the one below, each (models, layers).

    The spectral norm of W; of any pattern the greatest |delta of r| / (norm of W of r+1 * |delta of r+1|),
    which sup |f'| bounds, nought in the last layer; the part of the units whose f' is zero on every pattern.
    A product of norms below `UNDERFLOW` counts as that, because it may be but what underflow has left.
    """
    norms, transfer, dead = measured = [np.zeros((len(at.loss), len(at.v))) for _ in range(3)]
    for r, above in at.deltas():
        W = at.stack.W[r].double()
        norm = torch.linalg.matrix_norm(W.nan_to_num(posinf=0, neginf=0), 2)
        norms[:, r] = torch.where(W.isfinite().all(2).all(1), norm, torch.nan).cpu()
        if r > 0:
            allowed = (norm[:, None] * above.double().norm(dim=1)).clamp(min=UNDERFLOW)
            transfer[:, r - 1] = (at.delta[r - 1].double().norm(dim=1) / allowed).amax(1).cpu()
            dead[:, r - 1] = (at.slopes(r - 1) == 0).all(2).double().mean(1).cpu()
    return measured
