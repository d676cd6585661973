"""The registry: the activations of the report and of torch.nn, each with its source."""

from __future__ import annotations

from difflib import get_close_matches
from typing import NoReturn

from sympy import Abs, Expr, Max, Min, Piecewise, Rational, erf, exp, log, pi, sqrt, tanh

from derivations.language.activation import Activation, UnknownActivation, v
from derivations.language.literature import literature


def _logistic(x: Expr) -> Expr:
    return 1 / (1 + exp(-x))


_HALF = Rational(1, 2)
_SIXTH = Min(1, Max(0, v / 6 + _HALF))  # PyTorch's hard sigmoid, relu6(v + 3) / 6
# PyTorch's own constants of SELU (ATen's Activation.cpp), as it writes them.
_ALPHA, _SCALE = Rational("1.6732632423543772848170429916717"), Rational("1.0507009873554804934193349852946")


class _Registry(dict[str, Activation]):
    """Activations by their names; one that is not there is answered with the nearest names."""

    def __missing__(self, name: object) -> NoReturn:
        found = find_activation(str(name))
        raise UnknownActivation(f"{name!r} is not in this list: write find_activation({found.name!r})")

    def __repr__(self) -> str:
        return f"{len(self)} activations: {', '.join(self)}"


#: The activations of the report first, then every scalar one of torch.nn with its default parameters.
activations: dict[str, Activation] = _Registry(
    (activation.name, activation)
    for activation in [
        Activation("relu", Max(0, v), "ReLU", "nair2010"),
        Activation("tanh", tanh(v), "tanh", "lecun1998efficient"),
        Activation("sigmoid", _logistic(v), "sigmoid", "rumelhart1986"),
        Activation(
            "lecun",
            Rational("1.7159") * tanh(Rational(2, 3) * v) + Rational("0.01") * v,
            "LeCun",
            "lecun1998efficient",
        ),
        Activation("celu", Max(0, v) + Min(0, exp(v) - 1), "CELU", "barron2017"),
        Activation("elu", Piecewise((v, v > 0), (exp(v) - 1, True)), "ELU", "clevert2016"),
        Activation("gelu", v * (1 + erf(v / sqrt(2))) / 2, "GELU", "hendrycks2016"),
        Activation(
            "gelu_tanh",
            v * (1 + tanh(sqrt(2 / pi) * (v + Rational("0.044715") * v**3))) / 2,
            "GELU (tanh)",
            "hendrycks2016",
        ),
        Activation(
            "hardshrink", Piecewise((v, v > _HALF), (v, v < -_HALF), (0, True)), "Hardshrink", "pytorch2019"
        ),
        Activation("hardsigmoid", _SIXTH, "Hardsigmoid", "pytorch2019"),
        Activation("hardswish", v * _SIXTH, "Hardswish", "howard2019"),
        Activation("hardtanh", Max(-1, Min(1, v)), "Hardtanh", "pytorch2019"),
        Activation("leaky_relu", Max(0, v) + Min(0, v) / 100, "LeakyReLU", "maas2013"),
        Activation("logsigmoid", log(_logistic(v)), "LogSigmoid", "pytorch2019"),
        Activation("mish", v * tanh(log(1 + exp(v))), "Mish", "misra2020"),
        Activation("prelu", Max(0, v) + Min(0, v) / 4, "PReLU", "he2015"),
        Activation("relu6", Min(Max(0, v), 6), "ReLU6", "howard2019"),
        # In evaluation the slope is the middle of its range in training, from 1/8 to 1/3.
        Activation("rrelu", Max(0, v) + Min(0, v) * Rational(11, 48), "RReLU", "xu2015"),
        Activation(
            "selu", _SCALE * Piecewise((v, v > 0), (_ALPHA * (exp(v) - 1), True)), "SELU", "klambauer2017"
        ),
        Activation("silu", v * _logistic(v), "SiLU", "elfwing2018"),
        Activation("softplus", log(1 + exp(v)), "Softplus", "dugas2001"),
        Activation(
            "softshrink",
            Piecewise((v - _HALF, v > _HALF), (v + _HALF, v < -_HALF), (0, True)),
            "Softshrink",
            "pytorch2019",
        ),
        Activation("softsign", v / (1 + Abs(v)), "Softsign", "glorot2010"),
        Activation("tanhshrink", v - tanh(v), "Tanhshrink", "pytorch2019"),
        # torch.nn.Threshold has no defaults: these are the values of its documentation.
        Activation("threshold", Piecewise((v, v > Rational(1, 10)), (20, True)), "Threshold", "pytorch2019"),
    ]
)


#: What other libraries and papers call them, without underscores.
_ELSEWHERE = {
    "swish": "silu", "logistic": "sigmoid", "hswish": "hardswish", "gelunew": "gelu_tanh", "abs": "modulus",
    "sin": "sine", "atan": "arctan", "rectifier": "relu", "leaky": "leaky_relu",
}  # fmt: skip


def registered(name: str) -> Activation | None:
    """The activation of exactly that name, from the registry or the wider atlas; None where there is none."""
    return activations.get(name) or literature.get(name)


def find_activation(name: str) -> Activation:
    """The activation of that name, capitals and underscores aside, from the registry or the wider atlas.

    >>> find_activation("ReLU").name, find_activation("quickgelu").name
    ('relu', 'quick_gelu')
    """
    key = name.casefold().replace("_", "")
    near = []
    for known in (activations, literature):
        folded = {each.replace("_", ""): each for each in known}
        if key in folded:
            return known[folded[key]]
        near += [folded[match] for match in get_close_matches(key, folded, n=2)]
    if key in _ELSEWHERE:
        raise UnknownActivation(f"unknown activation {name!r}: it is called {_ELSEWHERE[key]} here")
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(activations)}."
    raise UnknownActivation(f"unknown activation {name!r}: {hint}")


def title(name: str) -> str:
    """How an activation is called in print.

    >>> title("leaky_relu"), title("my_own")
    ('LeakyReLU', 'my own')
    """
    known = registered(name)
    return known.title if known else name.replace("_", " ")
