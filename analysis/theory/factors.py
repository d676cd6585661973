"""By what theory multiplies v upwards and the squared delta downwards, in the deepest networks of a study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.studies.initial_weights import CRITICAL
from analysis.studies.patterns import FULL_INTENSITY, Data
from analysis.studies.study import Study


@dataclass(frozen=True)
class Scales:
    """sigma_w^2 of a study's layers: the variance of a weight, times how many units the sum runs over.

    first, hidden, last   of v, which runs over the units below
    down                  of delta below the last layer, which runs over the classes
    biases                sigma_b^2 of hidden layers
    variance              of v in the first layer, as the images of the fixed mini-batch make it
    """

    first: float
    hidden: float
    last: float
    down: float
    biases: float
    variance: float

    @classmethod
    def of(cls, study: Study, data: Data) -> Scales | None:
        """Those of a study and its data; None where each activation has its own."""
        if study.initializer == CRITICAL:
            return None
        initial = study.initial_of(study.functions[0])
        pixels, width = data.train_images.shape[1], study.width
        (first, of_biases), (hidden, biases), (last, _) = (
            initial.variances(below, here)
            for below, here in ((pixels, width), (width, width), (width, data.classes))
        )
        square = np.square(data.train_images[: study.batch_size] / FULL_INTENSITY).mean()
        return cls(
            first=first * pixels,
            hidden=hidden * width,
            last=last * width,
            down=last * data.classes,
            biases=biases,
            variance=first * pixels * float(square) + of_biases,
        )


@dataclass(frozen=True)
class Factors:
    """chi, the factor of the squared delta, in networks of one activation.

    between  of each hidden layer whose delta comes from a hidden one, from the first on
    q        the variance of v that very deep networks come to, None where each is kept
    limit    chi there
    """

    between: tuple[float, ...]
    q: float | None
    limit: float


def factors(study: Study, predictions: pl.DataFrame, limits: pl.DataFrame) -> dict[str, Factors]:
    """By activation, at the greatest depth; without those of which there is no such layer, or no limit."""
    inner = predictions.filter(pl.col("layer") < pl.col("depth") - 1, depth=max(study.depths))
    inner = inner.drop_nulls("chi").sort("layer")
    found = {}
    for row in limits.drop_nulls("chi").to_dicts():
        between = tuple(inner.filter(activation=row["activation"])["chi"])
        if between:
            found[row["activation"]] = Factors(between, row["q"], row["chi"])
    return found
