"""The polynomials of functions.c: `python -m analysis.code.compiled.fits` prints them as arrays of C.

Each is the polynomial of least relative error, found by Remez's exchange in 50 digits; the error that is printed is
that of the coefficients rounded to double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mpmath import (
    asin,
    atan,
    cos,
    erf,
    erfc,
    exp,
    expm1,
    log,
    log1p,
    lu_solve,
    matrix,
    mpf,
    pi,
    polyval,
    sin,
    sqrt,
    workdps,
)

Function = Callable[[mpf], mpf]


def extremes(xs: Sequence[mpf], errors: Sequence[mpf]) -> list[tuple[mpf, mpf]]:
    """The positions of the largest errors of alternating sign, left to right."""
    best: list[tuple[mpf, mpf]] = []
    for x, e in zip(xs, errors, strict=True):
        if best and (best[-1][1] > 0) == (e > 0):
            if abs(e) > abs(best[-1][1]):
                best[-1] = (x, e)
        else:
            best.append((x, e))
    return best


def remez(f: Function, low: mpf, high: mpf, degree: int) -> tuple[list[float], mpf]:
    """Coefficients, lowest first, of p with the least greatest |p/f - 1|."""
    low, high, n = mpf(low), mpf(high), degree + 2
    xs = [(low + high) / 2 + (high - low) / 2 * cos(pi * k / 1500) for k in range(1500, -1, -1)]
    fs = [f(x) for x in xs]
    at = dict(zip(xs, fs, strict=True))
    points = [xs[round(1500 * mpf(k) / (n - 1))] for k in range(n)]
    for _ in range(12):
        rows = [[x**k for k in range(degree + 1)] + [at[x] * (-1) ** i] for i, x in enumerate(points)]
        *c, level = lu_solve(matrix(rows), matrix([at[x] for x in points]))
        found = extremes(xs, [polyval(c[::-1], x) / fx - 1 for x, fx in zip(xs, fs, strict=True)])
        while len(found) > n:  # one too many: drop the smaller end
            found.pop(0 if abs(found[0][1]) < abs(found[-1][1]) else -1)
        if len(found) < n or max(abs(e) for _, e in found) < abs(level) * mpf("1.001"):
            break
        points = [x for x, _ in found]
    c = [float(x) for x in c]
    return c, max(abs(polyval([mpf(x) for x in c[::-1]], x) / fx - 1) for x, fx in zip(xs, fs, strict=True))


def over(f: Function) -> Function:
    """f(x)/x, with its limit at 0."""
    return lambda x: f(x) / x if x else f(mpf("1e-40")) / mpf("1e-40")


def of_square(f: Function) -> Function:
    """f as a function of x squared."""
    return lambda z: f(sqrt(z))


def erfcx(x: mpf) -> mpf:
    """erfc without its fast decay."""
    return exp(x * x) * erfc(x)


def fits() -> dict[str, tuple[Function, mpf, mpf, int]]:
    """Name -> what it approximates, from, to, degree."""
    return {
        "EXPM1": (over(expm1), "-0.3467", "0.3467", 7),
        "LOG1P": (over(log1p), sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1, 12),
        "SOFTPLUS": (over(log1p), 0, 1, 12),
        "SIN": (of_square(over(sin)), 0, (pi / 4 * mpf("1.0001")) ** 2, 4),
        "COS": (of_square(cos), 0, (pi / 4 * mpf("1.0001")) ** 2, 4),
        "ATAN": (of_square(over(atan)), 0, 1, 12),
        "ASIN": (of_square(over(asin)), 0, "0.25", 8),
        "ERF": (lambda z: over(erf)(sqrt(z + 8)), -8, "7.5", 19),
        "ERFC": (lambda t: erfcx(1 / t - mpf("2.5")), 1 / mpf("12.7"), 1 / mpf("2.5"), 12),
    }


def in_c(name: str, coefficients: Sequence[float], error: mpf) -> str:
    """An array of C, with the error of the fit."""
    head = f"static const double {name}[] = {{  // relative error 2^{float(log(error, 2)):.1f}"
    lines, line = [head], "   "
    for number in coefficients:
        if len(line) + len(f" {number!r},") > 96:
            lines.append(line)
            line = "   "
        line += f" {number!r},"
    return "\n".join([*lines, line[:-1] + "};"])


@workdps(50)
def main() -> None:
    """Print them all."""
    for name, fit in fits().items():
        print(in_c(name, *remez(*fit)))


if __name__ == "__main__":
    main()
