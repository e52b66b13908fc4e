"""Explanations of small graphs that can be read, for axioms and for each rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.derive import MajorSourceRule
from kg.explain import Kind, Limits, NotInDataError
from kg.namespaces import sparql_prologue
from tests.kg.derive.conftest import SUPPLY

Explained = Callable[..., Any]

BILLS = """
cm:isWholeOf owl:inverseOf cm:whole .
cm:hasPart owl:propertyChainAxiom ( cm:isWholeOf cm:part ) ; rdfs:label "has part"@en .
cm:dependsOnElement owl:propertyChainAxiom ( cm:hasPart cm:containsElement ) ,
    ( cm:hasPart cm:dependsOnElement ) ; rdfs:label "depends on element"@en .
"""
MISSILE = """
cmd:missile rdfs:label "missile"@en .
cmd:bom-1 cm:whole cmd:missile ; cm:part cmd:actuator ; prov:wasDerivedFrom cmd:citation-1 .
cmd:citation-1 dct:isPartOf graph:maker ; cm:locator "page 7" .
cmd:bom-2 cm:whole cmd:actuator ; cm:part cmd:magnet .
"""
MAGNET = "cmd:magnet cm:containsElement cmd:neodymium ."
CATALOGUE = 'graph:maker dct:title "Data sheet of the maker" .'


def test_a_chain_is_followed_down_to_what_sources_state(explained: Explained) -> None:
    data = explained(BILLS, maker=MISSILE, handbook=MAGNET, catalogue=CATALOGUE)
    assert data.outline("cmd:missile cm:dependsOnElement cmd:neodymium") == [
        "cmd:missile cm:dependsOnElement cmd:neodymium",
        "  cmd:missile cm:hasPart cmd:actuator",
        "    cmd:missile cm:isWholeOf cmd:bom-1",
        "      cmd:bom-1 cm:whole cmd:missile",
        "    cmd:bom-1 cm:part cmd:actuator",
        "  cmd:actuator cm:dependsOnElement cmd:neodymium",
        "    cmd:actuator cm:hasPart cmd:magnet",
        "      cmd:actuator cm:isWholeOf cmd:bom-2",
        "        cmd:bom-2 cm:whole cmd:actuator",
        "      cmd:bom-2 cm:part cmd:magnet",
        "    cmd:magnet cm:containsElement cmd:neodymium",
    ]


def test_each_node_is_a_sentence_and_names_its_axiom(explained: Explained) -> None:
    data = explained(BILLS, maker=MISSILE, handbook=MAGNET)
    root = data.why("cmd:missile cm:dependsOnElement cmd:neodymium").root
    assert root.kind is Kind.AXIOM
    assert root.text == "Missile depends on element cmd:neodymium."
    assert root.reason == (
        "If X has part Y and Y depends on element Z, then X depends on element Z."
    )
    assert root.axiom == (
        "SubObjectPropertyOf(ObjectPropertyChain(cm:hasPart cm:dependsOnElement) "
        "cm:dependsOnElement)"
    )


def test_a_leaf_names_its_release_and_where_in_it(explained: Explained) -> None:
    data = explained(BILLS, maker=MISSILE, catalogue=CATALOGUE)
    root = data.why("cmd:bom-1 cm:part cmd:actuator").root
    assert root.kind is Kind.ASSERTED
    (source,) = root.sources
    assert (source.title, source.locator) == ("Data sheet of the maker", "page 7")
    assert source.citation.endswith("/citation-1")


def test_what_several_sources_state_names_them_all(explained: Explained) -> None:
    data = explained(BILLS, handbook=MAGNET, maker=MAGNET)
    root = data.why("cmd:magnet cm:containsElement cmd:neodymium").root
    assert [source.graph.rpartition("/")[2] for source in root.sources] == ["handbook", "maker"]


def test_of_two_derivations_the_shorter_is_given(explained: Explained) -> None:
    data = explained(BILLS, maker=MISSILE, short="cmd:missile cm:hasPart cmd:magnet .", h=MAGNET)
    assert data.outline("cmd:missile cm:dependsOnElement cmd:neodymium") == [
        "cmd:missile cm:dependsOnElement cmd:neodymium",
        "  cmd:missile cm:hasPart cmd:magnet",
        "  cmd:magnet cm:containsElement cmd:neodymium",
    ]


def test_of_two_equally_deep_the_one_that_rests_on_less_is_given(explained: Explained) -> None:
    ontology = """
    cm:q rdfs:subPropertyOf cm:goal . cm:q owl:propertyChainAxiom ( cm:a cm:b cm:c cm:d cm:e ) .
    cm:goal owl:propertyChainAxiom ( cm:r cm:s ) . cm:t rdfs:subPropertyOf cm:r .
    """
    long = """
    cmd:x cm:a cmd:1 . cmd:1 cm:b cmd:2 . cmd:2 cm:c cmd:3 . cmd:3 cm:d cmd:4 . cmd:4 cm:e cmd:y .
    """
    short = "cmd:x cm:t cmd:5 . cmd:5 cm:s cmd:y ."
    assert explained(ontology, one=long, two=short).outline("cmd:x cm:goal cmd:y") == [
        "cmd:x cm:goal cmd:y",
        "  cmd:x cm:r cmd:5",
        "    cmd:x cm:t cmd:5",
        "  cmd:5 cm:s cmd:y",
    ]


def test_nothing_is_explained_by_itself(explained: Explained) -> None:
    ontology = """
    cm:near a owl:SymmetricProperty, owl:TransitiveProperty . cm:beside rdfs:subPropertyOf cm:near .
    """
    data = explained(ontology, map="cmd:a cm:beside cmd:b . cmd:b cm:beside cmd:c .")
    assert data.outline("cmd:c cm:near cmd:a") in (
        [
            "cmd:c cm:near cmd:a",
            "  cmd:a cm:near cmd:c",
            "    cmd:a cm:near cmd:b",
            "      cmd:a cm:beside cmd:b",
            "    cmd:b cm:near cmd:c",
            "      cmd:b cm:beside cmd:c",
        ],
        [
            "cmd:c cm:near cmd:a",
            "  cmd:c cm:near cmd:b",
            "    cmd:b cm:near cmd:c",
            "      cmd:b cm:beside cmd:c",
            "  cmd:b cm:near cmd:a",
            "    cmd:a cm:near cmd:b",
            "      cmd:a cm:beside cmd:b",
        ],
    )


CLASSES = """
[] a owl:Class ; owl:intersectionOf ( cm:Plant
    [ a owl:Class ; owl:unionOf ( cm:Mine
        [ a owl:Restriction ; owl:onProperty cm:makes ; owl:someValuesFrom cm:Metal ] ) ]
    [ a owl:Restriction ; owl:onProperty cm:locatedIn ; owl:hasValue cmd:CHN ] ) ;
  rdfs:subClassOf cm:Watched .
