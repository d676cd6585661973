"""What a report says of a study's protocol: its parts, and whose it is."""

from __future__ import annotations

import re

from analysis.studies.data import DATASETS
from analysis.studies.initial_weights import CRITICAL, FREE
from analysis.studies.patterns import Data
from analysis.studies.run import Protocol
from analysis.studies.study import Study

PUBLISHED = Protocol(epochs=100)  # by which the published coursework makes its learning curves


def protocol(study: Study, data: Data) -> list[dict[str, str]]:
    """A row per part of the protocol: what, value."""
    batches = f"mini-batches of {study.batch_size}"
    images = f"{len(data.train_labels):,} training and {len(data.test_labels):,} test images"
    parts = {
        "Data": "; ".join([f"{called(study, data)}: {images}", *map(literal, data.notes)]),
        "Input": f"{data.train_images.shape[1]} pixels, {data.scaling}",
        "Hidden layers": f"{study.width} units each, all connected",
        "Output": f"{data.classes} units, softmax, mean cross-entropy",
        "Initial weights": _initial(study),
        "Training": f"{_optimizer(study)}, learning rate {_plain(study.learning_rate)}, {batches}",
        "Epochs": f"{study.epochs}",
        "Seeds": f"{study.seeds}",
    }
    return [{"what": what, "value": value} for what, value in parts.items()]


def called(study: Protocol, data: Data) -> str:
    """What the data of a study are called in a sentence: a folder of one's own by its name, in quotes."""
    return data.name if study.dataset in DATASETS else f'the data "{literal(data.name)}"'


def literal(text: str) -> str:
    r"""Text in Markdown as it is, whatever characters it has.

    >>> literal("a_b $x$"), literal("5 × 5")
    ('a\\_b \\$x\\$', '5 × 5')
    """
    return re.sub(r"([\\`*_{}\[\]<>#$~^@&'\"+-])", r"\\\1", text)


def _plain(value: float) -> str:
    """A number as it was given; a small one by its power of ten, in TeX.

    >>> _plain(0.01), _plain(1e-9)
    ('0.01', '$1 \\\\times 10^{-9}$')
    """
    mantissa, _, power = f"{value:g}".partition("e")
    return f"${mantissa} \\times 10^{{{int(power)}}}$" if power else mantissa


def _initial(study: Protocol) -> str:
    """How weights and biases are drawn, in words."""
    name = study.initializer
    if name in FREE:
        biases = f"$\\sigma_b$ = {study.sigma_b:g}" if study.sigma_b else "biases zero"
        return f"{name}, $\\sigma_w$ = {study.sigma_w:g}; {biases}"
    if name == "torch_default":
        return "uniform within one over the root of the fan-in, as torch.nn.Linear has them; so are biases"
    if name == CRITICAL:
        return "normal, with the variances of each activation's critical point; so are biases"
    return f"{named_after(name)} {name.partition('_')[2]}".strip() + "; biases zero"


def _optimizer(study: Protocol) -> str:
    """How a step is taken along a gradient, in words."""
    names = {
        "sgd": "gradient descent",
        "momentum": f"gradient descent with momentum {study.momentum:g}",
        "adam": f"Adam with beta {study.beta1:g} and {study.beta2:g}",
    }
    decays = f", weight decay {study.weight_decay:g}" if study.weight_decay else ""
    return names[study.optimizer] + decays


def named_after(initializer: str) -> str:
    """Whom a distribution of initial weights is named after, or what, in print.

    >>> named_after("he_normal"), named_after("torch_default")
    ('He', 'PyTorch')
    """
    scale = initializer.partition("_")[0]
    return {"lecun": "LeCun", "torch": "PyTorch"}.get(scale, scale.capitalize())


def whose_weights(study: Protocol) -> str:
    """What the initial weights of a study are called in print: after whom or what, or by how large free ones are.

    >>> whose_weights(Protocol(epochs=1)), whose_weights(Protocol(epochs=1, initializer="normal", sigma_w=1.5))
    ('Glorot', '$\\\\sigma_w$ = 1.5')
    """
    if study.initializer not in FREE:
        return named_after(study.initializer)
    biases = f", $\\sigma_b$ = {study.sigma_b:g}" if study.sigma_b else ""
    return f"$\\sigma_w$ = {study.sigma_w:g}{biases}"


def is_published(study: Protocol) -> bool:
    """Whether it is the protocol by which the published coursework makes its learning curves."""
    return all(getattr(study, name) == value for name, value in PUBLISHED)
