"""Random compositions, asked of the library or the command line, and judged by the oracle.

`PYTHONPATH=tests/support python tests/commands/test_fuzz_proofs.py 500 SEED` tries so many, and prints a line for each
that fails, and a summary.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from asking import LIMIT, SLACK, STATUS_OF_OVERRUN, Answer, Worker, printed
from mpmath import mp, mpf
from oracle import DIGITS, Oracle
from sampling import EXACT, FAR, attained, extreme, outside, samples, slope, slopes

CONSTANTS = ["1/2", "0.87", "3", "1.702", "2", "1/3", "0.1", "5", "10", "1.5"]
SMOOTH = ["exp({})", "softplus({})", "sigmoid({})", "tanh({})", "erf({})", "atan({})", "sin({})", "cos({})"]
SMOOTH += ["sqrt(1 + ({})**2)", "exp(-({})**2)", "asinh({})", "log(3 + ({})**2)", "1/(1 + ({})**2)"]
PARTIAL = ["sqrt({})", "log({})", "1/({})", "atanh({})", "({})**0.5", "({})**(-1)", "acosh({})", "tan({})"]
BENT = ["Abs({})", "relu({})", "Max({}, 0)", "sign({})*({})", "sqrt(({})**2)"]
TOLERANCE = mpf(10) ** -25
PROVEN_AT_LEAST = 0.85
FEW = 5.0  # seconds: what takes longer takes ten, and is left
COUNT, IN_THE_SUITE = 30, 12  # compositions, and those of them that the suite asks for


def composition(draw: random.Random, depth: int) -> str:
    """A random expression, of which v is a part.

    >>> composition(random.Random(1), 2) == composition(random.Random(1), 2)
    True
    """
    if depth <= 0:
        return draw.choice(
            ["v", "v", "v", "{c}*v", "v + {c}", "v/{d}", "-v", "v - {c}", "{c}*v + {k}"]
        ).format(c=draw.choice(CONSTANTS), d=draw.choice(["2", "3", "1.702", "10"]), k=draw.choice(CONSTANTS))
    one = composition(draw, depth - 1)
    kind = draw.random()
    if kind < 0.40:
        return draw.choice(SMOOTH).format(one)
    if kind < 0.46:
        return draw.choice(PARTIAL).format(one)
    if kind < 0.54:
        return draw.choice(BENT).replace("{}", one)
    other = composition(draw, draw.randrange(depth))
    if kind < 0.64:
        return f"({one}) {draw.choice('+-')} ({other})"
    if kind < 0.78:
        return f"({one})*({other})"
    if kind < 0.83:
        return f"({one})/({draw.choice(['1 + exp({})', '2 + sin({})', '3 + ({})**2', '{}']).format(other)})"
    if kind < 0.88:
        return f"{draw.choice(['Max', 'Min'])}({one}, {other})"
    if kind < 0.93:
        return f"({one})**{draw.choice(['2', '3', '2', '4'])}"
    if kind < 0.96:
        return f"{draw.choice(CONSTANTS)}*({one})"
    relation, place = draw.choice(["<", "<=", ">", ">="]), draw.choice(["0", "0", "1", "-1/2"])
    return f"Piecewise(({one}, v {relation} {place}), ({other}, True))"


def compositions(seed: int, count: int) -> list[str]:
    """So many different ones, of depths two to four; the same for the same seed."""
    draw, found = random.Random(seed), {}
    while len(found) < count:
        found[composition(draw, draw.choice([2, 2, 3, 3, 4]))] = None
    return list(found)


@dataclass(frozen=True)
class Verdict:
    """How an answer was judged: proven, refused or unproven; or a word for what is wrong, and why."""

    kind: str
    reason: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.kind in ("proven", "refused", "unproven")


def judged(text: str, answer: Answer, count: int = 400) -> Verdict:
    """What the oracle thinks of the answer."""
    if answer.status == STATUS_OF_OVERRUN and not answer.failure:
        return Verdict("overrun")
    if answer.traceback:
        return Verdict("traceback", (answer.failure or answer.err).strip().splitlines()[-1])
    if answer.status not in (0, 2, 3):
        return Verdict("bad status", str(answer.status))
    if answer.seconds > LIMIT + SLACK:
        return Verdict("overrun", f"{answer.seconds:.1f} s")
    f = Oracle(text)
    nowhere = f.undefined()
    if answer.status == 0:
        if nowhere is not None:
            return Verdict("wrong", f"proven, and not real at {mp.nstr(nowhere, 12)}")
        return _proven(f, answer, count)
    if not answer.err.strip() or answer.err.strip().endswith(":"):
        return Verdict("no message", answer.err.strip())
    if answer.status == 3:
        return Verdict("unproven", answer.err.strip())
    if nowhere is None:
        return Verdict("wrong", f"refused, and real at every sample: {answer.err.strip()}")
    return Verdict("refused")


def _proven(f: Oracle, answer: Answer, count: int) -> Verdict:
    kinks = _points(answer)
    points = slopes(f, sorted([*samples(f, kinks[:10], count), *FAR[:4], *f.bends]))
    for x, value in outside(f, points, answer.parts, TOLERANCE):
        return Verdict("wrong", f"f'({mp.nstr(x, 20)}) = {mp.nstr(value, 25)} is outside of {_shown(answer)}")
    for part in answer.parts:
        if (x := attained(f, points, part)) is not None:
            return Verdict("wrong", f"f' attains an open end of {_shown(answer)} at {mp.nstr(x, 20)}")
    if len(kinks) == len(answer.kinks):
        for x in _unsaid_kinks(f, kinks):
            return Verdict("wrong", f"no derivative at {mp.nstr(x, 20)}, and not said: {answer.kinks}")
    for kink in kinks:
        with mp.workdps(DIGITS):
            if _smooth_about(f, kink):
                return Verdict("wrong", f"there is a derivative at {mp.nstr(kink, 20)}, and said to be none")
    return Verdict("proven", _far_from_ends(f, answer, points))


def _points(answer: Answer) -> list[mpf]:
    """The kinks that are numbers; a family of infinitely many has a letter in it."""
    found = []
    with mp.workdps(DIGITS):
        for kink in answer.kinks:
            try:
                found.append(printed(kink))
            except (TypeError, ValueError, SyntaxError):
                continue
    return found


def _far_from_ends(f: Oracle, answer: Answer, points: list[tuple[mpf, mpf]]) -> str:
    """A word if no sample comes near an end: then the range may be wider than the truth."""
    low, high = answer.parts[0].lower, answer.parts[-1].upper
    sampled = [extreme(f, points, sign)[1] for sign in (-1, 1)]
    for end, value in zip((low, high), sampled, strict=True):
        width = high - low if mp.isfinite(high - low) else 1 + abs(end)
        if mp.isfinite(end) and abs(end - value) > mpf("0.05") * width + TOLERANCE:
            return f"samples come to {mp.nstr(value, 8)} only, and {_shown(answer)} is given"
    return ""


def _unsaid_kinks(f: Oracle, kinks: list[mpf]) -> list[mpf]:
    with mp.workdps(DIGITS):
        return [
            x
            for x in f.bends
            if abs(x) < 20
            and all(abs(x - kink) > mpf(10) ** -10 for kink in kinks)
            and slope(f, x) is None
            and slope(f, x - mpf(10) ** -9, EXACT) is not None
            and slope(f, x + mpf(10) ** -9, EXACT) is not None
        ]


def _smooth_about(f: Oracle, x: mpf) -> bool:
    """Whether f has a derivative at x, and at what is printed as x with 20 digits."""
    closest = min((x, *f.bends), key=lambda bend: (bend == x, abs(bend - x)))
    return slope(f, x, EXACT) is not None and (
        abs(closest - x) > mpf(10) ** -12 or slope(f, closest, EXACT) is not None
    )


def _shown(answer: Answer) -> str:
    return " ∪ ".join(
        f"{'(['[part['lower_closed']]}{part['lower']}, {part['upper']}{')]'[part['upper_closed']]}"
        for part in answer.derivation["gradient_range"]
    )


@pytest.fixture(scope="module")
def worker():
    worker = Worker()
    yield worker
    worker.stop()


@pytest.fixture(scope="module")
def command():
    worker = Worker(of_all=True)
    yield worker
    worker.stop()


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, marks=[pytest.mark.release] if place >= IN_THE_SUITE else [])
        for place, text in enumerate(compositions(seed=20, count=COUNT))
    ],
)
def test_a_random_composition_is_proven_refused_or_left_and_never_wrong(worker, text):
    verdict = judged(text, worker.ask(text, limit=FEW))
    assert verdict.good, f"{verdict.kind}: {verdict.reason}"


@pytest.mark.slow
@pytest.mark.release
@pytest.mark.parametrize("text", compositions(seed=20, count=IN_THE_SUITE))
def test_all_that_is_derived_of_a_random_composition_is_told_by_the_command_line(command, text):
    verdict = judged(text, command.ask(text, limit=FEW))
    assert verdict.good, f"{verdict.kind}: {verdict.reason}"


def said(lower: str, upper: str, closed: str, kinks: tuple[str, ...] = ()) -> Answer:
    """An answer that nobody gave: one interval, closed at the sides that are named."""
    part = {"lower": lower, "upper": upper, "exact_lower": lower, "exact_upper": upper}
    part |= {"lower_closed": "lower" in closed, "upper_closed": "upper" in closed}
    return Answer(0, json.dumps({"gradient_range": [part], "not_differentiable_at": kinks}), "", 0.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "answer", "kind"),
    [
        ("sigmoid(v)", said("0", "0.25", "upper"), "proven"),
        ("sigmoid(v)", said("0", "0.25", ""), "wrong"),
        ("sigmoid(v)", said("0", "0.2499", "upper"), "wrong"),
        ("sigmoid(v)", said("0", "0.25", "upper", ("0",)), "wrong"),
        ("sigmoid(v)", said("0", "0.24999999999999999999999", "upper"), "wrong"),
        ("relu(v)", said("0", "1", "lower upper", ("0",)), "proven"),
        ("relu(v)", said("0", "1", "lower upper"), "wrong"),
        ("relu(v)", said("0", "1", "upper", ("0",)), "wrong"),
        ("sign(v) + v", said("1", "1", "lower upper"), "wrong"),
        ("log(v)", said("0", "1", "lower upper"), "wrong"),
        ("v*(1/v)", said("0", "0", "lower upper"), "wrong"),
        ("1/(v**2 - 2)", said("-inf", "inf", ""), "wrong"),
        ("1/(v**2 - 2*v + 1)", said("-inf", "inf", ""), "wrong"),
        ("tanh(v)", Answer(2, "", "tanh(v) is not real at 0", 0.0), "wrong"),
        ("log(1 - tanh(v)**2)", Answer(2, "", "it is not real", 0.0), "wrong"),
        ("log(v)", Answer(2, "", "log(v) is not real at 0", 0.0), "refused"),
        ("tanh(v)", Answer(3, "", "The range could not be proven: ", 0.0), "no message"),
        ("tanh(v)", Answer(1, "", "", 0.0, "Traceback"), "traceback"),
    ],
)
def test_a_false_answer_is_seen(text, answer, kind):
    assert judged(text, answer).kind == kind


def test_the_generator_gives_the_same_again_and_v_in_each():
    assert compositions(3, 30) == compositions(3, 30)
    assert all("v" in text for text in compositions(3, 30))


def main(count: int, seed: int) -> None:
    """Try so many, and tell."""
    worker, kinds, times, real = Worker(of_all=True), Counter(), [], 0
    began = time.perf_counter()
    for text in compositions(seed, count):
        answer = worker.ask(text)
        verdict = judged(text, answer)
        kinds[verdict.kind] += 1
        times.append((answer.seconds, text))
        real += Oracle(text).undefined() is None
        if verdict.kind == "proven" and verdict.reason:
            print(f"look at             {text}\n           {verdict.reason}", flush=True)
        if not verdict.good or (verdict.kind == "unproven" and "--unproven" in sys.argv):
            print(
                f"{verdict.kind:10} {answer.seconds:5.1f} s  {text}\n           {verdict.reason[:300]}",
                flush=True,
            )
    worker.stop()
    print(f"\n{count} compositions of seed {seed} in {time.perf_counter() - began:.0f} s:")
    for kind in (
        "proven",
        "refused",
        "unproven",
        "wrong",
        "traceback",
        "overrun",
        "no message",
        "bad status",
    ):
        print(f"  {kind:10} {kinds[kind]:5}")
    fraction = kinds["proven"] / max(real, 1)
    print(f"  proven, of the {real} real everywhere: {fraction:.1%} (wanted: {PROVEN_AT_LEAST:.0%})")
    print("the slowest ten:")
    for seconds, text in sorted(times, reverse=True)[:10]:
        print(f"  {seconds:5.1f} s  {text}")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    main(*(numbers + [100, 0][len(numbers) :]))