[] a owl:Class ; owl:oneOf ( cmd:CHN cmd:RUS ) ; rdfs:subClassOf cm:Covered .
cm:locatedIn rdfs:domain cm:Plant ; rdfs:range cm:Place .
cm:Metal rdfs:subClassOf
  [ a owl:Restriction ; owl:onProperty cm:form ; owl:hasValue cm:form-metal ] ,
  [ a owl:Restriction ; owl:onProperty cm:tradedAs ; owl:allValuesFrom cm:Commodity ] .
"""
PLANT = """
cmd:plant cm:locatedIn cmd:CHN ; cm:makes cmd:neodymium-metal .
cmd:neodymium-metal a cm:Metal ; cm:tradedAs cmd:nd-99 .
"""


@pytest.mark.parametrize(
    ("triple", "leaves"),
    [
        (
            "cmd:plant a cm:Watched",
            {
                "cmd:plant cm:locatedIn cmd:CHN",
                "cmd:plant cm:makes cmd:neodymium-metal",
                "cmd:neodymium-metal rdf:type cm:Metal",
            },
        ),
        ("cmd:plant a cm:Plant", {"cmd:plant cm:locatedIn cmd:CHN"}),
        ("cmd:CHN a cm:Place", {"cmd:plant cm:locatedIn cmd:CHN"}),
        ("cmd:neodymium-metal cm:form cm:form-metal", {"cmd:neodymium-metal rdf:type cm:Metal"}),
        (
            "cmd:nd-99 a cm:Commodity",
            {"cmd:neodymium-metal rdf:type cm:Metal", "cmd:neodymium-metal cm:tradedAs cmd:nd-99"},
        ),
        ("cmd:CHN a cm:Covered", {"cmd:CHN rdf:type cm:Covered"}),
    ],
)
def test_membership_is_explained_by_what_the_class_asks_for(
    explained: Explained, triple: str, leaves: set[str]
) -> None:
    explanation = explained(CLASSES, atlas=PLANT).why(triple)
    assert not explanation.cut
    assert {leaf.name for leaf in explanation.root.leaves()} == leaves


def test_what_is_not_written_is_looked_through(explained: Explained) -> None:
    """A property that only serves others may be left out of the data."""
    ontology = BILLS + "cm:isWholeOf cm:materialise false . cm:hasPart cm:materialise false ."
    data = explained(ontology, maker=MISSILE, handbook=MAGNET)
    explanation = data.why("cmd:missile cm:dependsOnElement cmd:neodymium")
    assert not explanation.cut
    hidden = data.why("cmd:missile cm:hasPart cmd:actuator")
    assert not hidden.written
    assert hidden.root.kind is Kind.AXIOM


def test_the_axioms_of_an_extension_count_as_those_of_the_ontology(explained: Explained) -> None:
    data = explained(BILLS, maker=MISSILE, handbook=MAGNET)
    data.engine.store.update(
        f"{sparql_prologue()} INSERT DATA {{"
        " GRAPH graph:extension-mine { cm:hasPart rdfs:subPropertyOf cm:holds }"
        " GRAPH graph:derived\\/owl { cmd:missile cm:holds cmd:actuator } }"
    )
    explanation = data.why("cmd:missile cm:holds cmd:actuator")
    assert not explanation.cut
    assert explanation.root.axiom == "SubObjectPropertyOf(cm:hasPart cm:holds)"


def test_a_triple_that_is_not_there_is_an_error_with_what_is(explained: Explained) -> None:
    data = explained(BILLS, maker=MISSILE, handbook=MAGNET)
    with pytest.raises(NotInDataError, match="not in the data that missile depends") as caught:
        data.why("cmd:missile cm:dependsOnElement cmd:gallium")
    assert caught.value.remedy == "The data have: cmd:neodymium."
    assert caught.value.exit_status == 1


def test_where_nothing_of_the_kind_is_said_the_axioms_tell_what_would_be_needed(
    explained: Explained,
) -> None:
    data = explained(BILLS, maker=MISSILE)
    with pytest.raises(NotInDataError) as caught:
        data.why("cmd:missile cm:dependsOnElement cmd:gallium")
    assert "If X has part Y and the cm:containsElement of Y is Z, then" in caught.value.remedy


def test_of_a_thing_that_is_unknown_it_says_so(explained: Explained) -> None:
    with pytest.raises(NotInDataError) as caught:
        explained(BILLS, maker=MISSILE).why("cmd:misile cm:hasPart cmd:actuator")
    assert caught.value.remedy == "Nothing is said of cmd:misile: check the spelling."


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(queries=4), "after 4 queries"), (Limits(depth=2), "2 steps deep"),
     (Limits(triples=3), "after")],
)  # fmt: skip
def test_a_search_that_was_cut_says_why(explained: Explained, limits: Limits, words: str) -> None:
    data = explained(BILLS, maker=MISSILE, handbook=MAGNET)
    explanation = data.why("cmd:missile cm:dependsOnElement cmd:neodymium", limits)
    assert words in explanation.cut
    assert explanation.root.kind is Kind.AXIOM


SHARES = SUPPLY + 'cm:unit-tonne rdfs:label "t"@en .'
TABLE = """
cmd:pos-c cm:substance cmd:ree ; cm:atStage cm:stage-mining ; cm:inCountry cmd:CHN .
cmd:pos-a cm:substance cmd:ree ; cm:atStage cm:stage-mining ; cm:inCountry cmd:AUS .
cmd:pos-w a cm:WorldPosition ; cm:substance cmd:ree ; cm:atStage cm:stage-mining .
cmd:ree rdfs:label "rare earths"@en . cmd:CHN rdfs:label "China"@en .
cm:stage-mining rdfs:label "mining"@en . cmd:ree a cm:ElementGroup .
cmd:citation dct:isPartOf graph:usgs . graph:usgs cm:sourceKind cm:source-official .
cmd:obs-c a cm:ProductionObservation ; cm:supplyPosition cmd:pos-c ; qudt:numericValue 270000e0 ;
  qudt:unit cm:unit-tonne ; cm:refYear "2024"^^xsd:gYear ; cm:status cm:status-measured ;
  prov:wasDerivedFrom cmd:citation .
