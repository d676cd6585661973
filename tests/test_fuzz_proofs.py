"""Random compositions, asked of the command line and judged by the oracle.

`python tests/test_fuzz_proofs.py 500 SEED` tries so many, prints a line for each that fails, and a summary.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from asking import LIMIT, SLACK, STATUS_OF_OVERRUN, Answer, Worker, printed
from mpmath import mp, mpf
from oracle import DIGITS, EXACT, Oracle, outside, samples, slope, slopes

CONSTANTS = ["1/2", "0.87", "3", "1.702", "2", "1/3", "0.1", "5", "10", "1.5"]
SMOOTH = ["exp({})", "softplus({})", "sigmoid({})", "tanh({})", "erf({})", "atan({})", "sin({})", "cos({})"]
SMOOTH += ["sqrt(1 + ({})**2)", "exp(-({})**2)", "asinh({})", "log(3 + ({})**2)", "1/(1 + ({})**2)"]
PARTIAL = ["sqrt({})", "log({})", "1/({})", "atanh({})", "({})**0.5", "({})**(-1)", "acosh({})", "tan({})"]
BENT = ["Abs({})", "relu({})", "Max({}, 0)", "sign({})*({})", "sqrt(({})**2)"]
TOLERANCE = mpf(10) ** -25
PROVEN_AT_LEAST = 0.85


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
    with mp.workdps(DIGITS):
        kinks = [printed(kink) for kink in answer.kinks if "n" not in kink.split()]
    points = slopes(f, samples(f, kinks[:10], count))
    for x, value in outside(f, points, answer.parts, TOLERANCE):
        return Verdict("wrong", f"f'({mp.nstr(x, 20)}) = {mp.nstr(value, 25)} is outside of {_shown(answer)}")
    for x in _unsaid_kinks(f, kinks):
        if answer.kinks == [] or len(kinks) == len(answer.kinks):
            return Verdict("wrong", f"no derivative at {mp.nstr(x, 20)}, and not said: {answer.kinks}")
    for kink in kinks:
        with mp.workdps(DIGITS):
            if _smooth_about(f, kink):
                return Verdict("wrong", f"there is a derivative at {mp.nstr(kink, 20)}, and said to be none")
    return Verdict("proven")


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


@pytest.mark.slow
@pytest.mark.parametrize("text", compositions(seed=20, count=25))
def test_a_random_composition_is_proven_refused_or_left_and_never_wrong(worker, text):
    verdict = judged(text, worker.ask(text))
    assert verdict.good, f"{verdict.kind}: {verdict.reason}"


def test_the_generator_gives_the_same_again_and_v_in_each():
    assert compositions(3, 30) == compositions(3, 30)
    assert all("v" in text for text in compositions(3, 30))


def main(count: int, seed: int) -> None:
    """Try so many, and tell."""
    worker, kinds, times = Worker(), Counter(), []
    began = time.perf_counter()
    for text in compositions(seed, count):
        answer = worker.ask(text)
        verdict = judged(text, answer)
        kinds[verdict.kind] += 1
        times.append((answer.seconds, text))
        if not verdict.good or (verdict.kind == "unproven" and "--unproven" in sys.argv):
            print(
                f"{verdict.kind:10} {answer.seconds:5.1f} s  {text}\n           {verdict.reason[:300]}",
                flush=True,
            )
    worker.stop()
    asked = count - kinds["refused"]
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
    fraction = kinds["proven"] / max(asked, 1)
    print(f"  proven, of those that were not refused: {fraction:.1%} (to be at least {PROVEN_AT_LEAST:.0%})")
    print("the slowest ten:")
    for seconds, text in sorted(times, reverse=True)[:10]:
        print(f"  {seconds:5.1f} s  {text}")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    main(*(numbers + [100, 0][len(numbers) :]))
