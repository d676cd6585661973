"""The studies that a report makes beside its own, by name: each changes one thing, and so shows what it does."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.studies.study import Study

FEW_EPOCHS = 10  # that are enough to see whether a network trains


def studies_beside(study: Study) -> Mapping[str, Study]:
    """Name -> study; none where the study has nothing to compare them with."""
    he = with_he_weights(study)
    return {"he": he} if he else {}


def all_studies(study: Study) -> tuple[Study, ...]:
    """The study itself, then those beside it."""
    return (study, *studies_beside(study).values())


def with_he_weights(study: Study) -> Study | None:
    """The deepest ReLU networks with He's weights in place of Glorot's, for the first few epochs.

    None for a study that has no such networks.
    """
    scale, _, shape = study.initializer.partition("_")
    if "relu" not in study.activations or scale != "glorot" or not study.deep:
        return None
    changed = {
        "name": f"{study.name}, He's weights",
        "activations": ("relu",),
        "expressions": {},
        "depths": (max(study.depths),),
        "initializer": f"he_{shape}",
        "epochs": min(study.epochs, FEW_EPOCHS),
    }
    return study.model_copy(update=changed)