cmd:obs-a a cm:ProductionObservation ; cm:supplyPosition cmd:pos-a ; qudt:numericValue %s ;
  qudt:unit cm:unit-tonne ; cm:refYear "2024"^^xsd:gYear ; cm:status cm:status-measured ;
  prov:wasDerivedFrom cmd:citation .
cmd:obs-w a cm:ProductionObservation ; cm:supplyPosition cmd:pos-w ; qudt:numericValue 390000e0 ;
  qudt:unit cm:unit-tonne ; cm:refYear "2024"^^xsd:gYear ; cm:status cm:status-measured ;
  prov:wasDerivedFrom cmd:citation .
"""


def test_a_share_is_explained_by_its_division(explained: Explained) -> None:
    data = explained(SHARES, usgs=TABLE % "13000e0")
    root = data.why("cmd:share-obs-c qudt:numericValue 69.23076923076923").root
    assert (root.kind, root.rule) == (Kind.RULE, "share")
    assert root.reason.startswith(
        "270,000 / 390,000 t = 69.2 %: the figure of China for rare earths, mining, divided by the "
        "published world total"
    )
    assert [leaf.name.partition(" ")[0] for leaf in root.leaves()] == ["cmd:obs-c", "cmd:obs-w"]
    assert all(leaf.sources for leaf in root.leaves())


def test_a_share_of_a_sum_names_what_was_summed(explained: Explained) -> None:
    data = explained(SHARES, usgs=TABLE % "130000e0")
    root = data.why("cmd:share-obs-c qudt:numericValue 67.5").root
    assert root.reason.startswith("270,000 / 400,000 t = 67.5 %")
    assert "sum of listed countries" in root.reason
    assert {leaf.name.partition(" ")[0] for leaf in root.leaves()} == {
        "cmd:obs-c", "cmd:obs-a", "cmd:obs-w"
    }  # fmt: skip


def test_a_bloc_among_the_rows_is_not_summed(explained: Explained) -> None:
    bloc = """
    cmd:EU a cm:Bloc . cmd:pos-e cm:substance cmd:ree ; cm:atStage cm:stage-mining ;
      cm:inCountry cmd:EU .
    cmd:obs-e a cm:ProductionObservation ; cm:supplyPosition cmd:pos-e ; qudt:numericValue 5e4 ;
      qudt:unit cm:unit-tonne ; cm:refYear "2024"^^xsd:gYear ; prov:wasDerivedFrom cmd:citation .
    """
    data = explained(SHARES, usgs=TABLE % "130000e0" + bloc)
    root = data.why("cmd:share-obs-c qudt:numericValue 67.5").root
    assert root.reason.startswith("270,000 / 400,000 t = 67.5 %")


NEWS = """
cmd:citation-news dct:isPartOf graph:paper . graph:paper cm:sourceKind cm:source-news ;
  dct:title "The Paper" .
