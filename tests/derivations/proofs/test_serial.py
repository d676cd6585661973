"""Derivations written as JSON and read back are the same, and nothing else can be read."""

from __future__ import annotations

import json

import pytest
from sympy import Symbol, gamma, sin

from derivations import Activation, activations, derive, v, verify
from derivations.calculus.serial import slopes_from_json, slopes_to_json
from derivations.language.trees import expression, tree
from derivations.proofs.serial import certificate_from_json, certificate_to_json


@pytest.mark.parametrize("name", ["relu", "tanh", "lecun", "silu", "gelu", "selu", "softsign", "hardswish"])
def test_what_is_written_is_read_back(name):
    derivation = derive(activations[name])
    slopes = slopes_from_json(json.loads(json.dumps(slopes_to_json(derivation.slopes))))
    proven = certificate_from_json(
        json.loads(json.dumps(certificate_to_json(derivation.gradient_range.certificate)))
    )
    assert slopes == derivation.slopes
    assert proven == derivation.gradient_range.certificate
    verify(proven)


def test_periodic_certificates_are_read_back():
    proven = derive(Activation("snake", v + sin(v) ** 2, "snake")).gradient_range.certificate
    assert certificate_from_json(json.loads(json.dumps(certificate_to_json(proven)))) == proven


@pytest.mark.parametrize(
    "written", [["__import__", "v"], ["eval", "1/1"], "w", ["Lambda", "v", "v"], [["v"]], 3]
)
def test_anything_else_is_refused(written):
    with pytest.raises((ValueError, TypeError)):
        expression(written)


@pytest.mark.parametrize("unknown", [Symbol("a"), gamma(v)])
def test_what_could_not_be_read_back_is_not_written(unknown):
    with pytest.raises(ValueError, match="not written"):
        tree(unknown)
