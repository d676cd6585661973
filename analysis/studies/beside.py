"""The studies that a report makes beside its own, by name: each changes one thing, and so shows what it does.

Those that a study names may have studies beside them, too, such as the same networks at another learning rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.studies.run import Run
from analysis.studies.study import Study

FEW_EPOCHS = 10  # that are enough to see whether a network trains


def studies_beside(study: Study) -> Mapping[str, Study]:
    """Name -> study: He's weights, where the study has something to compare them with, then those that it names."""
    he = with_he_weights(study)
    return ({"he": he} if he else {}) | {each.name: each for each in study.beside}


def all_studies(study: Study) -> tuple[Study, ...]:
    """The study itself, then each of those beside it, followed by what is beside that."""
    return (study, *(one for each in studies_beside(study).values() for one in _with_its_own(each)))


def all_runs(study: Study) -> tuple[Run, ...]:
    """The runs of all of these studies; one that two of them share comes once."""
    return tuple(dict.fromkeys(run for each in all_studies(study) for run in each.runs))


def _with_its_own(study: Study) -> Iterator[Study]:
    yield study
    for each in study.beside:
        yield from _with_its_own(each)


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
        "beside": (),
    }
    return study.model_copy(update=changed)
