"""Images kept as bytes where they are trained on; a mini-batch is an index."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from analysis.studies.patterns import FULL_INTENSITY
from analysis.training.passes import Pass
from analysis.training.stack import Stack


class Images:
    """Images kept as bytes on the stack's device; a mini-batch is an index, scaled to fractions."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, stack: Stack) -> None:
        self.images = torch.from_numpy(np.array(images)).to(stack.device)
        self.labels = torch.from_numpy(np.array(labels, dtype=np.int64)).to(stack.device)

    def fill(self, at: Pass, index: Mapping[int, torch.Tensor]) -> None:
        """Put the images and labels of each seed's index, (patterns,), into the buffers of a pass."""
        for seed, chosen in index.items():
            at.x[seed].copy_(self.images.index_select(0, chosen)).div_(FULL_INTENSITY)
            at.labels[seed].copy_(self.labels.index_select(0, chosen))
