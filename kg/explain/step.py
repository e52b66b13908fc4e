"""One step of a derivation: what is concluded, from which premises, and by what."""

from __future__ import annotations

from dataclasses import dataclass

from kg.derive.spelling import Triple
from kg.explain.conclusions import Conclusion


@dataclass(frozen=True, slots=True)
class Step:
    """A triple follows from premises, by an axiom or by a rule.

    ``reason`` and ``notes`` are sentences in which ``{<iri>}`` stands for the label of a thing;
    with an axiom they are empty, for the axiom says it itself.
    """

    triple: Triple
    premises: tuple[Triple, ...]
    conclusion: Conclusion | None = None
    rule: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
