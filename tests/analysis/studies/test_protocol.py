"""A study's protocol in print: its parts, and whose it is."""

from __future__ import annotations

from dataclasses import replace

from analysis.studies.protocol import is_published, protocol
from analysis.studies.reading import read
from analysis.studies.study import Study


def study(**changes):
    return Study(
        **{"name": "s", "activations": ["tanh"], "depths": [5], "seeds": 3, "epochs": 100, **changes}
    )


def test_each_part_of_the_protocol_has_a_row(small_data):
    changed = study(initializer="orthogonal", learning_rate=0.5, batch_size=7, width=12, epochs=2)
    rows = {row["what"]: row["value"] for row in protocol(changed, small_data)}
    assert rows == {
        "Data": "small: 75 training and 40 test images",
        "Input": "20 pixels, each divided by 255",
        "Hidden layers": "12 units each, all connected",
        "Output": "10 units, softmax, mean cross-entropy",
        "Initial weights": "Orthogonal; biases zero",
        "Training": "gradient descent, learning rate 0.5, mini-batches of 7",
        "Epochs": "2",
        "Seeds": "3",
    }
    assert protocol(study(), small_data)[4]["value"] == "Glorot uniform; biases zero"
    free = study(initializer="normal", sigma_w=1.2)
    assert protocol(free, small_data)[4]["value"] == "normal, $\\sigma_w$ = 1.2; biases zero"
    free = study(initializer="uniform", sigma_b=0.5)
    assert protocol(free, small_data)[4]["value"] == "uniform, $\\sigma_w$ = 1; $\\sigma_b$ = 0.5"
    assert "critical point" in protocol(study(initializer="critical"), small_data)[4]["value"]
    assert "torch.nn.Linear" in protocol(study(initializer="torch_default"), small_data)[4]["value"]


def test_of_ones_own_data_it_is_said_how_they_were_read(small_data):
    data = replace(
        small_data, name="a_$b$", classes=47, scaling="each divided by 65,535", notes=("cats, <dogs>",)
    )
    rows = {row["what"]: row["value"] for row in protocol(study(dataset="/a"), data)}
    assert rows["Data"] == 'the data "a\\_\\$b\\$": 75 training and 40 test images; cats, \\<dogs\\>'
    assert rows["Input"] == "20 pixels, each divided by 65,535"
    assert rows["Output"].startswith("47 units")


def test_only_the_protocol_counts_for_whose_it_is():
    assert is_published(study(depths=[2], seeds=1))
    assert is_published(read("standard"))
    assert is_published(read("full"))
    assert not is_published(read("quick"))
    for change in (
        {"width": 33},
        {"batch_size": 32},
        {"learning_rate": 0.1},
        {"initializer": "he_normal"},
        {"optimizer": "adam"},
    ):
        assert not is_published(study(**change))
    assert not is_published(study(dataset="KMNIST"))


def test_the_optimizer_is_named_with_its_constants(small_data):
    def training(**changes):
        return next(
            row["value"] for row in protocol(study(**changes), small_data) if row["what"] == "Training"
        )

    assert training(weight_decay=1e-4).startswith("gradient descent, weight decay 0.0001, learning rate 0.01")
    assert training(optimizer="momentum", momentum=0.8).startswith(
        "gradient descent with momentum 0.8, learning"
    )
    assert training(optimizer="adam").startswith("Adam with beta 0.9 and 0.999, learning rate 0.01")
