"""What several test modules share: a small data set, runs, and a decoded MNIST."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from analysis.workers.threads import ONE_THREAD

os.environ.update(ONE_THREAD)  # before NumPy is loaded, which reads it
# Hundreds of processes are started: none is to compile the project anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import numpy as np
import pytest
from hypothesis import settings

from analysis.studies.data import load
from analysis.studies.patterns import Data
from analysis.studies.run import Run, written
from analysis.training import ways
from derivations import Activation, activations, parse

# The same commit passes or fails alike wherever it is tested; new examples are looked for with THOROUGH=1.
settings.register_profile("same examples", derandomize=True, deadline=None)
if not os.environ.get("THOROUGH"):
    settings.load_profile("same examples")


@pytest.fixture
def run() -> Callable[..., Run]:
    """Makes a run of a small protocol, of a registered activation or an expression; keywords change it."""

    def make(activation: str = "tanh", depth: int = 3, seed: int = 0, **protocol: object) -> Run:
        small = {"epochs": 2, "width": 8, "batch_size": 16, "learning_rate": 0.1} | protocol
        function = activations.get(activation) or Activation(activation, parse(activation), activation)
        text = written(function)
        return Run(activation=activation, expression=text, depth=depth, seed=seed, **small)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def small_data() -> Data:
    """Random images with learnable labels; 75 patterns, so that batches of 16 leave an incomplete one."""
    rng = np.random.default_rng(1)
    train, test = (rng.integers(0, 256, (count, 20), dtype=np.uint8) for count in (75, 40))
    return Data("small", train, train[:, :10].argmax(1), test, test[:, :10].argmax(1))


@pytest.fixture(scope="session")
def mnist_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder into which MNIST has been decoded."""
    cache = tmp_path_factory.mktemp("cache")
    load("MNIST", cache)
    return cache


@pytest.fixture
def cache(mnist_cache: Path, libraries: Path, tmp_path: Path) -> Path:
    """A cache folder of the test's own, in which MNIST is decoded and no result is stored."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "MNIST").symlink_to(mnist_cache / "MNIST")
    (tmp_path / "cache" / "compiled").symlink_to(libraries / "compiled")
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which all tests keep what they compile, and nothing else."""
    folder = tmp_path_factory.mktemp("libraries")
    (folder / "compiled").mkdir()
    return folder


@pytest.fixture(params=["compiled", "torch"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, libraries: Path) -> str:
    """By what networks are trained: the test is made once with each."""
    if request.param == "torch":
        monkeypatch.setattr(ways, "why_by_torch", lambda device, folder: "the test asks for it")
    elif reason := ways.why_by_torch("cpu", libraries):
        pytest.skip(reason)
    return str(request.param)