cmd:share-news a cm:ShareObservation ; cm:supplyPosition cmd:pos-c ; qudt:numericValue 95e0 ;
  cm:refYear "2025"^^xsd:gYear ; cm:status cm:status-measured ;
  prov:wasDerivedFrom cmd:citation-news .
"""
EXPOSURE = "cmd:exposure-ree--mining--CHN--latest"


def test_an_exposure_says_which_figures_lost_and_by_what(explained: Explained) -> None:
    data = explained(SHARES, usgs=TABLE % "13000e0", paper=NEWS)
    root = data.why(f"{EXPOSURE} cm:restsOn cmd:share-obs-c").root
    assert root.rule == "exposure"
    assert "Of 2 figures this one is preferred: 69.2 % for 2024" in root.reason
    assert root.notes == ("Not preferred: 95 % for 2025 (The Paper), by the kind of source.",)


def test_an_exposure_rests_on_the_amounts_of_its_share(explained: Explained) -> None:
    data = explained(SHARES, usgs=TABLE % "13000e0", paper=NEWS)
    root = data.why(f"{EXPOSURE} qudt:numericValue 69.23076923076923").root
    assert [leaf.name.partition(" ")[0] for leaf in root.leaves()] == ["cmd:obs-c", "cmd:obs-w"]


def test_every_triple_of_every_derived_record_is_explained(explained: Explained) -> None:
    data = explained(SHARES, MajorSourceRule(2024, 60), usgs=TABLE % "130000e0", paper=NEWS)
    found = data.engine.store.query(
        "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/derived/')) }"
    )
    triples = [tuple(map(str, row)) for row in found]
    assert len(triples) > 60
    for triple in triples:
        explanation = data.explain(triple)
        assert not explanation.cut, triple
        for leaf in explanation.root.leaves():
            assert leaf.kind is Kind.ASSERTED and leaf.sources, (triple, leaf.name)


def test_a_major_source_shows_its_share_and_the_threshold(explained: Explained) -> None:
    data = explained(SHARES, MajorSourceRule(threshold=60), usgs=TABLE % "13000e0")
    root = data.why(f"cmd:ree cm:hasMajorSource {EXPOSURE}").root
    assert root.rule == "major-source"
    assert root.reason.startswith(
        "China has 69.2 % of rare earths, mining, which reaches the threshold of 60 %"
    )


STAKES = """
cmd:stake-1 a cm:OwnershipStake ; cm:stakeIn cmd:plant ; cm:stakeHolder cmd:maker ;
  cm:stakeKind cm:stake-owner .
