"""What a record states, as the one triple that says most of it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.derive.spelling import Term, Triple, iri
from kg.engines.engine import Abandonment, Engine
from kg.explain.asking import Asker, Limits
from kg.explain.record import Record

#: Properties that hold what a record states, the most telling first.
_TELLING = (
    *("qudt:numericValue", "cm:low", "cm:high", "cm:part", "cm:statesSubstance"),
    *("cm:heldSubstance", "rdf:type"),
)


def statements(
    engine: Engine, records: Sequence[Term], client: Abandonment | None = None
) -> list[Triple]:
    """For each record of a list the triple that tells what it states; none for what is unknown.

    Raises what the engine raises.
    """
    found = Record.read_all(Asker(engine, Limits(), client), records)
    triples = []
    for term in records:
        record = found.get(term)
        name = next((name for name in _TELLING if record and record.one(name)), "")
        if record and name:
            triples.append((term, iri(name), record.one(name)))
    return triples
