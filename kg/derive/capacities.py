"""Which figures state the capacity of a facility: ``cm:hasCapacity``.

Most figures of facilities say what lies in a deposit, and some what a plant made. Those that say
what it can make are named here, so that nobody has to look through the others.
"""

from __future__ import annotations

from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, iri

#: Properties that the rule reads.
PROPERTIES = ("cm:facility", "cm:facilityMeasure")
CLASSES: tuple[str, ...] = ()

_CAPACITY: Term = '"capacity"'


def find_capacities(records: Records) -> list[Triple]:
    """The capacities of each facility, one triple for each record of one."""
    return [
        (facility, iri("cm:hasCapacity"), record)
        for record, measures in records.pairs("cm:facilityMeasure")
        if _CAPACITY in measures
        for facility in records.all(record, "cm:facility")
        if not facility.startswith('"')
    ]
