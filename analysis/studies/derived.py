"""Derivations, kept in the store, so that a build with nothing changed proves nothing again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import MadeWith, memo
from analysis.keeping.memo import why as why_memo
from derivations import Activation, Derivation, activations
from derivations.calculus.serial import slopes_from_json, slopes_to_json
from derivations.derivation import Known
from derivations.language.trees import tree
from derivations.proofs.serial import certificate_from_json, certificate_to_json

PROVER = "derivations.derivation"


def all_activations(functions: Sequence[Activation]) -> list[Activation]:
    """The activations that a report derives: those of its study, then the others that are registered."""
    return list(({function.name: function for function in functions} | activations).values())


def proven_with() -> MadeWith:
    """The code and the libraries that derive and prove."""
    return made_with(PROVER, "sympy", "python-flint", "mpmath")


def why(activation: Activation, cache: Path) -> str | None:
    """The reason, in words, why an activation would have to be derived; None where its derivation is stored."""
    return why_memo(cache / "derivations", tree(activation.expression), proven_with())


def derived(activation: Activation, cache: Path) -> Derivation:
    """The derivation of an activation. One that is read from the store is verified when it is first used."""
    derivation = Derivation(activation)

    def prove() -> dict[str, Any]:
        proven = [] if derivation.unproven else [derivation.gradient_range]
        others = [proven for proven in (derivation.facts.values, derivation.facts.curvature) if proven]
        return {
            "slopes": slopes_to_json(derivation.slopes),
            "unproven": derivation.unproven,
            "certificates": [certificate_to_json(each.certificate) for each in (*proven, *others)],
        }

    stored = memo(cache / "derivations", tree(activation.expression), proven_with(), prove)
    certificates = tuple(map(certificate_from_json, stored["certificates"]))
    known = Known(slopes_from_json(stored["slopes"]), certificates, stored["unproven"])
    return Derivation(activation, known=known)
