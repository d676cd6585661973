"""Claims: checked, told from what doesn't hold, traced to their line."""

from pathlib import Path

import numpy as np
import pytest

from report.authoring.claims import claim, registered


def test_a_claim_that_holds_is_its_sentence() -> None:
    made = claim("Tanh   learns\nat depth 40.", np.bool_(True), evidence="95 %")
    assert made.holds is True
    assert str(made) == "Tanh learns at depth 40."


def test_a_claim_that_fails_shows_that_and_its_evidence() -> None:
    made = claim("Sigmoid learns.", 0.1135 > 0.5, evidence="11.35 %")
    assert not made.holds
    for part in ("Not supported", "Sigmoid learns.", "11.35\N{NO-BREAK SPACE}%", 'class="unsupported"'):
        assert part in str(made)


@pytest.mark.parametrize("condition", [1, None, "yes", np.array([True, True]), [True]])
def test_a_condition_is_true_or_false_and_nothing_else(condition: object) -> None:
    with pytest.raises(TypeError, match=r"Sigmoid learns.*True or False"):
        claim("Sigmoid learns.", condition, evidence="")


def test_claims_are_registered_in_order_with_their_lines() -> None:
    with registered() as claims:
        first = claim("One.", True, evidence="1")
        second = claim("Two.", False, evidence="2")
    claim("Three.", True, evidence="made when nothing collects claims")
    assert claims == [first, second]
    assert first.source.file == Path(__file__)
    assert second.source.line == first.source.line + 1
    assert 'claim("One."' in first.source.text()


def test_a_claim_that_compares_gives_its_difference_with_an_interval() -> None:
    made = claim("A beats B.", True, evidence="A 9, B 4", margin=[5.0, 5.1, 4.9], unit="points")
    assert made.status == "holds"
    assert (
        made.evidence
        == "A 9, B 4; difference 5.0 ± 0.2 points (95% interval of the paired differences, n = 3)"
    )


def test_a_margin_below_its_spread_leaves_a_claim_undecided() -> None:
    made = claim("A beats B.", True, evidence="", margin=[0.1, 0.1, 5.0])
    assert (made.holds, made.status) == (False, "undecided")
    assert "Undecided by these results" in str(made)
    failed = claim("A beats B.", False, evidence="", margin=[-0.1, -0.1, 5.0])
    assert failed.status == "not supported"


def test_with_few_seeds_each_difference_is_given() -> None:
    made = claim("A beats B.", True, evidence="A, B", margin=[0.5, 0.25], unit="points")
    assert made.evidence == "A, B; difference 0.5, 0.25 points (n = 2, no interval)"
    assert "inf" in claim("A.", True, evidence="", margin=[1, 1, float("inf")]).evidence
