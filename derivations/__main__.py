"""python -m derivations: the registry, or one derivation, in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from derivations.derivation import Derivation, derive
from derivations.language.activation import Activation
from derivations.language.deadline import time_limit
from derivations.language.literature import literature as atlas
from derivations.language.parsing import CONSTANTS, ParseError
from derivations.language.pieces import NotReal, Unproven
from derivations.language.registry import UnknownActivation, activations, find_activation
from derivations.printing.documents import as_json, in_words, latex, terminal, typst_document
from derivations.printing.notation import set_text
from derivations.proofs.domain import parse
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
    try:
        if benchmark:
            _benchmark()
        elif name is None or literature:
            _list(atlas if literature else activations, timeout)
        else:
            with time_limit(timeout):
                print(_printed(derive(_activation(name), timeout), format, sigma_b))
    except (UnknownActivation, ParseError, NotReal) as error:
        print(error, file=sys.stderr)
        raise SystemExit(EXIT_USAGE) from None
    except Unproven as error:
        print(f"The gradient range could not be proven: {error}", file=sys.stderr)
        raise SystemExit(EXIT_UNPROVEN) from None


def _printed(derivation: Derivation, format: Format, sigma_b: float) -> str:
    """The derivation, and what wide random networks make of the activation."""
    if format is Format.json:
        return as_json(derivation, wide_dict(derivation, sigma_b))
    return _PRINT[format](derivation, wide_steps(derivation, sigma_b))


def _activation(name: str) -> Activation:
    """The activation of that name, or the one that the text defines."""
    if name.strip().isidentifier() and name.strip() not in CONSTANTS:
        return find_activation(name.strip())
    return Activation(name, parse(name), name)


def _list(listed: Mapping[str, Activation], timeout: float) -> None:
    """A line for each activation; raises `Unproven` at the end where there is a range that is not proven."""
    names = max(map(len, listed))
    functions = max(len(str(activation.expression)) for activation in listed.values())
    print(f"{'name':{names}}  {'f(v)':{functions}}  gradient range")
    unproven = []
    for name, activation in listed.items():
        derivation = derive(activation, timeout)
        if derivation.unproven:
            unproven.append(name)
        values = "unproven" if derivation.unproven else set_text(derivation.gradient_range.values)
        print(f"{name:{names}}  {activation.expression!s:{functions}}  {values}", flush=True)
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
    app()
