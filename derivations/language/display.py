"""How a value shows itself, to Python and to a notebook: by what `printing.displays` says of its class."""

from __future__ import annotations

from functools import singledispatch


@singledispatch
def as_text(shown: object) -> str:
    """A value on a line or a few, for a terminal."""
    raise NotImplementedError(type(shown).__name__)


@singledispatch
def as_tex(shown: object) -> str:
    """A value as TeX mathematics."""
    raise NotImplementedError(type(shown).__name__)


class Displayed:
    """A value that shows itself as formulas."""

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {as_tex(self)}$"
