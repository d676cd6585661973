"""What a build says is amiss."""

from __future__ import annotations

import sys
from collections.abc import Sequence

FAILED = 1  # the exit status


def complain(messages: Sequence[str], strict: bool) -> None:
    """Say what is amiss; with `strict` that is the end."""
    for message in messages:
        print(message, file=sys.stderr)
    if messages and strict:
        raise SystemExit(FAILED)
