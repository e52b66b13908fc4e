"""Why a country is a major source: its share against the threshold of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from kg.derive.preference import BOUND
from kg.derive.spelling import Triple, iri
from kg.explain.asking import Asker
from kg.explain.record import Record, label, percent
from kg.explain.step import Step


def steps_to_major_source(asker: Asker, triple: Triple, graph: str) -> Sequence[Step]:
    """The step by which ``cm:hasMajorSource`` was written; what rests on it is for the axioms."""
    if triple[1] != iri("cm:hasMajorSource"):
        return ()
    found = Record.read_all(asker, [triple[2], f"<{graph}>"])
    exposure, setting = found[triple[2]], found[f"<{graph}>"]
    share, threshold = exposure.number("qudt:numericValue"), setting.number("cm:threshold")
    if share is None or threshold is None:
        return ()
    bound = " at least" if exposure.one("cm:status") == BOUND else ""
    reason = (
        f"{label(exposure.one('cm:inCountry'))} has{bound} {percent(share)} of "
        f"{label(triple[0])}, {label(exposure.one('cm:exposedStage'))}, "
        f"which reaches the threshold of {percent(threshold)} (figures as of "
        f"{label(exposure.one('cm:asOf'))})."
    )
    premises = (
        *exposure.triples("cm:exposedSubstance", "cm:sharedBy", "qudt:numericValue", "cm:asOf"),
        *setting.triples("cm:threshold", "cm:asOf"),
    )
    return [Step(triple, premises, None, "major-source", reason)]
