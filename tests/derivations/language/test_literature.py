"""The wider atlas: each function is what a second source says, its proven range has autograd's slopes.

`OTHERWISE` has each as that source writes it (torch itself, other code, a survey), or by other functions.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from sympy import FiniteSet, Interval, Rational, Union, exp, lambdify, oo
from torch.nn import functional
from torch.special import ndtr

import report
from derivations import activations, derive, find_activation, literature, registered, v, verify
from derivations.language.trees import expression, tree
from derivations.printing.notation import intervals

HALF = Rational(1, 2)


def sigma(x):
    return torch.special.expit(x)


def gate(condition, yes, no):
    return torch.where(condition, yes, no)


OTHERWISE = {
    "quick_gelu": lambda x: functional.silu(1.702 * x) / 1.702,
    "beta_swish": lambda x: functional.silu(1.5 * x) / 1.5,
    "e_swish": lambda x: 1.25 * functional.silu(x),
    "aptx": lambda x: functional.silu(2 * x) / 2,
    "golu": lambda x: x + x * torch.expm1(-torch.exp(-x)),
    "atlu": lambda x: (torch.atan(x) + math.pi / 2) / math.pi * x,
    "pflu": lambda x: (x + x * x * torch.rsqrt(torch.square(x) + 1)) / 2,
    "logish": lambda x: x * torch.log1p(sigma(x)),
    "gish": lambda x: x * torch.log1p(-torch.expm1(-torch.exp(x))),
    "smish": lambda x: x * ((1 + sigma(x)) ** 2 - 1) / ((1 + sigma(x)) ** 2 + 1),
    "serf": lambda x: x * torch.erf(functional.softplus(x)),
    "pserf": lambda x: x * torch.erf(1.25 * torch.log1p(torch.exp(0.85 * x))),
    "erfact": lambda x: x - x * torch.erfc(0.75 * torch.exp(0.75 * x)),
    "tanhexp": lambda x: x * (2 * sigma(2 * torch.exp(x)) - 1),
    "phish": lambda x: x * torch.tanh(functional.gelu(x)),
    "eanaf": lambda x: x / (1 + 2 * torch.exp(-x)),
    "sinsig": lambda x: x * torch.cos(math.pi / 2 * sigma(-x)),
    "aria2": lambda x: x * torch.pow(1 + torch.exp(-2 * x), -1.5),
    "sinlu": lambda x: functional.silu(x) + torch.sin(x) * sigma(x),
    "coslu": lambda x: functional.silu(x) + torch.cos(x) * sigma(x),
    "colu": lambda x: x / (1 - x * torch.exp(-x) * torch.exp(-torch.exp(x))),
    "srs": lambda x: 6 * x / (3 * x + 6 * torch.exp(-x / 3)),
    "lisht": lambda x: x - 2 * x * sigma(-2 * x),
    "rehsec": lambda x: 2 * x / (torch.exp(x) + torch.exp(-x)),
    "stan": lambda x: torch.tanh(x) + x * torch.tanh(x),
    "smu": lambda x: x - 0.75 * x * torch.erfc(0.75 * x) / 2,
    "dsilu": lambda x: sigma(x) + functional.silu(x) * sigma(-x),
    "scaled_tanh": lambda x: 1.7159 * (2 * sigma(4 * x / 3) - 1),
    "arctan": lambda x: torch.atan2(x, torch.ones_like(x)),
    "erf": lambda x: 2 * ndtr(x * math.sqrt(2)) - 1,
    "probit": ndtr,
    "cloglog": lambda x: -torch.expm1(-torch.exp(x)),
    "loglog": lambda x: 1 + torch.expm1(-torch.exp(-x)),
    "aranda_ordaz": lambda x: 1 - torch.pow(1 + 2 * torch.exp(x), -1 / 2),
    "elliott": lambda x: (functional.softsign(x) + 1) / 2,
    "isru": lambda x: torch.sin(torch.atan(x)),
    "mega_laplace": lambda x: ndtr((x - math.sqrt(1 / 2)) * math.sqrt(4 * math.pi)),
    "soft_clipping": lambda x: functional.softplus(x) - functional.softplus(x - 1),
    "rational_tanh": lambda x: rational_tanh(2 * x / 3),
    "squareplus": lambda x: torch.exp(torch.asinh(x / 2)),
    "shifted_softplus": lambda x: functional.softplus(x) - math.log(2),
    "soft_plus_plus": lambda x: functional.softplus(x) + x / 2 - math.log(2),
    "bent_identity": lambda x: (torch.hypot(x, torch.ones_like(x)) - 1) / 2 + x,
    "soft_exponential": lambda x: torch.expm1(x / 2) / 0.5 + 0.5,
    "cube": lambda x: x * x * x,
    "ncu": lambda x: x * (1 - x) * (1 + x),
    "sine": lambda x: torch.cos(x - math.pi / 2),
    "snake": lambda x: x + (1 - torch.cos(2 * x)) / 2,
    "gcu": lambda x: x * torch.sin(x + math.pi / 2),
    "asu": lambda x: x * torch.cos(x - math.pi / 2),
    "gaussian": lambda x: x.pow(2).mul(-0.5).exp(),
    "quadratic": lambda x: torch.cos(torch.atan(x)) ** 2,
    "multi_quadratic": lambda x: torch.cos(torch.atan(x)),
    "laplacian": lambda x: torch.minimum(torch.exp(x), torch.exp(-x)),
    "exp_sin": lambda x: 1 / torch.exp(torch.sin(x)),
    "sinc": lambda x: torch.sinc(x / math.pi),
    "mexican_hat": lambda x: torch.exp(-x * x / 2) - (x * torch.exp(-x * x / 4)) ** 2,
    "bounded_relu": lambda x: functional.hardtanh(x, 0, 1),
    "clipped_relu": lambda x: functional.hardtanh(x, 0, 20),
    "shifted_relu": lambda x: functional.relu(x + 1) - 1,
    "displaced_relu": lambda x: functional.threshold(x, -0.05, -0.05),
    "very_leaky_relu": lambda x: functional.leaky_relu(x, 1 / 3),
    "modulus": lambda x: functional.relu(x) + functional.relu(-x),
    "tent": lambda x: functional.relu(torch.minimum(1 - x, 1 + x)),
    "binary_hard_sigmoid": lambda x: (functional.hardtanh(x) + 1) / 2,
    "keras_hard_sigmoid": lambda x: (0.2 * x + 0.5).clamp(0, 1),
    "squared_relu": lambda x: x * functional.relu(x),
    "star_relu": lambda x: 0.8944 * x * functional.relu(x) - 0.4472,
    "sparse_plus": lambda x: functional.hardtanh(x + 1, 0, 2) ** 2 / 4 + functional.relu(x - 1),
    "sqnl": lambda x: functional.hardtanh(x, -2, 2) * (1 - functional.hardtanh(x, -2, 2).abs() / 4),
    "smooth_step": lambda x: smooth_step(functional.hardtanh(x + 0.5, 0, 1)),
    "soft_modulus_q": lambda x: gate(x.abs() <= 1, x**2 * (2 - x.abs()), x.abs()),
    "fpflu": lambda x: gate(x > 0, x, x / (1 + x * x)),
    "isrlu": lambda x: functional.relu(x) - torch.sin(torch.atan(functional.relu(-x))),
    "nlrelu": lambda x: torch.log1p(functional.relu(x)),
    "soft_modulus_t": lambda x: x * (2 * sigma(200 * x) - 1),
    "reu": lambda x: (
        functional.relu(x) + torch.minimum(x, torch.zeros_like(x)) * torch.exp(-functional.relu(-x))
    ),
    "delu": lambda x: gate(x > 0, 1.5 * x + torch.expm1(-functional.relu(x)).abs(), functional.silu(x)),
    "xielu": lambda x: 0.5 * x + 0.8 * gate(x > 0, x * x, torch.expm1(-functional.relu(-x)) - x),
    "slu": lambda x: gate(x >= 0, x, 2 * functional.softplus(x) - 2 * math.log(2)),
    "erf_relu": lambda x: functional.relu(x) + torch.erf(-functional.relu(-x)),
    "penalized_tanh": lambda x: functional.leaky_relu(torch.tanh(x), 0.25),
    "elish": lambda x: functional.elu(x) * sigma(x),
    "hard_elish": lambda x: functional.elu(x) * functional.hardtanh((x + 1) / 2, 0, 1),
    "rsigelu": lambda x: gate(x > 1, x + functional.silu(x) / 2, gate(x < 0, functional.elu(x, 0.5), x)),
    "flatten_t_swish": lambda x: functional.relu(functional.silu(x)) - 0.2,
    "hyper_sinh": lambda x: gate(x > 0, torch.sinh(x) / 3, x**3 / 4),
    "cosine_squasher": lambda x: (torch.sin(functional.hardtanh(x, -math.pi / 2, math.pi / 2)) + 1) / 2,
}
#: Ranges that follow by hand.
EXACT = {
    "isru": Interval.Lopen(0, 1),
    "snake": Interval(0, 2),
    "gcu": Interval(-oo, oo),
    "squareplus": Interval.open(0, 1),
    "squared_relu": Interval(0, oo),
    "sqnl": Interval(0, 1),
    "nlrelu": Interval.Ropen(0, 1),
    "arctan": Interval.Lopen(0, 1),
    "sine": Interval(-1, 1),
    "ncu": Interval(-oo, 1),
    "modulus": FiniteSet(-1, 1),
    "laplacian": Union(Interval.open(-1, 0), Interval.open(0, 1)),
    "gaussian": Interval(-exp(-HALF), exp(-HALF)),
    "reu": Interval(-exp(-2), 1),
}


def rational_tanh(y):
    size = 1 + y.abs() + y**2 + 1.41645 * y**4
    return 1.7159 * torch.sign(y) * (size - 1) / size


def smooth_step(x):
    return x * x * (3 - 2 * x)


@pytest.fixture(autouse=True)
def double_precision():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def slopes_of(name, points):
    """What autograd gives of the function written otherwise."""
    at = torch.tensor(points, requires_grad=True)
    [slopes] = torch.autograd.grad(OTHERWISE[name](at).sum(), at)
    return slopes.numpy()


def test_every_function_is_written_otherwise_too():
    assert list(OTHERWISE) == list(literature)
    assert len(literature) >= 62


@pytest.mark.parametrize("name", literature)
def test_the_expression_agrees_with_another_way_to_write_it(name):
    points = np.unique(np.concatenate([np.linspace(-12, 12, 2401), [-0.05, 0.05, -math.pi / 2, math.pi / 2]]))
    function = lambdify(v, literature[name].expression, [{"erf": math.erf}, "math"])
    expected = OTHERWISE[name](torch.tensor(points)).numpy()
    np.testing.assert_allclose([function(float(x)) for x in points], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("name", literature)
def test_range_is_proven_in_ten_seconds_and_agrees_with_slopes(name):
    proven = derive(literature[name], 10).gradient_range
    verify(proven.certificate)
    points = np.concatenate([np.linspace(-20, 20, 16001), np.linspace(-0.1, 0.1, 2001)]) + 1.234e-6
    slopes = slopes_of(name, points)
    parts = [(float(part.inf), float(part.sup)) for part in intervals(proven.values)]
    inside = [(low - 1e-12 <= slopes) & (slopes <= high + 1e-12) for low, high in parts]
    assert np.all(np.any(inside, axis=0))
    for (low, high), here in zip(parts, inside, strict=True):
        assert slopes[here].min() < low + 0.01 or low == -np.inf
        assert slopes[here].max() > high - 0.01 or high == np.inf


@pytest.mark.parametrize("name", EXACT)
def test_range_is_the_one_that_calculus_gives(name):
    assert derive(literature[name]).gradient_range.values == EXACT[name]


def test_every_source_is_in_the_bibliography_and_every_name_is_one_of_its_kind():
    bibliography = (Path(report.__file__).parent / "references.bib").read_text(encoding="utf-8")
    keys = set(re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE))
    assert {activation.source for activation in literature.values()} <= keys
    names = [*activations, *literature]
    assert len({name.replace("_", "") for name in names}) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) for name in names)
    assert len({literature[name].title for name in literature}) == len(literature)


def test_no_function_is_there_twice():
    known = [activation.expression for activation in (*activations.values(), *literature.values())]
    assert len(set(known)) == len(known)


@pytest.mark.parametrize("name", literature)
def test_expressions_are_written_to_the_store_and_read_back(name):
    written = literature[name].expression
    assert expression(tree(written)) == written


def test_names_are_found_in_both():
    assert find_activation("QuickGELU") is literature["quick_gelu"]
    assert registered("quick_gelu") is literature["quick_gelu"]
    assert registered("gelu") is activations["gelu"]
    assert registered("no_such_name") is None
