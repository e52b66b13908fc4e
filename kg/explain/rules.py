"""The rules that write derived records, by the graph that they write into."""

from __future__ import annotations

from collections.abc import Sequence

from kg.derive.spelling import Triple
from kg.explain.asking import Asker
from kg.explain.exposures import steps_to_exposure
from kg.explain.major_sources import steps_to_major_source
from kg.explain.owners import steps_to_owner
from kg.explain.record import Record
from kg.explain.shares import steps_to_share
from kg.explain.step import Step
from kg.namespaces import (
    GRAPH_DERIVED_EXPOSURE,
    GRAPH_DERIVED_MAJOR_SOURCES,
    GRAPH_DERIVED_OWNERSHIP,
    GRAPH_DERIVED_SHARES,
)

#: What records of shares and exposures lead to, hop by hop.
_HOPS = (
    ("cm:restsOn", "cm:alsoStated", "cm:computedFrom"),
    ("cm:supplyPosition", "prov:wasDerivedFrom"),
    ("cm:substance", "dct:isPartOf"),
)
_RECORDS = {GRAPH_DERIVED_SHARES, GRAPH_DERIVED_EXPOSURE}


def steps_by_rules(asker: Asker, written: Sequence[tuple[Triple, str]]) -> list[Step]:
    """The steps by which rules wrote triples, each given with its graph; none for axioms.

    What all of them need is asked for together.
    """
    things = {triple[0] for triple, graph in written if graph in _RECORDS}
    for names in _HOPS:
        records = Record.read_all(asker, things)
        things = {value for one in records.values() for name in names for value in one.all(name)}
    asker.facts(things)
    return [step for triple, graph in written for step in _steps(asker, triple, graph)]


def _steps(asker: Asker, triple: Triple, graph: str) -> Sequence[Step]:
    if graph == GRAPH_DERIVED_SHARES:
        return steps_to_share(asker, triple)
    if graph == GRAPH_DERIVED_EXPOSURE:
        return steps_to_exposure(asker, triple)
    if graph == GRAPH_DERIVED_OWNERSHIP:
        return steps_to_owner(asker, triple)
    if graph.startswith(f"{GRAPH_DERIVED_MAJOR_SOURCES}/"):
        return steps_to_major_source(asker, triple, graph)
    return ()
