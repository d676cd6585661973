from analysis.theory.initial import initial_rows
from derivations import activations, derive


def test_rows_are_kept_and_follow_the_expression(tmp_path):
    derived = [derive(activations[name]) for name in ("relu", "tanh")]
    made = initial_rows(derived, tmp_path)
    assert [row["weights"] for row in made] == ["2", "1"]
    assert len(list((tmp_path / "initial").iterdir())) == len(derived)
    assert initial_rows(derived, tmp_path) == made
