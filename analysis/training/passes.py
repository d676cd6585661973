"""A pass: the four equations over one number of patterns, as calls bound to their buffers, in order.

A pass over a mini-batch makes these calls and allocates nothing. v becomes y in place; in plain gradient descent the
gradient of the weights is never formed, the product that gives it being added to W directly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import torch

from analysis.code import binding
from analysis.code.binding import Call, call, make
from analysis.training.descent import Descent
from analysis.training.stack import Stack


class Pass:
    """A pass over so many patterns. Layers r are counted from 0 here, from 1 in the report.

    x             seed -> (patterns, inputs), fractions of full intensity, to be filled
    labels        seed -> (models of that seed, 1, patterns), to be filled
    v[r]          (models, units, patterns); `activate[r]` turns it into y[r] = f(v[r])
    delta[r]      the same shape; every other layer has the same place
    loss, correct cross-entropy and right answers, sums over the patterns, (models,)
    """

    def __init__(self, stack: Stack, patterns: int, training: bool = True) -> None:
        self.stack, self.patterns = stack, patterns
        count, last, width = len(stack.runs), stack.depth - 1, stack.units[1]
        self.x = {seed: stack.empty(patterns, stack.units[0]) for seed in stack.seeds}
        answers = torch.zeros((count, 1, patterns), dtype=torch.int64, device=stack.device)
        self.labels = {seed: answers[models] for seed, models in stack.seeds.items()}

        kept = last if training else 2  # layers that are not kept share two places
        places = [stack.empty(count, width, patterns) for _ in range(min(kept, last))]
        self.v = [*(places[r % kept] for r in range(last)), stack.empty(count, stack.units[-1], patterns)]
        self.scratch = [
            stack.empty(count, width, patterns)
            for _ in range(max(code.scratch for code, _ in stack.activations))
        ]
        self.slope = {
            (r, n): torch.empty_like(self.v[r][models])
            for n, (code, models) in enumerate(stack.activations)
            for r in range(last if training and code.keeps_slope else 0)
        }
        two = [stack.empty(count, width, patterns) for _ in range(min(2, last) if training else 0)]
        self.delta = [*(two[r % 2] for r in range(last if training else 0)), torch.empty_like(self.v[-1])]

        self.loss = stack.empty(count)
        self.correct = torch.empty(count, dtype=torch.int64, device=stack.device)

        self.weigh = [self._weigh(r) for r in range(last + 1)]
        self.activate = [self._activate(r, training) for r in range(last)]
        self.score = self._score(answers)
        upwards = [self.weigh[r] + self.activate[r] for r in range(last)]
        self._forward = [*chain(*upwards), *self.weigh[last]]
        if training:
            self.descent = Descent(stack)
            self.back = [[], *(self._back(r) for r in range(1, last + 1))]
            self.update = [self._update(r) for r in range(last + 1)]
            downwards = [self.back[r] + self.update[r] for r in range(last, -1, -1)]
            self._step = [*self._forward, *self.score, *self.descent.count, *chain(*downwards)]

    def _weigh(self, r: int) -> list[Call]:
        """v[r] <- W[r] y[r-1] + b[r]; in the first layer, one product for all models of a seed."""
        W, b, v = self.stack.W[r], self.stack.b[r], self.v[r]
        if r > 0:
            return [call(torch.baddbmm, b, W, self.v[r - 1], out=v)]
        return [
            call(torch.addmm, _rows(b, models), _rows(W, models), self.x[seed].mT, out=_rows(v, models))
            for seed, models in self.stack.seeds.items()
        ]

    def _activate(self, r: int, training: bool) -> list[Call]:
        """v[r] becomes y[r] = f(v[r]); f'(v[r]) is kept where it is no function of y[r]."""
        calls = []
        for n, (code, models) in enumerate(self.stack.activations):
            v, scratch = self.v[r][models], [buffer[models] for buffer in self.scratch]
            slope = self.slope.get((r, n))
            calls += binding.forward(code, v, slope, scratch) if training else binding.value(code, v, scratch)
        return calls

    def _score(self, labels: torch.Tensor) -> list[Call]:
        """Fill loss and right answers, and delta = (p - t) / patterns of the output layer."""
        v, loss, correct, delta = self.v[-1], self.loss, self.correct, self.delta[-1]
        log_p = torch.empty_like(v)
        of_label, greatest = (torch.empty_like(v[:, :1]) for _ in range(2))
        right, minus_one = torch.empty_like(of_label, dtype=torch.bool), -torch.ones_like(of_label)
        return [
            call(torch.log_softmax, v, 1, out=log_p),
            call(torch.gather, log_p, 1, labels, out=of_label),
            call(torch.sum, of_label, (1, 2), out=loss),
            call(torch.neg, loss, out=loss),
            # The greatest value rather than its place: argmax takes thirty times as long. NaN is never right.
            call(torch.amax, log_p, 1, keepdim=True, out=greatest),
            call(torch.eq, of_label, greatest, out=right),
            call(torch.sum, right, (1, 2), out=correct),
            call(torch.exp, log_p, out=delta),
            call(torch.scatter_add, delta, 1, labels, minus_one, out=delta),
            call(torch.div, delta, delta.new_tensor(self.patterns), out=delta),
        ]

    def _back(self, r: int) -> list[Call]:
        """delta[r-1] <- f'(v[r-1]) * (W[r]^T delta[r])."""
        W, delta, below = self.stack.W[r], self.delta[r], self.delta[r - 1]
        return [call(torch.bmm, W.mT, delta, out=below), *self._times_slope(r - 1, below)]

    def _times_slope(self, r: int, values: torch.Tensor) -> list[Call]:
        """values <- f'(v[r]) * values."""
        calls = []
        for n, (code, models) in enumerate(self.stack.activations):
            scratch = [buffer[models] for buffer in self.scratch]
            calls += binding.backward(
                code, values[models], self.v[r][models], self.slope.get((r, n)), scratch
            )
        return calls

    def _update(self, r: int) -> list[Call]:
        """W[r] <- W[r] - learning_rate * delta[r] y[r-1]^T, b[r] <- b[r] - learning_rate * delta[r] 1."""
        W, b, descent = self.stack.W[r], self.stack.b[r], self.descent
        total = torch.empty_like(b)
        # Not a product with ones: its rounding depends on where in the stack a model is.
        summed = call(torch.sum, self.delta[r], 2, keepdim=True, out=total)
        of_biases = [summed, *descent.step(self.stack.depth + r, b, total)]
        if descent.is_plain:
            return [*self._add_product(r, W, W, -self.stack.runs[0].learning_rate), *of_biases]
        gradient, nothing = torch.empty_like(W), torch.zeros_like(W)
        return [*self._add_product(r, gradient, nothing, 1.0), *descent.step(r, W, gradient), *of_biases]

    def _add_product(self, r: int, out: torch.Tensor, to: torch.Tensor, factor: float) -> list[Call]:
        """out <- to + factor * delta[r] y[r-1]^T."""
        delta = self.delta[r]
        if r > 0:
            return [call(torch.baddbmm, to, delta, self.v[r - 1].mT, alpha=factor, out=out)]
        return [
            call(
                torch.addmm,
                _rows(to, models),
                _rows(delta, models),
                self.x[seed],
                alpha=factor,
                out=_rows(out, models),
            )
            for seed, models in self.stack.seeds.items()
        ]

    def fill(self, x: Mapping[int, torch.Tensor], labels: Mapping[int, torch.Tensor]) -> None:
        """Take images, (patterns, inputs) as fractions, and their labels, (patterns,), of each seed."""
        for seed in self.x:
            self.x[seed].copy_(x[seed])
            self.labels[seed].copy_(labels[seed])

    def forward(self) -> None:
        """Fill y of every hidden layer, and v of the output layer."""
        make(self._forward)

    def evaluate(self) -> None:
        """Forward, then `loss` and `correct`, and delta of the output layer."""
        make(self._forward)
        make(self.score)

    def step(self) -> None:
        """One update of every model; `loss` and `correct` are those before it."""
        make(self._step)

    def deltas(self) -> Iterator[tuple[int, torch.Tensor]]:
        """Layer and delta, from that of the output layer down to the first.

        A layer comes when its weights have done their part for the delta below, so that they may be changed.
        """
        for r in range(self.stack.depth - 1, -1, -1):
            make(self.back[r])
            yield r, self.delta[r]

    def slopes(self, r: int) -> torch.Tensor:
        """f'(v[r]) of a hidden layer, (models, units, patterns)."""
        slopes = torch.ones_like(self.v[r])
        make(self._times_slope(r, slopes))
        return slopes

    def gradient(self, r: int) -> torch.Tensor:
        """dE/dW of layer r, (models, units, units below), from its delta."""
        if r > 0:
            return self.delta[r] @ self.v[r - 1].mT
        return torch.cat([self.delta[0][models] @ self.x[seed] for seed, models in self.stack.seeds.items()])


def _rows(part: torch.Tensor, models: slice) -> torch.Tensor:
    """The units of these models, one model's below the other's: a view."""
    return part[models].flatten(0, 1)


class Passes:
    """The passes of a stack, each made when its number of patterns first occurs: `Passes(stack)[64]`.

    Those that are not for training go forward only.
    """

    def __init__(self, stack: Stack, training: bool = True) -> None:
        self.stack, self.training = stack, training
        self._made: dict[int, Pass] = {}

    def __getitem__(self, patterns: int) -> Pass:
        if patterns not in self._made:
            self._made[patterns] = Pass(self.stack, patterns, self.training)
        return self._made[patterns]
