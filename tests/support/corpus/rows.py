"""What a row says: where f is not real, or what f' takes and where it has none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refused:
    """f has no real value at `at`, a constant of the grammar."""

    text: str
    at: str


@dataclass(frozen=True)
class Proven:
    """The gradient range, and where f' does not exist.

    `kinks` are constants; None where there are infinitely many. An end with a decimal point has 25 correct
    digits. `near` are places that sampling has to look at. A row that is `hard` may be left unproven.
    """

    text: str
    values: str
    kinks: tuple[str, ...] | None = ()
    near: tuple[str, ...] = ()
    hard: bool = False


Row = Refused | Proven

EVERYWHERE = "(-oo, oo)"
BUT_ZERO = "(-oo, 0) ∪ (0, oo)"
AT_ZERO = ("0",)
WAVES = None  # infinitely many kinks
SILU = "[-0.0998393201288669169581849, 1.099839320128866916958185]"
V_TANH = "[-1.19967864025773383391637, 1.19967864025773383391637]"
SINC = "[-0.4361818172714584950887881, 0.4361818172714584950887881]"
