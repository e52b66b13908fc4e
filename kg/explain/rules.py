"""The rules that write derived records, by the graph that they write into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kg.derive.spelling import Triple
from kg.explain.asking import Asker
from kg.explain.capacities import steps_to_capacity
from kg.explain.comparisons import steps_to_comparison
from kg.explain.contents import steps_to_content
from kg.explain.coverages import steps_to_coverage
from kg.explain.exposures import steps_to_exposure
from kg.explain.listings import steps_to_listing
from kg.explain.major_sources import steps_to_major_source
from kg.explain.normal_figures import steps_to_normal_figure
from kg.explain.owners import steps_to_owner
from kg.explain.record import Record
from kg.explain.record_counts import steps_to_record_count
from kg.explain.shares import steps_to_share
from kg.explain.step import Step
from kg.namespaces import (
    GRAPH_DERIVED_CAPACITIES,
    GRAPH_DERIVED_COMPARISONS,
    GRAPH_DERIVED_CONTENTS,
    GRAPH_DERIVED_COVERAGE,
    GRAPH_DERIVED_EXPOSURE,
    GRAPH_DERIVED_LISTINGS,
    GRAPH_DERIVED_MAJOR_SOURCES,
    GRAPH_DERIVED_NORMALISED,
    GRAPH_DERIVED_OWNERSHIP,
    GRAPH_DERIVED_RECORD_COUNTS,
    GRAPH_DERIVED_SHARES,
)

#: What records of shares, exposures, comparisons, coverages, listings, contents and normal figures
#: lead to, hop by hop.
_HOPS = (
    (
        *("cm:restsOn", "cm:alsoStated", "cm:computedFrom", "cm:compares", "cm:convertedWith"),
        *("cm:coverageOf", "cm:lists", "cm:listsShare", "cm:worldTotal"),
        *("cm:itemOfProduct", "cm:itemOfSubstance"),
    ),
    ("cm:supplyPosition", "prov:wasDerivedFrom", "qudt:unit"),
    ("cm:substance", "dct:isPartOf"),
)
_RULES: Mapping[str, Callable[[Asker, Triple], Sequence[Step]]] = {
    GRAPH_DERIVED_SHARES: steps_to_share,
    GRAPH_DERIVED_EXPOSURE: steps_to_exposure,
    GRAPH_DERIVED_NORMALISED: steps_to_normal_figure,
    GRAPH_DERIVED_COMPARISONS: steps_to_comparison,
    GRAPH_DERIVED_COVERAGE: steps_to_coverage,
    GRAPH_DERIVED_LISTINGS: steps_to_listing,
    GRAPH_DERIVED_CONTENTS: steps_to_content,
    GRAPH_DERIVED_CAPACITIES: steps_to_capacity,
    GRAPH_DERIVED_OWNERSHIP: steps_to_owner,
    GRAPH_DERIVED_RECORD_COUNTS: steps_to_record_count,
}
_RECORDS = _RULES.keys() - {
    *(GRAPH_DERIVED_CAPACITIES, GRAPH_DERIVED_OWNERSHIP, GRAPH_DERIVED_RECORD_COUNTS)
}


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
    if rule := _RULES.get(graph):
        return rule(asker, triple)
    if graph.startswith(f"{GRAPH_DERIVED_MAJOR_SOURCES}/"):
        return steps_to_major_source(asker, triple, graph)
    return ()
