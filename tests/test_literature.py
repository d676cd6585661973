"""Activations of the literature beyond the registry: each range is proven, and agrees with samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sympy import Interval, lambdify, oo

from derivations import differentiate, gradient_range, parse, v, verify

LITERATURE = {
    "ISRU (Carlile et al. 2017)": "v/sqrt(1 + v**2)",
    "Logish (Zhu et al. 2021)": "v*log(1 + sigmoid(v))",
    "Serf (Nag and Bhattacharyya 2021)": "v*erf(log(1 + exp(v)))",
    "Soft-Root-Sign, alpha 5, beta 2 (Zhou et al. 2020)": "v/(v/5 + exp(-v/2))",
    "Smish (Wang et al. 2022)": "v*tanh(log(1 + sigmoid(v)))",
    "Gaussian (Ramasinghe and Lucey 2022)": "exp(-v**2/2)",
    "Snake (Ziyin et al. 2020)": "v + sin(v)**2",
    "Sine (Sitzmann et al. 2020)": "sin(v)",
    "Growing cosine unit (Noel et al. 2021)": "v*cos(v)",
    "Squareplus (Barron 2021)": "(v + sqrt(v**2 + 4))/2",
    "Squared ReLU (So et al. 2021)": "max(0, v)**2",
    "TanhExp (Liu and Di 2020)": "v*tanh(exp(v))",
    "ELiSH (Basirat and Roth 2018)": "Piecewise((v*sigmoid(v), v >= 0), ((exp(v) - 1)*sigmoid(v), True))",
    "SQNL (Wuraola and Patel 2018)":
        "Piecewise((1, v > 2), (v - v**2/4, v >= 0), (v + v**2/4, v >= -2), (-1, True))",
    "Phish (Naveen 2022)": "v*tanh(v*(1 + erf(v/sqrt(2)))/2)",
    "LiSHT (Roy et al. 2019)": "v*tanh(v)",
    "CoLU (Vagerwal 2021)": "v/(1 - v*exp(-(v + exp(v))))",
    "E-swish, beta 5/4 (Alcaide 2018)": "1.25*v*sigmoid(v)",
    "Swish, beta 3/2 (Ramachandran et al. 2017)": "v*sigmoid(1.5*v)",
    "Penalized tanh (Xu et al. 2016)": "Piecewise((tanh(v), v > 0), (tanh(v)/4, True))",
    "Natural-logarithm ReLU (Liu et al. 2019)": "log(1 + max(0, v))",
    "ARiA2, alpha 2, beta 1 (Patwardhan et al. 2018)": "v*(1 + exp(-v))**-2",
    "Soft clipping (Klimek and Perelstein 2018)": "log((1 + exp(v))/(1 + exp(v - 1)))",
    "Complementary log-log (Gomes and Ludermir 2008)": "1 - exp(-exp(v))",
}  # fmt: skip
EXACT = {
    "ISRU (Carlile et al. 2017)": Interval.Lopen(0, 1),
    "Snake (Ziyin et al. 2020)": Interval(0, 2),
    "Growing cosine unit (Noel et al. 2021)": Interval(-oo, oo),
    "Squareplus (Barron 2021)": Interval.open(0, 1),
    "Squared ReLU (So et al. 2021)": Interval(0, oo),
    "SQNL (Wuraola and Patel 2018)": Interval(0, 1),
    "Natural-logarithm ReLU (Liu et al. 2019)": Interval.Ropen(0, 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LITERATURE)
def test_range_is_proven_and_agrees_with_samples(name):
    slopes = differentiate(parse(LITERATURE[name]))
    proven = gradient_range(slopes)
    verify(proven.certificate)
    points = np.linspace(-20, 20, 16001) + 1.234e-6
    function = np.vectorize(lambdify(v, slopes.derivative, [{"erf": math.erf}, "math"]), otypes=[float])
    sampled = function(points)
    low, high = float(proven.values.inf), float(proven.values.sup)
    assert np.all((sampled >= low - 1e-12) & (sampled <= high + 1e-12))
    assert sampled.min() < low + 0.01 or low == -np.inf
    assert sampled.max() > high - 0.01 or high == np.inf


@pytest.mark.parametrize("name", EXACT)
def test_range_is_the_one_that_calculus_gives(name):
    assert gradient_range(differentiate(parse(LITERATURE[name]))).values == EXACT[name]
