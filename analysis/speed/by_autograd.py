"""A network as a user of torch.nn writes it, trained by automatic differentiation in a plain loop."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import torch

from analysis.studies.patterns import FULL_INTENSITY, Data
from analysis.studies.run import Run
from analysis.training.by_torch import reproducibly
from analysis.training.networks import units_of


class ByAutograd:
    """A tanh network of the run's sizes, which it trains by plain gradient descent on one thread."""

    def __init__(self, run: Run, data: Data) -> None:
        layers: list[torch.nn.Module] = []
        for below, here in pairwise(units_of(run, data.train_images.shape[1], data.classes)):
            layers += [torch.nn.Linear(below, here), torch.nn.Tanh()]
        self.network = torch.nn.Sequential(*layers[:-1])
        self._optimizer = torch.optim.SGD(self.network.parameters(), run.learning_rate)
        self._batch = run.batch_size
        self._images = torch.from_numpy(np.array(data.train_images))
        self._labels = torch.from_numpy(np.array(data.train_labels))

    def train(self, places: Mapping[int, np.ndarray]) -> None:
        """Train on the images at these places, those of its seed, in mini-batches."""
        (order,) = places.values()
        with reproducibly(), torch.inference_mode(False):
            for index in torch.from_numpy(order).split(self._batch):
                self._optimizer.zero_grad()
                x = self._images[index] / FULL_INTENSITY
                loss = torch.nn.functional.cross_entropy(self.network(x), self._labels[index])
                loss.backward()
                self._optimizer.step()
