import pytest

from derivations import Activation, activations, derive, parse
from derivations.wide.tables import INITIAL, initial_row


def row(name):
    known = activations.get(name) or Activation(name, parse(name), name)
    return list(initial_row(derive(known)).values())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", ["ReLU", "scale-invariant", "any", "2", "0", "1.4142", "1", "1.7129", r"$\sqrt{2}$, 1"]),
        ("tanh", ["tanh", "$q = 0$", "0", "1", "0", "1.5925", "1.1778", "1.5925", "5/3, 1.2098"]),
        ("gelu", ["GELU", "half-stable", "3.5616", "1.9831", "0.1729", "1.5335", "1.0720", "1.7009", "–"]),
        ("softplus", ["Softplus", "none", "–", "–", "–", "1.0419", "0.3185", "1.9191", "–"]),
    ],
)
def test_a_row_has_class_point_and_gains(name, expected):
    assert row(name) == expected


def test_what_is_not_known_is_a_question_mark_and_what_does_not_exist_a_dash():
    assert row("Abs(sin(v))")[1:] == ["?"] * (len(INITIAL) - 1)
    assert row("exp(v**2)")[1:] == ["none", *["–"] * (len(INITIAL) - 2)]
