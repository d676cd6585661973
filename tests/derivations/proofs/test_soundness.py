"""The prover against the corpus, through what a user sees: the command line's JSON, and a study's file."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from asking import LIMIT, SLACK, Answer, Worker, printed
from corpus import EIGHTH, GROUPS, ROWS, Proven, Refused
from mpmath import isfinite, mp, mpf
from oracle import DIGITS, Oracle
from sampling import number, outside, parts_of, samples, slopes

from analysis.studies.reading import StudyError, read

pytestmark = pytest.mark.slow  # each asks another process

PATIENCE = 20.0  # seconds for what is known to be provable: twice a user's, as the machine may be busy
REASONS = ("is not real", "is not defined")
UNPROVEN = 3
# From each group some, so that every kind is asked about where not all are.
FIRST = {
    row.text
    for group in GROUPS.values()
    for row in itertools.islice((row for row in group if not getattr(row, "hard", False)), 3)
} | {"v*sigmoid(1.702*v)"}


def rows(kind: type) -> list:
    mine = [row for row in ROWS if isinstance(row, kind)]
    first = [row for row in mine if row.text in FIRST]
    others = [row for row in mine if row.text not in FIRST][::EIGHTH]
    return [pytest.param(row, id=row.text) for row in [*first, *others]]


@pytest.fixture(scope="module", params=["gradient", pytest.param("all", marks=pytest.mark.release)])
def worker(request):
    """What is asked, for the gradient alone or for all that the command line says."""
    worker = Worker(of_all=request.param == "all")
    yield worker
    worker.stop()


def ask(worker: Worker, text: str, limit: float = PATIENCE) -> Answer:
    """The answer, which must be one: in time, without a traceback, and never without a word."""
    answer = worker.ask(text, limit=limit)
    assert not answer.traceback, answer.failure or answer.err
    assert answer.status in (0, 2, 3), answer.err
    assert answer.seconds <= limit + SLACK
    if answer.status == 0:
        assert answer.derivation["gradient_range"]
    else:
        assert answer.err.strip().rstrip(":") not in ("", "The gradient range could not be proven")
        assert not answer.err.strip().endswith(":")
    return answer


@pytest.mark.parametrize("row", rows(Refused))
def test_what_is_not_real_is_refused(worker, row):
    answer = ask(worker, row.text)
    assert answer.status == 2, answer.out[:300] or answer.err
    assert any(reason in answer.err for reason in REASONS), answer.err


@pytest.mark.parametrize("row", rows(Refused))
def test_a_study_refuses_it_at_its_line(tmp_path: Path, row):
    file = tmp_path / "mine.toml"
    file.write_text(f'depths = [2]\nseeds = 1\nepochs = 1\n[activations]\nmine = "{row.text}"\n')
    with pytest.raises(StudyError) as caught:
        read(str(file))
    assert "line 5" in str(caught.value)
    assert any(reason in str(caught.value) for reason in REASONS), str(caught.value)


@pytest.mark.parametrize("row", rows(Proven))
def test_what_is_proven_is_the_truth(worker, row):
    answer = ask(worker, row.text, LIMIT if row.hard else PATIENCE)
    if row.hard and answer.status == UNPROVEN:
        return
    assert answer.status == 0, answer.err
    check_values(answer, row)
    check_kinks(answer, row)
    f = Oracle(row.text)
    points = slopes(f, samples(f, [number(x) for x in (*row.near, *(row.kinks or ()))], count=300))
    assert outside(f, points, answer.parts, mpf(10) ** -18) == []


def check_values(answer: Answer, row: Proven) -> None:
    """The ends are those of the row, to 15 digits or as far as both are exact; closed where the row's are."""
    expected, given = parts_of(row.values), answer.parts
    printed_parts = answer.derivation["gradient_range"]
    said = "; ".join(f"{part['lower']} {part['upper']}" for part in printed_parts)
    assert len(given) == len(expected), said
    in_digits = "." in row.values
    for part, truth, shown in zip(given, expected, printed_parts, strict=True):
        assert (part.lower_closed, part.upper_closed) == (truth.lower_closed, truth.upper_closed), said
        for end, true, exact in (
            (part.lower, truth.lower, shown["exact_lower"]),
            (part.upper, truth.upper, shown["exact_upper"]),
        ):
            if not isfinite(true):
                assert end == true, said
                continue
            digits = 15 if in_digits or exact is None else 50
            with mp.workdps(DIGITS):
                assert abs(end - true) <= mpf(10) ** -digits * max(1, abs(true)), said
        for name in ("lower", "upper"):
            check_decimal(getattr(part, name), shown[name])


def check_decimal(end: mpf, decimal: str) -> None:
    """The decimal is that of the closed form, to the 20 digits that it has."""
    with mp.workdps(DIGITS):
        assert mpf(decimal) == end or abs(mpf(decimal) - end) <= mpf(10) ** -18 * abs(end), decimal


def check_kinks(answer: Answer, row: Proven) -> None:
    """No point is missing, and none invented."""
    if row.kinks is None:
        assert answer.kinks
        return
    assert len(answer.kinks) == len(row.kinks), answer.kinks
    with mp.workdps(DIGITS):
        given = sorted(printed(kink) for kink in answer.kinks)
        for point, truth in zip(given, sorted(map(number, row.kinks)), strict=True):
            assert abs(point - truth) <= mpf(10) ** -15 * max(1, abs(truth)), answer.kinks


@pytest.mark.parametrize("text", ["v#c", "v # the rest", "sigmoid(v) #"])
def test_nothing_of_the_text_is_dropped(worker, text):
    answer = ask(worker, text)
    assert answer.status == 2
    assert "#" in answer.err
