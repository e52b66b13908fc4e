"""Which figures a coverage counts, and what they make up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from kg.derive.coverage import FROM_AMOUNTS
from kg.derive.spelling import Term, Triple, iri, lexical
from kg.explain.asking import Asker
from kg.explain.record import Record, label, percent, stated_in
from kg.explain.step import Step
from kg.explain.words import figure

#: Properties that a coverage has from figures that it counts, by their terms.
_TAKEN_OVER: Mapping[Term, str] = {
    iri("cm:figureStatus"): "cm:status",
    **{
        iri(name): name
        for name in ("cm:refYear", "cm:series", "cm:basis", "cm:unknownPositions", "rdfs:comment")
    },
}
#: Properties that a coverage has from the positions of its figures, and those of the positions.
_OF_POSITION: Mapping[Term, Term] = {
    iri("cm:coveredSubstance"): iri("cm:substance"),
    iri("cm:coveredStage"): iri("cm:atStage"),
}


def steps_to_coverage(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of a coverage was written."""
    coverage = Record.read(asker, triple[0])
    counted = list(Record.read_all(asker, coverage.all("cm:coverageOf")).values())
    if not counted:
        return ()
    _, predicate, value = triple
    positions = tuple(found for one in counted for found in one.triples("cm:supplyPosition"))
    premises: Iterable[Triple] = positions
    reason = (
        f"Countries with a figure of {label(coverage.one('cm:inRelease'))} for "
        f"{label(coverage.one('cm:coveredSubstance'))}, {label(coverage.one('cm:coveredStage'))}, "
        f"{lexical(coverage.one('cm:refYear'))}: {lexical(coverage.one('cm:knownPositions'))}."
    )
    if predicate in _TAKEN_OVER:
        name = _TAKEN_OVER[predicate]
        premises = [(one.term, iri(name), value) for one in counted if value in one.all(name)]
    elif predicate in _OF_POSITION:
        places = ((place, _OF_POSITION[predicate], value) for _, _, place in positions)
        premises = (*positions, *places)
    elif predicate == iri("cm:coverageOf"):
        premises = [found for found in positions if found[0] == value]
        reason = f"{reason} This is one of them."
    elif predicate == iri("cm:inRelease"):
        premises = stated_in(asker, counted, value)
    elif predicate == iri("cm:coveredYear"):
        premises = [found for one in counted for found in one.triples("cm:refYear")]
        if value == iri("cm:latest"):
            reason = f"{reason} No newer year has a figure that counts."
    elif predicate == iri("cm:knownShare"):
        premises, reason = _known(coverage, counted, value)
    return [Step(triple, tuple(dict.fromkeys(premises)), rule="coverage", reason=reason)]


def _known(
    coverage: Record, counted: Sequence[Record], value: Term
) -> tuple[Sequence[Triple], str]:
    """How much of the world the figures make up: each computed share says it, others are added."""
    known = percent(float(lexical(value)))
    if lexical(coverage.one("cm:workedOutFrom")) == FROM_AMOUNTS:
        said = [(one.term, iri("cm:knownShare"), value) for one in counted]
        return said, f"The listed countries of the table make up {known} of the world."
    parts = [found for one in counted for found in one.triples("qudt:numericValue")]
    total = math.fsum(float(lexical(part)) for _, _, part in parts)
    reason = f"The published shares of the countries add up to {figure(repr(round(total, 3)))} %."
    return parts, f"{reason} Counted as 100 %." if total > 100 else reason