cmd:stake-2 a cm:OwnershipStake ; cm:stakeIn cmd:maker ; cm:stakeHolder cmd:group ;
  cm:stakeKind cm:stake-equity ; cm:stakeFraction 51e-2 .
"""


def test_an_owner_in_the_end_is_explained_by_the_stakes_between(explained: Explained) -> None:
    root = explained("", register=STAKES).why("cmd:plant cm:ultimatelyOwnedBy cmd:group").root
    assert root.rule == "owner"
    assert root.reason == (
        "cmd:plant is held by cmd:maker; cmd:maker is held by cmd:group (51 %); these stakes have "
        "no end, and no owner of most of cmd:group is on record."
    )
    assert {leaf.triple[0].rpartition("/")[2][:-1] for leaf in root.leaves()} == {
        "stake-1", "stake-2"
    }  # fmt: skip


def test_stakes_that_ended_are_no_part_of_the_way(explained: Explained) -> None:
    ended = """
    cmd:stake-0 a cm:OwnershipStake ; cm:stakeIn cmd:plant ; cm:stakeHolder cmd:group ;
      cm:stakeKind cm:stake-owner ; cm:validUntil "2019"^^xsd:gYear .
    """
    data = explained("", register=STAKES, history=ended)
    root = data.why("cmd:plant cm:ultimatelyOwnedBy cmd:group").root
    assert not [leaf for leaf in root.leaves() if leaf.name.startswith("cmd:stake-0")]


def test_it_is_said_how_much_the_stakes_on_record_leave_open(explained: Explained) -> None:
    root = explained("", register=STAKES).why("cmd:maker cm:ultimatelyOwnedBy cmd:group").root
    assert root.notes == (
        "The current stakes in cmd:maker on record add up to 51 %; who holds the rest is not on "
        "record.",
    )


def test_of_stakes_that_add_up_to_all_nothing_is_open(explained: Explained) -> None:
    rest = """
    cmd:stake-3 a cm:OwnershipStake ; cm:stakeIn cmd:maker ; cm:stakeHolder cmd:state ;
      cm:stakeKind cm:stake-equity ; cm:stakeFraction 49e-2 .
    """
    data = explained("", register=STAKES + rest)
    assert not data.why("cmd:maker cm:ultimatelyOwnedBy cmd:group").root.notes
