"""The wider atlas: activations of the literature beyond the registry, each with its source.

An expression is kept as text and read when it is first asked for. Parameters are the source's own defaults; a
title names those that are a choice, and a comment says where sources disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from derivations.language.activation import Activation, UnknownActivation
from derivations.language.parsing import parse

_SMOOTH = [
    # v times a gate
    ("quick_gelu", "v*sigmoid(1.702*v)", "QuickGELU", "hendrycks2016"),
    ("beta_swish", "v*sigmoid(1.5*v)", "Swish, beta 3/2", "ramachandran2017"),
    ("e_swish", "1.25*v*sigmoid(v)", "E-swish, beta 5/4", "alcaide2018"),
    ("aptx", "v*(1 + tanh(v))/2", "APTx", "kumar2022"),
    # Also known as ExpExpish.
    ("golu", "v*exp(-exp(-v))", "GoLU", "das2025"),
    # Also known as the Cauchy linear unit.
    ("atlu", "v*(atan(v)/pi + 1/2)", "ATLU", "huang2024expanded"),
    ("pflu", "v*(1 + v/sqrt(1 + v**2))/2", "PFLU", "zhu2021pflu"),
    ("logish", "v*log(1 + sigmoid(v))", "Logish", "zhu2021logish"),
    ("gish", "v*log(2 - exp(-exp(v)))", "Gish", "kaytan2023"),
    ("smish", "v*tanh(log(1 + sigmoid(v)))", "Smish", "wang2022"),
    ("serf", "v*erf(softplus(v))", "Serf", "nag2021"),
    ("pserf", "v*erf(1.25*softplus(0.85*v))", "Pserf", "biswas2022"),
    ("erfact", "v*erf(0.75*exp(0.75*v))", "ErfAct", "biswas2022"),
    # Also known as TeLU.
    ("tanhexp", "v*tanh(exp(v))", "TanhExp", "liu2021"),
    ("phish", "v*tanh(v*(1 + erf(v/sqrt(2)))/2)", "Phish", "naveen2022"),
    ("eanaf", "v*tanh(softplus(v)/2)", "EANAF", "chai2022"),
    ("sinsig", "v*sin(pi/2*sigmoid(v))", "SinSig", "douge2021"),
    # Some code has the gate alone, without the factor v.
    ("aria2", "v*sigmoid(2*v)**1.5", "ARiA2, alpha 3/2, beta 2", "patwardhan2018"),
    ("sinlu", "(v + sin(v))*sigmoid(v)", "SinLU", "paul2022"),
    ("coslu", "(v + cos(v))*sigmoid(v)", "CosLU", "pishchik2023"),
    ("colu", "v/(1 - v*exp(-(v + exp(v))))", "CoLU", "vagerwal2021"),
    # Its parameters are trained; these are the conference paper's, by the same authors.
    ("srs", "v/(v/2 + exp(-v/3))", "Soft-Root-Sign, alpha 2, beta 3", "zhou2020"),
    ("lisht", "v*tanh(v)", "LiSHT", "roy2019"),
    ("rehsec", "v/cosh(v)", "Rectified hyperbolic secant", "njikam2016"),
    ("stan", "(1 + v)*tanh(v)", "Stan, beta 1", "gnanasambandam2022"),
    ("smu", "(1.25*v + 0.75*v*erf(0.75*v))/2", "SMU, alpha 1/4, mu 1", "biswas2021"),
    # sigmoids
    ("dsilu", "sigmoid(v)*(1 + v*(1 - sigmoid(v)))", "dSiLU", "elfwing2018"),
    ("scaled_tanh", "1.7159*tanh(2*v/3)", "Scaled tanh", "lecun1998efficient"),
    ("arctan", "atan(v)", "Arctan", "kamruzzaman2002"),
    ("erf", "erf(v)", "erf", "williams1997"),
    # Some code has the inverse of this function, which is defined between 0 and 1 only.
    ("probit", "(1 + erf(v/sqrt(2)))/2", "Probit", "gomes2008"),
    # A survey has exp(-v) for exp(v) here, which is 1 - LogLog, a falling function.
    ("cloglog", "1 - exp(-exp(v))", "Complementary log-log", "gomes2008"),
    ("loglog", "exp(-exp(-v))", "Log-log", "gomes2011"),
    # With lambda 2 in 1 - (1 + lambda exp(v))**(-1/lambda); a documentation of code has the exponent -1.
    ("aranda_ordaz", "1 - 1/sqrt(1 + 2*exp(v))", "Aranda-Ordaz, lambda 2", "gomes2011"),
    ("elliott", "v/(2*(1 + abs(v))) + 1/2", "Elliott", "elliott1993"),
    ("isru", "v/sqrt(1 + v**2)", "ISRU", "carlile2017"),
    ("mega_laplace", "(1 + erf((v - sqrt(1/2))*sqrt(2*pi)))/2", "Laplace of Mega", "ma2023"),
    ("soft_clipping", "log((1 + exp(v))/(1 + exp(v - 1)))", "Soft clipping, alpha 1", "klimek2018"),
    (
        "rational_tanh",
        "1.7159*sign(v)*(1 - 1/(1 + abs(2*v/3) + (2*v/3)**2 + 1.41645*(2*v/3)**4))",
        "Rational tanh",
        "kalinovskii2015",
    ),
    # smooth rectifiers
    ("squareplus", "(v + sqrt(v**2 + 4))/2", "Squareplus", "barron2021"),
    ("shifted_softplus", "log(exp(v)/2 + 1/2)", "Shifted softplus", "schutt2017"),
    ("soft_plus_plus", "softplus(v) + v/2 - log(2)", "Soft++, k 1, c 2", "ciuparu2020"),
    # The bendable linear unit with beta 1/2.
    ("bent_identity", "v + (sqrt(v**2 + 1) - 1)/2", "Bent identity", "godfrey2019"),
    ("soft_exponential", "2*(exp(v/2) - 1) + 1/2", "Soft exponential, alpha 1/2", "godfrey2016"),
    # powers, waves and bumps
    ("cube", "v**3", "Cube", "chen2014"),
    ("ncu", "v - v**3", "NCU", "noel2021biologically"),
    ("sine", "sin(v)", "Sine", "sitzmann2020"),
    ("snake", "v + sin(v)**2", "Snake, a 1", "ziyin2020"),
    ("gcu", "v*cos(v)", "GCU", "noel2021growing"),
    ("asu", "v*sin(v)", "ASU", "rahman2023"),
    ("gaussian", "exp(-v**2/2)", "Gaussian", "ramasinghe2022"),
    ("quadratic", "1/(1 + v**2)", "Quadratic", "ramasinghe2022"),
    ("multi_quadratic", "1/sqrt(1 + v**2)", "Multi-quadratic", "ramasinghe2022"),
    ("laplacian", "exp(-abs(v))", "Laplacian", "ramasinghe2022"),
    # Some code has the exponent without its sign.
    ("exp_sin", "exp(-sin(v))", "ExpSin", "ramasinghe2022"),
    ("sinc", "Piecewise((sin(v)/v, v < 0 or v > 0), (1, True))", "Sinc", "saratchandran2024"),
    ("mexican_hat", "(1 - v**2)*exp(-v**2/2)", "Mexican hat", "alexandridis2013"),
]
_PIECEWISE = [
    # rectifiers that are linear in each piece
    ("bounded_relu", "min(1, relu(v))", "Bounded ReLU, a 1", "liew2016"),
    ("clipped_relu", "min(20, relu(v))", "Clipped ReLU", "hannun2014"),
    ("shifted_relu", "max(-1, v)", "Shifted ReLU", "clevert2016"),
    ("displaced_relu", "max(-0.05, v)", "Displaced ReLU", "macedo2019"),
    ("very_leaky_relu", "max(0, v) + min(0, v)/3", "Very leaky ReLU", "graham2014"),
    ("modulus", "abs(v)", "Modulus", "valles2023"),
    ("tent", "max(0, 1 - abs(v))", "Tent, delta 1", "rozsa2019"),
    # torch.nn.Hardsigmoid has the slope 1/6, Keras before its third version 1/5.
    ("binary_hard_sigmoid", "max(0, min(1, (v + 1)/2))", "Hard sigmoid of BinaryConnect", "courbariaux2015"),
    ("keras_hard_sigmoid", "max(0, min(1, v/5 + 1/2))", "Hard sigmoid of Keras", "chollet2015"),
    # polynomials, roots and logarithms
    ("squared_relu", "relu(v)**2", "Squared ReLU", "so2021"),
    ("star_relu", "0.8944*relu(v)**2 - 0.4472", "StarReLU", "yu2022"),
    ("sparse_plus", "Piecewise((0, v <= -1), (v, v >= 1), ((v + 1)**2/4, True))", "Sparseplus", "jax2018"),
    (
        "sqnl",
        "Piecewise((1, v > 2), (v - v**2/4, v >= 0), (v + v**2/4, v >= -2), (-1, True))",
        "SQNL",
        "wuraola2018",
    ),
    (
        "smooth_step",
        "Piecewise((0, v <= -1/2), (1, v >= 1/2), (1/2 + 3*v/2 - 2*v**3, True))",
        "Smooth step, gamma 1",
        "hazimeh2020",
    ),
    # A survey has the two pieces the wrong way round.
    (
        "soft_modulus_q",
        "Piecewise((v**2*(2 - abs(v)), abs(v) <= 1), (abs(v), True))",
        "SoftModulusQ",
        "valles2023",
    ),
    # The authors' code; a survey has v + v**2/sqrt(1 + v**2) for negative v.
    ("fpflu", "max(v, v/(1 + v**2))", "FPFLU", "zhu2021pflu"),
    ("isrlu", "Piecewise((v, v >= 0), (v/sqrt(1 + v**2), True))", "ISRLU", "carlile2017"),
    ("nlrelu", "log(1 + relu(v))", "Natural-logarithm ReLU, beta 1", "liu2019"),
    # exponentials and the like
    ("soft_modulus_t", "v*tanh(100*v)", "SoftModulusT", "valles2023"),
    ("reu", "Piecewise((v, v > 0), (v*exp(v), True))", "REU", "ying2019"),
    ("delu", "Piecewise((v*sigmoid(v), v <= 0), (1.5*v + 1 - exp(-v), True))", "DELU, n 1", "pishchik2023"),
    ("xielu", "Piecewise((0.8*v**2 + v/2, v > 0), (0.8*(exp(v) - 1 - v) + v/2, True))", "xIELU", "huang2024"),
    ("slu", "Piecewise((v, v >= 0), (2*log((1 + exp(v))/2), True))", "SLU", "zhao2018"),
    ("erf_relu", "Piecewise((v, v >= 0), (erf(v), True))", "ErfReLU, alpha 1", "rajanand2023"),
    ("penalized_tanh", "Piecewise((tanh(v), v > 0), (tanh(v)/4, True))", "Penalized tanh", "xu2016"),
    ("elish", "Piecewise((v*sigmoid(v), v >= 0), ((exp(v) - 1)*sigmoid(v), True))", "ELiSH", "basirat2018"),
    # Some code has exp(v - 1), a survey 1 + exp(-v), for exp(v) - 1.
    (
        "hard_elish",
        "Piecewise((v, v >= 0), (exp(v) - 1, True))*max(0, min(1, (v + 1)/2))",
        "HardELiSH",
        "basirat2018",
    ),
    (
        "rsigelu",
        "Piecewise((v + v*sigmoid(v)/2, v > 1), (v, v >= 0), ((exp(v) - 1)/2, True))",
        "RSigELU, alpha 1/2",
        "kilicarslan2021",
    ),
    ("flatten_t_swish", "relu(v)*sigmoid(v) - 0.2", "Flatten-T Swish", "chieng2018"),
    ("hyper_sinh", "Piecewise((sinh(v)/3, v > 0), (v**3/4, True))", "hyper-sinh", "parisi2020"),
    (
        "cosine_squasher",
        "Piecewise((0, v < -pi/2), (1, v > pi/2), ((1 + sin(v))/2, True))",
        "Cosine squasher",
        "gallant1988",
    ),
]
_ROWS = {name: (text, title, source) for name, text, title, source in _SMOOTH + _PIECEWISE}


@cache
def _read(name: str) -> Activation:
    text, title, source = _ROWS[name]
    return Activation(name, parse(text), title, source)


class _Literature(Mapping[str, Activation]):
    """Activations by their names, each read from its text when it is first asked for."""

    def __getitem__(self, name: str) -> Activation:
        if name not in _ROWS:
            near = " or ".join(get_close_matches(name, _ROWS, n=3))
            raise UnknownActivation(f"{name!r} is not in this list{near and f': did you mean {near}?'}")
        return _read(name)

    def __contains__(self, name: object) -> bool:
        return name in _ROWS

    def __iter__(self) -> Iterator[str]:
        return iter(_ROWS)

    def __len__(self) -> int:
        return len(_ROWS)

    def __repr__(self) -> str:
        return f"{len(self)} activations of the literature: {', '.join(self)}"


#: Activations by their names, smooth ones first.
literature: Mapping[str, Activation] = _Literature()
