"""Tables of activations: short where columns are narrow, and honest about what is unproven or does not exist."""

from __future__ import annotations

from functools import cache

import pytest

from derivations import Activation, Derivation, activations, derive, differentiate, parse
from derivations.derivation import Known
from derivations.printing.tables import atlas_rows, range_ends, range_rows, shape_rows


def row(rows, name):
    return rows([derive(activations[name])])[0]


@cache
def unproven():
    """A derivation whose search has failed before."""
    activation = Activation("mine", parse("v*sin(v) + v*cos(2*v)"), "mine")
    return Derivation(activation, known=Known(differentiate(activation.expression), unproven="too hard"))


def test_ranges_are_formulas_and_ends_are_words():
    assert row(range_rows, "sigmoid") == {
        "activation": "sigmoid",
        "function": r"$\frac{1}{1 + e^{- v}}$",
        "slope": r"$\sigma(v) (1 - \sigma(v))$",
        "range": r"$\left(0, \frac{1}{4}\right]$",
    }
    words = range_ends([derive(activations["sigmoid"]), unproven(), derive(activations["relu"])])
    assert words == "sigmoid: range from 0 to 0.25; ReLU: range from 0 to 1"
    assert range_ends([unproven()]) == ""


def test_what_is_unproven_is_said_so_in_every_table():
    assert range_rows([unproven()])[0]["range"] == "unproven"
    (in_atlas,) = atlas_rows([unproven()])
    assert (in_atlas["range"], in_atlas["certificate"]) == ("–", "unproven")
    assert in_atlas["name"] == "mine<br>of this study"
    assert shape_rows([unproven()])[0]["constants"].startswith("$f$: ?")


@pytest.mark.parametrize(
    ("name", "range", "certificate", "kinks"),
    [
        ("tanh", r"$\left(0, 1\right]$", "exact", "–"),
        ("hardtanh", r"$\left\{0, 1\right\}$", "exact", r"$\pm 1$"),
        # A closed form that is long is a decimal here: 1/2 + erf(1)/2 + exp(-1)/sqrt(pi).
        ("gelu", r"$\left[-0.1289041\ldots, 1.128904\ldots\right]$", "exact", "–"),
        ("silu", r"$\left[-0.09983932\ldots, 1.099839\ldots\right]$", "enclosed", "–"),
    ],
)
def test_the_atlas_has_the_range_its_proof_and_the_kinks(name, range, certificate, kinks):
    found = row(atlas_rows, name)
    assert (found["range"], found["certificate"], found["kinks"]) == (range, certificate, kinks)


def test_the_atlas_has_a_letter_for_an_inner_function():
    assert row(atlas_rows, "mish")["function"].split("<br>") == [
        r"$f = v \tanh(u)$",
        r"$f' = \tanh(u) + \frac{v e^{v} (1 - \tanh^{2}(u))}{1 + e^{v}}$",
        r"$u = \ln(1 + e^{v})$",
    ]
    assert "u" not in row(atlas_rows, "lecun")["function"].replace("\\ldots", "")


def test_the_atlas_cites_where_an_activation_is_from():
    assert row(atlas_rows, "tanh")["name"] == "tanh<br>[@lecun1998efficient]"


def test_shapes_are_what_is_proven_in_words():
    assert row(shape_rows, "tanh") | {"values": ""} == {
        "name": "tanh",
        "values": "",
        "constants": r"$f$: $1$<br>$f'$: $\frac{4 \sqrt{3}}{9}$",  # at tanh(v) = 1/sqrt(3)
        "words": "increasing, odd",
        "changes": "–",
    }
    assert row(shape_rows, "relu")["constants"] == "$f$: $1$<br>$f'$: none"  # it has a kink
    assert row(shape_rows, "threshold")["constants"] == "$f$: none<br>$f'$: none"  # it jumps
    assert row(shape_rows, "mish")["changes"].startswith("$-1.192")


def test_sign_changes_of_a_periodic_slope_come_again():
    sine = derive(Activation("sine", parse("sin(v)"), "sine"))
    assert shape_rows([sine])[0]["changes"].endswith(r" + $2 \pi n$")
