"""f' by finite differences, where f is sampled, and whether a range has what was found there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mpmath import mp, mpf
from oracle import DIGITS, Oracle
from real import TooLarge, Undefined

STEP = mpf(10) ** -17
AGREEMENT, EXACT = mpf(10) ** -8, mpf(10) ** -30


def slope(f: Callable[[mpf], mpf], x: mpf, agreement: mpf = AGREEMENT, step: mpf = STEP) -> mpf | None:
    """f'(x) by central differences, extrapolated; None where f has no derivative, or no value nearby.

    Both sides are looked at, at two steps: a kink, a jump or an infinite slope at x is seen. The sides are
    to agree to `agreement`: where f'' jumps or is infinite they do so less well than where f is smooth.
    """
    h = step * max(1, abs(x) / 10**15)
    try:
        here = f(x)
        right = [f(x + n * h) for n in (1, 2, 3, 4)]
        left = [f(x - n * h) for n in (1, 2, 3, 4)]
    except (Undefined, TooLarge):
        return None
    fine, coarse = (right[0] - left[0]) / (2 * h), (right[1] - left[1]) / (4 * h)
    value = (4 * fine - coarse) / 3
    sides = [
        sign * (-25 * here + 48 * f1 - 36 * f2 + 16 * f3 - 3 * f4) / (12 * h)
        for sign, (f1, f2, f3, f4) in ((1, right), (-1, left))
    ]
    noise = (abs(here) + abs(x)) * mpf(10) ** (8 - mp.dps) / h
    allowed = agreement * (1 + abs(value)) + noise
    agree = all(abs(side - value) <= allowed for side in sides)
    agree = agree and abs(fine - coarse) <= AGREEMENT * (1 + abs(value)) + noise
    return value if agree and abs(value) < mpf(10) ** 10 * (1 + abs(here)) / min(1, h * 10**17) else None


def samples(f: Oracle, near: Iterable[mpf] = (), count: int = 400, seed: int = 0) -> list[mpf]:
    """Points from -10^4 to 10^4: dense about 0, spaced by logarithm, random, close to bends and to `near`."""
    draw = random.Random(seed)
    near = [mpf(x) for x in near]
    points = {
        p + mpf(s) * mpf(10) ** -k for p in near for k in (0, 1, 2, 3, 5) for s in (1, -1, "0.3", "-0.3")
    }
    points.update(near)
    bends = list(f.bends)
    draw.shuffle(bends)
    for bend in bends[: count // 20]:
        points.update(bend + sign * mpf(10) ** -k for k in (0.4, 1, 2, 4) for sign in (1, -1))
    points.update(sign * mpf(10) ** (mpf(k) / 4) for k in range(-24, 17, 2) for sign in (1, -1))
    points.update(mpf(k) / 7 + mpf(1) / 1013 for k in range(-60, 61, 2))
    while len(points) < count:
        points.add(mpf(draw.choice([draw.uniform(-4, 4), draw.uniform(-40, 40), draw.gauss(0, 1)])))
    return sorted(points)


FAR = [sign * mpf(10) ** k for k in (6, 9, 14, 40, 400) for sign in (1, -1)]


def slopes(f: Oracle, points: Iterable[mpf]) -> list[tuple[mpf, mpf]]:
    """Each point about which f is smooth, and the derivative."""
    with mp.workdps(DIGITS):
        found = [(x, slope(f, x, EXACT)) for x in points]
    return [(x, value) for x, value in found if value is not None]


def extreme(f: Oracle, points: list[tuple[mpf, mpf]], sign: int, rounds: int = 40) -> tuple[mpf, mpf]:
    """The largest (sign 1) or smallest (-1) slope: the best of the points, and what is found around it."""
    best = max(range(len(points)), key=lambda n: sign * points[n][1])
    a, b = points[max(best - 1, 0)][0], points[min(best + 1, len(points) - 1)][0]
    found = points[best]
    with mp.workdps(DIGITS):
        for _ in range(rounds):
            tried = [(x, slope(f, x, EXACT)) for x in (a + (b - a) * k / 5 for k in (1, 2, 3, 4))]
            tried = [(x, value) for x, value in tried if value is not None]
            found = max([found, *tried], key=lambda pair: sign * pair[1])
            width = (b - a) / 4
            a, b = found[0] - width, found[0] + width
    return found


@dataclass(frozen=True)
class Part:
    """An interval of a range; one value where both ends are the same."""

    lower: mpf
    upper: mpf
    lower_closed: bool
    upper_closed: bool

    def has(self, value: mpf, tolerance: mpf) -> bool:
        """Whether the value is inside, up to a relative tolerance."""
        with mp.workdps(DIGITS):
            scale = max([1, *(abs(end) for end in (self.lower, self.upper) if mp.isfinite(end))])
            return self.lower - tolerance * scale <= value <= self.upper + tolerance * scale


def has(parts: Iterable[Part], value: mpf, tolerance: mpf) -> bool:
    """Whether one of the parts has the value."""
    return any(part.has(value, tolerance) for part in parts)


def outside(
    f: Oracle, points: Iterable[tuple[mpf, mpf]], parts: list[Part], tolerance: mpf
) -> list[tuple[mpf, mpf]]:
    """The points whose slope is in no part; with more digits too, as differences such as 1 - tanh(v) need."""
    found = [(x, value) for x, value in points if not has(parts, value, tolerance)]
    for digits in (400, 10_000):
        with mp.workdps(digits):
            again = [(x, slope(f, x, EXACT)) for x, _ in found[:5]]
        found = [(x, value) for x, value in again if value is not None and not has(parts, value, tolerance)]
    return found


def attained(f: Oracle, points: Iterable[tuple[mpf, mpf]], part: Part) -> mpf | None:
    """A point at which f' has the value of an end that the part leaves out, to 300 digits.

    Only points near zero are looked at: tanh(400) is 1 to 300 digits too.
    """
    ends = [
        end
        for end, closed in ((part.lower, part.lower_closed), (part.upper, part.upper_closed))
        if not closed
    ]
    close = [x for x, value in points if abs(x) <= 1 and any(abs(value - end) < EXACT for end in ends)]
    with mp.workdps(400):
        for x in close[:8]:
            value = slope(f, x, step=mpf(10) ** -80)
            if value is not None and any(abs(value - end) < mpf(10) ** -300 for end in ends):
                return x
    return None


def number(text: str) -> mpf:
    """A constant of the grammar, or oo, or -oo.

    >>> number("1/4"), number("-oo")
    (mpf('0.25'), mpf('-inf'))
    """
    text = text.strip()
    if text in ("oo", "-oo"):
        return mpf("inf" if text == "oo" else "-inf")
    with mp.workdps(DIGITS):
        return Oracle(text)(mpf(0))


def parts_of(text: str) -> list[Part]:
    """A range as it is printed.

    >>> [part.upper_closed for part in parts_of("{0} ∪ (1/2, 1]")]
    [True, True]
    """
    parts = []
    for written in text.split("∪"):
        written = written.strip()
        inner = _split(written[1:-1])
        if written[0] == "{":
            parts += [Part(number(value), number(value), True, True) for value in inner]
        else:
            low, high = map(number, inner)
            parts.append(Part(low, high, written[0] == "[", written[-1] == "]"))
    return sorted(parts, key=lambda part: part.lower)


def _split(text: str) -> list[str]:
    """At the commas that are in no parentheses."""
    found, depth = [""], 0
    for c in text:
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            found.append("")
        else:
            found[-1] += c
    return found
