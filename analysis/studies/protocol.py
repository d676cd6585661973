"""What a report says of a study's protocol: its parts, whose it is, what follows for the bits of results."""

from __future__ import annotations

from analysis.studies.data import CLASSES, FULL_INTENSITY, Data
from analysis.studies.run import Protocol
from analysis.studies.study import Study

PUBLISHED = Protocol(epochs=100)  # by which the published coursework makes its learning curves
VECTOR = 16  # single-precision numbers: 512 bits, the longest in use


def protocol(study: Study, data: Data) -> list[dict[str, str]]:
    """A row per part of the protocol: what, value."""
    weights = f"{named_after(study.initializer)} {study.initializer.partition('_')[2]}".strip()
    batches = f"mini-batches of {study.batch_size}"
    parts = {
        "Data": f"{data.name}: {len(data.train_labels):,} training and {len(data.test_labels):,} test images",
        "Input": f"{data.train_images.shape[1]} pixels, each divided by {FULL_INTENSITY}",
        "Hidden layers": f"{study.width} units each, all connected",
        "Output": f"{CLASSES} units, softmax, mean cross-entropy",
        "Initial weights": f"{weights}; biases zero",
        "Training": f"gradient descent, learning rate {study.learning_rate:g}, {batches}",
        "Epochs": f"{study.epochs}",
        "Seeds": f"{study.seeds}",
    }
    return [{"what": what, "value": value} for what, value in parts.items()]


def named_after(initializer: str) -> str:
    """Whom a distribution of initial weights is named after, or what, in print.

    >>> named_after("he_normal"), named_after("orthogonal")
    ('He', 'Orthogonal')
    """
    scale = initializer.partition("_")[0]
    return {"lecun": "LeCun"}.get(scale, scale.capitalize())


def is_published(study: Protocol) -> bool:
    """Whether it is the protocol by which the published coursework makes its learning curves."""
    return all(getattr(study, name) == value for name, value in PUBLISHED)


def fills_vectors(study: Protocol, data: Data) -> bool:
    """Whether the arrays of each network fill whole vectors of the processor, in every mini-batch.

    Then no network's numbers share a vector with those of its neighbour in a stack, and its results are the same
    bits in any stack.
    """
    patterns = len(data.train_labels)
    sizes = (study.width, min(study.batch_size, patterns), patterns % study.batch_size)
    return all(size % VECTOR == 0 for size in sizes)
