"""What a page is given of kinds of networks to choose from."""

import json
import math

import pytest

from report.authoring import ABSENT
from report.authoring.explorer import explorer

KIND = {
    "activation": "tanh", "depth": 5, "weights": "$\\sigma_w$ = 1.5", "early": 1, "epochs": 3, "sum": -2.345,
    "trainable": True, "chi": [0.5123, None], "accuracy": [0.5, 0.6], "ends": [0.8, 0.9],
    "predicted": [-1.2345, None], "low": [], "high": [], "measured": [[-1.0, -2.06]],
}  # fmt: skip


def given(*kinds):
    """What the page reads."""
    [line] = [line for line in explorer(kinds).markdown.splitlines() if line.startswith("<div")]
    content = json.loads(line.partition('json">')[2].partition("</script>")[0])
    return [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]


def test_without_networks_there_is_nothing_to_choose():
    assert explorer([]) is ABSENT


def test_numbers_have_few_digits_and_texts_no_tex():
    [kind] = given(KIND)
    assert kind["weights"] == "σw = 1.5"
    assert kind["change"] == "−2.3"
    assert kind["chi"] == ["0.51", "0"]
    assert kind["predicted"] == [-1.2, None]
    assert kind["measured"] == [[-1.0, -2.1]]


def test_accuracies_are_given_after_the_early_epoch_and_the_last():
    [kind] = given(KIND)
    assert (
        kind["accuracy"].replace("\xa0", " ")
        == "50.0, 60.0 % after 1 epoch, 80.0, 90.0 % after 3 epochs (2 seeds)"
    )
    [short] = given(KIND | {"epochs": 1, "ends": KIND["accuracy"]})
    assert short["accuracy"].replace("\xa0", " ") == "50.0, 60.0 % after 1 epoch (2 seeds)"


@pytest.mark.parametrize(("total", "text", "edge"), [(-math.inf, "−∞", -30), (math.inf, "+∞", 15)])
def test_what_is_beyond_all_bounds_is_at_the_edge(total, text, edge):
    [kind] = given(KIND | {"sum": total, "trainable": None})
    assert (kind["change"], kind["place"]) == (text, edge)


def test_a_title_cannot_end_the_script():
    assert explorer([KIND | {"weights": "</script>"}]).markdown.count("</script>") == 1
