"""Claims: what was found about a sentence, its verdict, its evidence in words, and its line."""

from __future__ import annotations

from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from analysis.findings.finding import Finding
from report.authoring import ABSENT, Claim, claim
from report.authoring.claims import claims_so_far, registered

SPACE = "\N{NO-BREAK SPACE}"


def status(holds=True, margin=None):
    return claim("A beats B.", Finding(holds, {}, margin=margin)).status


def evidence(numbers=None, **finding):
    return claim("A.", Finding(True, numbers or {}, **finding)).evidence


def test_a_claim_that_holds_is_its_sentence():
    made = claim("Tanh   learns\n    at depth 40.", Finding(True, {"tanh": [0.95]}))
    assert (made.status, made.holds, made.fails) == ("holds", True, False)
    assert str(made) == made._repr_markdown_() == "Tanh learns at depth 40."


def test_a_claim_that_fails_shows_that_and_its_evidence():
    made = claim("Sigmoid learns.", Finding(False, {"sigmoid": [0.1135]}))
    assert (made.status, made.holds, made.fails) == ("not supported", False, True)
    assert str(made) == (
        '<span class="unsupported"><span class="verdict">Not supported by these results:</span> '
        f"Sigmoid learns. (sigmoid: 11.35{SPACE}%)</span>"
    )
    assert made._repr_markdown_() == str(made)


def test_where_there_is_nothing_to_find_a_claim_is_absent_and_not_listed():
    with registered() as claims:
        assert claim("Sigmoid learns.", None) is ABSENT
    assert claims == []


@pytest.mark.parametrize("finding", [True, False, "yes", 1, (True, {})])
def test_a_claim_rests_on_a_finding_and_on_nothing_else(finding):
    with pytest.raises(TypeError, match=r"Sigmoid learns.*needs a Finding"):
        claim("Sigmoid learns.", finding)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (Finding(True, [0.5]), "the numbers of a Finding have names"),
        (Finding(True, {}, margin=3.0), "one value for each seed"),
        (Finding(True, {}, margin=[]), "one value for each seed"),
    ],
)
def test_a_finding_that_is_none_is_told_from_one(finding, said):
    with pytest.raises(TypeError, match=said):
        claim("Sigmoid learns.", finding)


def test_claims_are_registered_in_order_with_their_lines():
    with registered() as claims:
        first = claim("One.", Finding(True, {}))
        second = claim("Two.", Finding(False, {}))
        assert claims_so_far() == [first, second]
    claim("Three.", Finding(True, {}))  # nothing collects it
    assert claims == [first, second]
    assert claims_so_far() == []
    assert first.source.file == Path(__file__)
    assert second.source.line == first.source.line + 1
    assert 'claim("One."' in first.source.text()


def test_a_claim_is_kept_as_it_is():
    made = claim("A.", Finding(True, {"a": [1.0, 2.0]}, "number", margin=[1, 2, 3]))
    assert Claim.from_json(made.as_json()) == made


# The verdict: by all networks, and of a claim that compares by the interval of its differences ------------------------


@pytest.mark.parametrize(
    ("holds", "margin", "expected"),
    [
        (True, None, "holds"),
        (False, None, "not supported"),
        (True, [5.0, 5.1, 4.9], "holds"),
        (False, [5.0, 5.1, 4.9], "not supported"),  # whatever the mean says
        (True, [0.1, 0.1, 5.0], "undecided"),
        (False, [-0.1, -0.1, 5.0], "not supported"),
        (True, [1.0, 1.0, 1.0], "holds"),  # without any spread
        (True, [0.0, 0.0, 0.0], "undecided"),
        (True, [-1.0, -1.1, -0.9], "not supported"),  # a margin against it
        (True, [5.0, 5.1], "too few seeds"),
        (True, [5.0], "too few seeds"),
        (False, [5.0], "not supported"),
        (True, [inf, inf, inf], "holds"),  # as orders of magnitude above an exact zero, for every seed
        (True, [inf], "too few seeds"),
        (True, [17.0, inf, inf], "holds"),
        (True, [0.1, 5.0, inf], "undecided"),
        (True, [1.0, nan, 1.0], "undecided"),
        (True, [-inf, inf, inf], "undecided"),
        (False, [inf, nan, nan], "not supported"),
    ],
)
def test_the_verdict_is_that_of_all_networks_and_of_the_interval(holds, margin, expected):
    assert status(holds, margin) == expected


def test_numbers_of_numpy_are_numbers():
    assert status(np.bool_(True), np.array([5.0, 5.1, 4.9])) == "holds"
    assert status(np.bool_(False)) == "not supported"


def test_what_the_spread_leaves_open_is_marked():
    made = claim("A beats B.", Finding(True, {}, margin=[0.1, 0.1, 5.0]))
    assert made.fails
    assert '<span class="verdict">Undecided by these results:</span> A beats B. (difference' in str(made)


def test_of_few_seeds_it_is_said_that_it_was_seen_with_them():
    made = claim("A beats B.", Finding(True, {}, margin=[0.5, 0.25]))
    assert (made.holds, made.fails, made.seeds) == (False, False, 2)
    assert str(made) == "A beats B. (Seen with 2 seeds; no interval.)"
    assert str(claim("A.", Finding(True, {}, margin=[1]))) == "A. (Seen with 1 seed; no interval.)"


# The evidence: the least and the greatest of all networks, a remark, and the difference -------------------------------


def test_fractions_are_printed_in_per_cent_from_the_least_to_the_greatest():
    found = evidence({"tanh": [0.951, 0.9387, 0.95], "ReLU": [0.1135, 0.1135]})
    assert found == f"tanh: 93.87 to 95.10{SPACE}%; ReLU: 11.35{SPACE}%"


@pytest.mark.parametrize(
    ("values", "printed"),
    [
        ([1.5, 20.0, 3.25], "1.50 to 20"),
        ([12, 11105], "12 to 11,105"),
        ([0.0, 6.13e-15], r"0 to $6.13 \times 10^{-15}$"),
        ([-0.5, -0.25], "−0.500 to −0.250"),
        ([0.33333, 0.33334], "0.333"),
        ([1.0, nan], "not all finite"),
        ([inf], "not all finite"),
    ],
)
def test_other_numbers_are_printed_to_three_digits(values, printed):
    assert evidence({"ratio": values}, unit="number") == f"ratio: {printed}"


def test_numbers_of_no_network_are_left_out_and_a_remark_follows():
    assert evidence({"a": [0.5], "b": []}, remark="two of\n three") == f"a: 50.00{SPACE}%; two of three"
    assert evidence() == ""


def test_a_difference_is_given_with_its_interval():
    found = evidence({"A": [0.9]}, margin=[5.0, 5.1, 4.9], margin_unit="points")
    assert found == (
        f"A: 90.00{SPACE}%; difference 5.0 ± 0.2 points (95{SPACE}% interval of the paired differences, n = 3)"
    )


@pytest.mark.parametrize(
    ("margin", "printed"),
    [
        ([0.5, 0.25], "0.5, 0.25"),
        ([1, 1, inf], "1, 1, beyond all bounds"),
        ([nan, 1.0, 2.0], "not finite, 1, 2"),
    ],
)
def test_without_an_interval_each_difference_is_given(margin, printed):
    assert (
        evidence(margin=margin, margin_unit="points")
        == f"difference {printed} points (n = {len(margin)}, no interval)"
    )
