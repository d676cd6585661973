"""By what networks are trained: the compiled step, or torch where that is impossible, which is said."""

from __future__ import annotations

import platform
import re

import numpy as np
import pytest

from analysis.code.compiled import compiler
from analysis.training.by_torch import TorchNetworks
from analysis.training.compiled import CompiledNetworks
from analysis.training.epochs import train_stack
from analysis.training.ways import networks_of, why_by_torch


def no_package(patch):
    patch.setattr(compiler, "COMPILER", "no-such-compiler")


def no_flags(patch):
    patch.setattr(compiler, "FLAGS_OF", {})


def no_success(patch):
    patch.setattr(compiler, "FLAGS", (*compiler.FLAGS, "--no-such-flag"))


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (no_package, "the package no-such-compiler is not installed"),
        (no_flags, f"no flags of the compiler are known for the processor {platform.machine()}"),
        (no_success, "the compiler has failed: .*no-such-flag"),
    ],
)
def test_where_nothing_can_be_compiled_torch_trains_and_it_is_said_why(
    run, small_data, tmp_path, monkeypatch, trouble, said
):
    trouble(monkeypatch)
    assert re.match(said, why_by_torch("cpu", tmp_path), re.DOTALL)
    assert isinstance(networks_of([run()], small_data, np.float32, "cpu", tmp_path), TorchNetworks)
    [result] = train_stack([run()], small_data, cache=tmp_path)
    assert result.diverged_at is None


def test_an_accelerator_is_torch_s(libraries):
    assert why_by_torch("cuda", libraries) == "the device is cuda"


def test_on_a_processor_for_which_c_can_be_compiled_the_compiled_step_trains(run, small_data, libraries):
    if compiler.why_not():
        pytest.skip("nothing can be compiled here")
    assert why_by_torch("cpu", libraries) is None
    assert isinstance(networks_of([run()], small_data, np.float32, "cpu", libraries), CompiledNetworks)
