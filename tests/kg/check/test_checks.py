"""Each check of the graph: an example that passes and one that fails."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from kg.check import check_graph, read_checks
from kg.namespaces import GRAPH, GRAPH_ONTOLOGY, sparql_prologue

PREFIXES = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
ONTOLOGY = """
cm:status-withheld skos:notation "withheld" . cm:status-measured skos:notation "measured" .
"""
CITED = """
cmd:cited prov:wasDerivedFrom cmd:citation . cmd:citation dct:isPartOf graph:usgs .
graph:usgs a cm:SourceRelease .
"""


def findings(check: str, facts: str, ontology: str = ONTOLOGY) -> list[str]:
    """Node and message of what one check finds in facts that two sources state alike."""
    store = Store()
    for turtle, graph in (
        (facts, f"{GRAPH}usgs"),
        (facts.replace("[]", "cmd:anonymous"), f"{GRAPH}iea"),
        (ontology, GRAPH_ONTOLOGY),
    ):
        for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE):
            store.add(Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph)))
    found = check_graph(store).problems
    return [f"{p.file} {p.message}" for p in found if p.column == check]


def share(name: str, country: str, value: float, more: str = "") -> str:
    return (
        f"cmd:{name} a cm:ShareObservation ; cm:refYear '2024'^^xsd:gYear ; qudt:numericValue "
        f"'{value}'^^xsd:double ; prov:wasDerivedFrom cmd:citation ; "
        f"cm:supplyPosition cmd:nd--{country} . {more}"
        f"cmd:nd--{country} cm:substance cmd:nd ; cm:atStage cm:stage-refining ; "
        f"cm:inCountry cmd:{country} . "
    )


def composition(*parts: str) -> str:
    return CITED + "".join(
        f"cmd:part-{i} a cm:CompositionItem ; cm:whole cmd:alloy ; cm:element cmd:e{i} ; "
        f"qudt:numericValue '{part}'^^xsd:double ; prov:wasDerivedFrom cmd:citation . "
        for i, part in enumerate(parts)
    )


def exposure(resting: str) -> str:
    return (
        f"cmd:exposure a cm:Exposure ; cm:inCountry cmd:CHN ; "
        f"qudt:numericValue '91'^^xsd:double . {resting}"
    )


#: check, facts that pass, facts that fail, the node that is named, a word of the message
EXAMPLES = [
    (
        "record-has-source",
        CITED + "cmd:cited a cm:Observation .",
        CITED + "cmd:o a cm:Observation ; prov:wasDerivedFrom cmd:nothing .",
        "cmd:o",
        "no citation",
    ),
    (
        "no-figure-has-no-number",
        "cmd:o cm:status cm:status-withheld ; cm:sourceFlag 'W' .",
        "cmd:o cm:status cm:status-withheld ; qudt:numericValue '0'^^xsd:double .",
        "cmd:o",
        "is withheld and has the number 0",
    ),
    (
        "figure-has-a-number",
        "cmd:o cm:status cm:status-measured ; qudt:numericValue '0'^^xsd:double .",
        "cmd:o cm:status cm:status-measured .",
        "cmd:o",
        "is measured and has no number",
    ),
    (
        "bound-has-an-end",
        "cmd:o cm:status cm:status-bound ; cm:low '95'^^xsd:double .",
        "cmd:o cm:status cm:status-bound ; qudt:numericValue '95'^^xsd:double ; "
        "cm:low '90'^^xsd:double .",
        "cmd:o",
        "has a value",
    ),
    (
        "bound-has-an-end",
        "cmd:e a cm:Exposure ; cm:status cm:status-bound ; qudt:numericValue '95'^^xsd:double .",
        "cmd:o cm:status cm:status-bound .",
        "cmd:o",
        "without an end",
    ),
    (
        "bound-has-an-end",
        "cmd:o cm:low '1'^^xsd:double ; cm:high '1'^^xsd:double .",
        "cmd:o cm:low '2'^^xsd:double ; cm:high '1'^^xsd:double .",
        "cmd:o",
        "above the high end",
    ),
    ("share-in-range", share("s", "CHN", 100), share("s", "CHN", 100.1), "cmd:s", "100.1"),
    (
        "shares-sum",
        CITED + share("a", "CHN", 91) + share("b", "MYS", 9.5),
        CITED + share("a", "CHN", 91) + share("b", "MYS", 9.6),
        "cmd:nd--",
        "shares of nd in 2024 from usgs sum to 100.6",
    ),
    (
        "shares-sum",
        CITED + share("a", "CHN", 91) + share("b", "EU", 50, "cmd:EU a cm:Bloc . "),
        CITED + share("a", "CHN", 91) + share("b", "FRA", 50),
        "cmd:nd--",
        "141",
    ),
    (
        "fraction-in-range",
        "cmd:s cm:stakeFraction '0.51'^^xsd:double .",
        "cmd:s cm:stakeFraction '51'^^xsd:double .",
        "cmd:s",
        "51",
    ),
    (
        "stakes-sum",
        "cmd:s cm:stakeIn cmd:mine ; cm:stakeFraction '0.6'^^xsd:double ; cm:validUntil '2020' ."
        "cmd:t cm:stakeIn cmd:mine ; cm:stakeFraction '0.6'^^xsd:double .",
        "cmd:s cm:stakeIn cmd:mine ; cm:stakeFraction '0.6'^^xsd:double ."
        "cmd:t cm:stakeIn cmd:mine ; cm:stakeFraction '0.6'^^xsd:double .",
        "cmd:mine",
        "1.2",
    ),
    ("part-in-range", composition("100"), composition("101"), "cmd:part-0", "101"),
    ("composition-sum", composition("30", "70"), composition("35", "70"), "cmd:alloy", "105"),
    (
        "no-part-of-itself",
        "cmd:i cm:whole cmd:motor ; cm:part cmd:magnet ."
        "cmd:j cm:whole cmd:jet ; cm:part cmd:magnet .",
        "cmd:i cm:whole cmd:motor ; cm:part cmd:magnet ."
        "cmd:j cm:whole cmd:magnet ; cm:part cmd:motor .",
        "cmd:magnet",
        "itself",
    ),
    (
        "no-circle-of-recipes",
        "cmd:r cm:inputForm cmd:oxide ; cm:outputForm cmd:metal ."
        "cmd:q cm:inputForm cmd:metal ; cm:outputForm cmd:oxide ; cm:atStage cm:stage-recycling .",
        "cmd:r cm:inputForm cmd:oxide ; cm:outputForm cmd:metal ."
        "cmd:q cm:inputForm cmd:metal ; cm:outputForm cmd:oxide ; cm:atStage cm:stage-refining .",
        "cmd:metal",
        "itself",
    ),
    (
        "dates-in-order",
        "cmd:m cm:validFrom '2025-04-04'^^xsd:date ; cm:validUntil '2025'^^xsd:gYear .",
        "cmd:m cm:validFrom '2025-04-04'^^xsd:date ; cm:validUntil '2025-03'^^xsd:gYearMonth .",
        "cmd:m",
        "begins 2025-04-04 and ends 2025-03",
    ),
    (
        "thing-has-label",
        "cmd:m a cm:Facility ; rdfs:label 'Mine'@en . graph:x a cm:SourceRelease ; dct:title 'X' .",
        "cmd:m a cm:Facility . graph:x a cm:SourceRelease ; dct:title 'X' .",
        "cmd:m",
        "no label",
    ),
    (
        "term-is-defined",
        "cmd:o cm:status cm:status-measured .",
        "cmd:o cm:status cm:status-meassured .",
        "cm:status-meassured",
        "not defined",
    ),
    (
        "coordinates-in-range",
        "cmd:p geo:asWKT 'POINT(-115.53 35.48)'^^geo:wktLiteral .",
        "cmd:p geo:asWKT 'POINT(35.48 -115.53)'^^geo:wktLiteral .",
        "cmd:p",
        "POINT(35.48 -115.53)",
    ),
    (
        "coordinates-in-range",
        "cmd:p geo:asWKT 'POINT (103 3.9)'^^geo:wktLiteral .",
        "cmd:p geo:asWKT '3.9 N 103 E'^^geo:wktLiteral .",
        "cmd:p",
        "3.9 N 103 E",
    ),
    (
        "exposure-rests-on-share",
        exposure("cmd:exposure cm:restsOn cmd:s . ") + share("s", "CHN", 91),
        exposure("cmd:exposure cm:restsOn cmd:s . "),
        "cmd:exposure",
        "rests on no share",
    ),
    (
        "exposure-rests-on-share",
        exposure("cmd:exposure cm:restsOn cmd:s . ") + share("s", "CHN", 91),
        exposure("cmd:exposure cm:restsOn cmd:s . ") + share("s", "CHN", 90),
        "cmd:exposure",
        "another number",
    ),
    (
        "exposure-rests-on-share",
        exposure("cmd:exposure cm:restsOn cmd:s . ") + share("s", "CHN", 91),
        exposure("cmd:exposure cm:restsOn cmd:s . ") + share("s", "USA", 91),
        "cmd:exposure",
        "another country",
    ),
    (
        "no-blank-nodes",
        "cmd:i cm:whole cmd:f-35 .",
        "[] cm:whole cmd:f-35 .",
        "cm:whole",
        "a blank node stands in https://w3id.org/critmat/graph/usgs",
    ),
]


@pytest.mark.parametrize(("check", "passes", "fails", "node", "word"), EXAMPLES)
def test_what_passes_and_what_fails(
    check: str, passes: str, fails: str, node: str, word: str
) -> None:
    ontology = ONTOLOGY
    if check == "term-is-defined":
        ontology += "cm:status a owl:ObjectProperty ."
    assert findings(check, passes, ontology) == []
    found = findings(check, fails, ontology)
    assert any(line.startswith(node) and word in line for line in found), found


def test_every_check_has_an_example() -> None:
    assert {check.id for check in read_checks()} == {example[0] for example in EXAMPLES}


def test_a_data_set_whose_default_graph_is_full_is_left_as_it_is() -> None:
    store = Store()
    wrong = Quad(
        NamedNode("https://w3id.org/critmat/id/s"),
        NamedNode("https://w3id.org/critmat/ontology#stakeFraction"),
        next(parse(PREFIXES + "cmd:a cm:b '7'^^xsd:double .", RdfFormat.TURTLE)).object,
        DefaultGraph(),
    )
    store.add(wrong)
    report = check_graph(store)
    assert list(store) == [wrong]
    assert report.counts["fraction-in-range"] == 1
    assert not report.ok
