"""The step that an optimizer takes along a gradient, as calls of torch: momentum, Adam, weight decay."""

from __future__ import annotations

import torch

from analysis.code.binding import Call, call
from analysis.training.stack import Stack


class Descent:
    """The steps of a stack's optimizer; `count` is to be called once in each step, before them.

    Adam's means u and s begin with 0, and are too small by factors that depend on the number of steps.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack, self.run = stack, stack.runs[0]
        self.of_u, self.of_s = (torch.ones_like(stack.steps) for _ in range(2))

    @property
    def is_plain(self) -> bool:
        """Whether it is gradient descent, to which a gradient may be given in parts."""
        return self.run.optimizer == "sgd" and self.run.weight_decay == 0

    @property
    def count(self) -> list[Call]:
        """Count a step, and find its factors 1 - beta1^steps and (1 - beta2^steps)^(-1/2)."""
        run, steps, one = self.run, self.stack.steps, torch.ones_like(self.stack.steps)
        calls = [call(torch.add, steps, one, out=steps)]
        if run.optimizer == "adam":
            for beta, factor in ((run.beta1, self.of_u), (run.beta2, self.of_s)):
                calls += [
                    call(torch.pow, torch.full_like(steps, beta), steps, out=factor),
                    call(torch.sub, one, factor, out=factor),
                ]
            calls.append(call(torch.rsqrt, self.of_s, out=self.of_s))
        return calls

    def step(self, n: int, w: torch.Tensor, gradient: torch.Tensor) -> list[Call]:
        """Change parameter n, weights first and then biases, along its gradient, which is lost."""
        run, kept = self.run, self.stack.kept
        calls: list[Call] = []
        if run.weight_decay:
            calls.append(call(torch.add, gradient, w, alpha=run.weight_decay, out=gradient))
        if run.optimizer == "momentum":
            u = kept["u"][n]
            calls.append(call(torch.add, gradient, u, alpha=run.momentum, out=u))
            return [*calls, call(torch.add, w, u, alpha=-run.learning_rate, out=w)]
        if run.optimizer == "adam":
            u, s = kept["u"][n], kept["s"][n]
            beta1, beta2, small = (w.new_tensor(value) for value in (run.beta1, run.beta2, run.adam_eps))
            return [
                *calls,
                call(torch.mul, u, beta1, out=u),
                call(torch.add, u, gradient, alpha=1 - run.beta1, out=u),
                call(torch.mul, s, beta2, out=s),
                call(torch.addcmul, s, gradient, gradient, value=1 - run.beta2, out=s),
                call(torch.sqrt, s, out=gradient),
                call(torch.mul, gradient, self.of_s, out=gradient),
                call(torch.add, gradient, small, out=gradient),
                call(torch.mul, gradient, self.of_u, out=gradient),
                call(torch.addcdiv, w, u, gradient, value=-run.learning_rate, out=w),
            ]
        return [*calls, call(torch.add, w, gradient, alpha=-run.learning_rate, out=w)]
