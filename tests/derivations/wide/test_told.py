import json

import pytest

from derivations import Activation, activations, derive, parse
from derivations.printing.documents import TERMINAL, WORDS, as_json
from derivations.wide.told import wide_dict, wide_steps


def told(name, form=TERMINAL, **options):
    known = activations.get(name) or Activation(name, parse(name), name)
    return "\n".join(line for step in wide_steps(derive(known), **options) for line in form.lines(step))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("relu", "at every q, with sigma_w^2 = 2 and sigma_b^2 = 0: the function is scale-invariant"),
        ("gelu", "q = 3/2 + sqrt(17)/2 = 3.561552…, with sigma_w^2 = 1.983058… and sigma_b^2 = 0.1729223…"),
        ("elu", "only in the limit of q to zero"),
        ("sigmoid", "No critical point was found"),
        ("sigmoid", "10 to a decade, and at zero; that there is no other point is not proven"),
        ("softplus", "That there is none is proven"),
        ("tanh", "torch.nn.init.calculate_gain has sigma_w = 5/3"),
        ("selu", "SELU's constants follow"),
        ("hardshrink", "The function jumps"),
        ("Abs(sin(v))", "not worked out: Abs(sin(v)) has infinitely many pieces"),
        ("exp(v**2)", "There is no gain"),
        ("tan(2)", "and the variance 0. The variance of v stays one with sigma_w = 0.4576575"),
    ],
)
def test_it_says_what_is_so(name, words):
    assert words in told(name)


def test_it_says_for_which_biases_the_edge_is():
    assert "With sigma_b = 1/5, chi_perp is one for sigma_w = 1.304145" in told("tanh")
    assert "With sigma_b = 0, chi_perp is one for sigma_w = 1, at the fixed point q = 0" in told(
        "tanh", biases=0
    )


def test_it_can_be_read_out():
    assert "with sigma sub w squared equals 1 and sigma sub b squared equals 0" in told("tanh", WORDS)


def test_other_programs_get_numbers_and_closed_forms():
    gelu = json.loads(as_json(derive(activations["gelu"]), wide_dict(derive(activations["gelu"]))))
    assert gelu["gradient_range"]
    point = gelu["critical"]["points"][0]
    assert (gelu["critical"]["class"], point["exact_q"]) == ("half-stable", "3/2 + sqrt(17)/2")
    assert (point["q"], point["weight_variance"]) == pytest.approx((3.5615528128, 1.9830582574), abs=6e-10)
    assert gelu["gain"]["torch"] is None
    relu = wide_dict(derive(activations["relu"]))
    assert relu["critical"]["points"][0]["q"] is None
    assert relu["critical"]["points"][0]["exact_q"] == "q"
    assert relu["edge_of_chaos"] == {"sigma_b": 0.2, "points": []}


def test_what_a_constant_lacks_is_null():
    gain = wide_dict(derive(Activation("constant", parse("1/4"), "constant")))["gain"]
    assert (gain["gain"], gain["variance"], gain["centred_gain"]) == (4, 0, None)


def test_what_is_not_known_is_null_with_the_reason():
    unknown = Activation("wave", parse("Abs(sin(v))"), "wave")
    assert wide_dict(derive(unknown)) == {
        "critical": None,
        "edge_of_chaos": None,
        "gain": None,
        "wide_unknown": "Abs(sin(v)) has infinitely many pieces",
    }
