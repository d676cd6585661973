"""python -m derivations: the registry, or one derivation, in a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from enum import StrEnum
from io import TextIOWrapper
from shutil import get_terminal_size
from typing import Annotated

import typer

from derivations.derivation import Derivation, derive
from derivations.language.activation import Activation
from derivations.language.deadline import time_limit
from derivations.language.literature import literature as atlas
from derivations.language.parsing import ParseError
from derivations.language.pieces import NotReal, Unproven
from derivations.language.registry import UnknownActivation, activations
from derivations.printing.documents import as_json, in_words, latex, terminal, typst_document
from derivations.printing.listing import Listing, entry
from derivations.printing.notation import inline
from derivations.printing.written import slope_in_v
from derivations.wide.told import SIGMA_B, wide_dict, wide_steps

EXIT_USAGE, EXIT_UNPROVEN = 2, 3


class Format(StrEnum):
    """How a derivation is printed."""

    text = "text"
    latex = "latex"
    typst = "typst"
    words = "words"
    json = "json"


_PRINT = {
    Format.text: terminal,
    Format.latex: latex,
    Format.typst: typst_document,
    Format.words: in_words,
}

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    name: Annotated[
        str | None,
        typer.Argument(help="an activation, or an expression in v; none: list the registry"),
    ] = None,
    format: Annotated[Format, typer.Option(help="how to print it")] = Format.text,
    literature: Annotated[
        bool, typer.Option("--literature", help="list the wider atlas: activations of the literature")
    ] = False,
    benchmark: Annotated[
        bool, typer.Option("--benchmark", help="time the proof of every activation")
    ] = False,
    sigma_b: Annotated[
        float, typer.Option(min=0, help="standard deviation of the biases, for the edge of chaos")
    ] = SIGMA_B,
    timeout: Annotated[float, typer.Option(min=0.1, help="seconds for all of it")] = 60,
) -> None:
    """Derive an activation: its derivative, the proven range of it, its delta recursion, its initial weights."""
    slope = None
    try:
        if benchmark:
            _benchmark()
        elif name is None or literature:
            _list(atlas if literature else activations, format, timeout)
        else:
            with time_limit(timeout):
                derivation = derive(name, None)
                slope = inline(slope_in_v(derivation.slopes))
                print(_printed(derivation, format, sigma_b))
    except (UnknownActivation, ParseError, NotReal) as error:
        print(error, file=sys.stderr)
        raise SystemExit(EXIT_USAGE) from None
    except Unproven as error:
        print(f"The gradient range could not be proven: {error}", file=sys.stderr)
        if slope is not None:
            print(f"The derivative is f'(v) = {slope}", file=sys.stderr)
        raise SystemExit(EXIT_UNPROVEN) from None


def _printed(derivation: Derivation, format: Format, sigma_b: float) -> str:
    """The derivation, and what wide random networks make of the activation."""
    if format is Format.json:
        return as_json(derivation, wide_dict(derivation, sigma_b))
    return _PRINT[format](derivation, wide_steps(derivation, sigma_b))


def _list(listed: Mapping[str, Activation], format: Format, timeout: float) -> None:
    """A line for each activation, or all in JSON; raises `Unproven` at the end where a range is not proven."""
    if format not in (Format.text, Format.json):
        raise ParseError(f"a list is printed as text or json; name an activation to print it as {format}")
    listing = Listing(listed.values(), get_terminal_size((100, 24)).columns)
    unproven, entries = [], []
    if format is Format.text:
        print(listing.head)
    for name, activation in listed.items():
        derivation = Derivation(activation, timeout)
        if derivation.unproven:
            unproven.append(name)
        if format is Format.json:
            entries.append(entry(derivation))
        else:
            print(listing.line(derivation), flush=True)
    if format is Format.json:
        print(json.dumps(entries, indent=2, ensure_ascii=False))
    if unproven:
        raise Unproven(f"that of {', '.join(unproven)}")


def _benchmark() -> None:
    from derivations.benchmark import benchmark

    total = 0.0
    print(f"{'name':12}  seconds  proof     SymPy's function_range of f'")
    for row in benchmark():
        total += row.seconds
        print(f"{row.name:12}  {row.seconds:7.2f}  {row.kind:8}  {row.sympy}", flush=True)
    print(f"{'all':12}  {total:7.2f}")


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # a file on Windows would have no bars of fractions
    app()
