"""Why a figure is said to be a capacity of a facility."""

from __future__ import annotations

from collections.abc import Sequence

from kg.derive.spelling import Triple, iri
from kg.explain.asking import Asker
from kg.explain.record import Record, label
from kg.explain.step import Step


def steps_to_capacity(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step from a record that says of itself that it states the capacity of a facility."""
    facility, _, record = triple
    about = (record, iri("cm:facility"), facility)
    premises = (about, *Record.read(asker, record).triples("cm:facilityMeasure"))
    reason = f"A figure of {label(facility)} that measures its capacity is a capacity of it."
    return [Step(triple, premises, rule="capacity", reason=reason)]
