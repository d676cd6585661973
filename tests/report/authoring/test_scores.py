"""What the table of scores shows of each kind of network."""

from __future__ import annotations

from made_up import made_up, study_of

from report.authoring import scores_table


def history(activation, depth, seed, epoch):
    test = {1: 0.5, 2: 0.92, 3: 0.3, 4: 0.95 - 0.01 * seed}[epoch]
    return {"test_accuracy": test if activation == "tanh" else 0.1, "train_accuracy": test + 0.02}


def test_every_seed_is_there_with_what_came_before() -> None:
    study = study_of(activations=("relu", "tanh"), depths=(5,))
    rows = str(scores_table(made_up(study, history).history)).splitlines()
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows[2:4]]
    assert cells[0][2:] == ["10.0, 10.0, 10.0", "86.0", "never", "0.0", "10.0"]
    assert cells[1][:2] == ["tanh", "5"]
    assert cells[1][2:] == ["95.0, 94.0, 93.0", "2.0", "2", "62.0", "93.0 to 95.0"]


def test_a_gap_below_zero_has_a_minus() -> None:
    worse = made_up(
        study_of(activations=("relu",), depths=(5,)), lambda *_: {"test_accuracy": 0.5, "train_accuracy": 0.4}
    )
    assert "| −10.0 |" in str(scores_table(worse.history))


def test_how_an_accuracy_in_the_end_is_meant_is_said() -> None:
    few, many = (study_of(activations=("relu",), depths=(5,), epochs=epochs) for epochs in (4, 20))
    assert "after the last epoch" in str(scores_table(made_up(few).history))
    assert "the mean of the last 2 epochs" in str(scores_table(made_up(many).history))
