"""Explanations of normal figures, comparisons, and the floor and ceiling of a share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.explain import Kind
from tests.kg.derive.conftest import SUPPLY

Explained = Callable[..., Any]

UNITS = """
cm:unit-tonne cm:normalUnit cm:unit-tonne ; qudt:conversionMultiplier 1e0 ; rdfs:label "t"@en .
cm:unit-kilogram cm:normalUnit cm:unit-tonne ; qudt:conversionMultiplier 1e-3 ;
  rdfs:label "kg"@en .
"""
OXIDE = """
cmd:c-old dct:isPartOf graph:survey-2025 .
graph:survey-2025 cm:sourceKind cm:source-official ; dct:issued "2025" ; dct:title "Survey 2025" .
cmd:pos cm:substance cmd:nd ; cm:atStage cm:stage-mining ; cm:inCountry cmd:NGA .
cmd:nd rdfs:label "neodymium"@en . cm:basis-oxide rdfs:label "oxide"@en .
cmd:old a cm:ProductionObservation ; cm:supplyPosition cmd:pos ; qudt:numericValue 2000e0 ;
  qudt:unit cm:unit-kilogram ; cm:basis cm:basis-oxide ; cm:refYear "2024"^^xsd:gYear ;
  cm:status cm:status-measured ; prov:wasDerivedFrom cmd:c-old .
cmd:factor a cm:ConversionFactor ; rdfs:label "Neodymium in Nd2O3"@en ; qudt:numericValue 0.85e0 ;
  cm:factorSubstance cmd:nd ; cm:fromBasis cm:basis-oxide .
"""
METAL = """
cmd:c-new dct:isPartOf graph:survey-2026 .
graph:survey-2026 cm:sourceKind cm:source-official ; dct:issued "2026" ; dct:title "Survey 2026" .
cmd:new a cm:ProductionObservation ; cm:supplyPosition cmd:pos ; qudt:numericValue 3e0 ;
  qudt:unit cm:unit-tonne ; cm:basis cm:basis-metal-content ; cm:refYear "2024"^^xsd:gYear ;
  cm:status cm:status-measured ; prov:wasDerivedFrom cmd:c-new .
"""
YEAR = '"%d"^^xsd:gYear'
TABLE = """
cmd:c-t dct:isPartOf graph:table . graph:table dct:title "Table" .
cmd:p-c cm:substance cmd:ree ; cm:atStage cm:stage-mining ; cm:inCountry cmd:CHN .
cmd:p-w a cm:WorldPosition ; cm:substance cmd:ree ; cm:atStage cm:stage-mining .
cmd:country a cm:ProductionObservation ; cm:supplyPosition cmd:p-c ; qudt:numericValue 270e0 ;
  qudt:unit cm:unit-tonne ; cm:refYear "2024"^^xsd:gYear ; prov:wasDerivedFrom cmd:c-t .
cmd:world a cm:ProductionObservation ; cm:supplyPosition cmd:p-w ; qudt:numericValue 390e0 ;
  qudt:unit cm:unit-tonne ; cm:refYear "2024"^^xsd:gYear ; prov:wasDerivedFrom cmd:c-t %s .
"""


@pytest.fixture
def figures(explained: Explained) -> Any:
    return explained(SUPPLY + UNITS, survey_2025=OXIDE, survey_2026=METAL)


def subjects(root: Any) -> set[str]:
    return {leaf.name.partition(" ")[0] for leaf in root.leaves()}


def test_a_normal_value_shows_its_multiplication(figures: Any) -> None:
    root = figures.why("cmd:old cm:normalValue 2").root
    assert (root.kind, root.rule) == (Kind.RULE, "normal-figure")
    assert root.reason == "2,000 kg x 0.001 = 2 t."
    assert subjects(root) == {"cmd:old", "cm:unit-kilogram"}


def test_a_content_names_the_factor(figures: Any) -> None:
    root = figures.why("cmd:old cm:contentValue 1.7").root
    assert root.reason == (
        "2 x 0.85 = 1.7: Neodymium in Nd2O3, for figures of neodymium on the basis oxide."
    )
    assert "cmd:factor" in subjects(root)


def test_a_comparison_says_why_one_figure_is_preferred(figures: Any) -> None:
    ((name,),) = [
        (str(row["c"]),)
        for row in figures.engine.store.query(
            "SELECT DISTINCT ?c { ?c a <https://w3id.org/critmat/ontology#Comparison> }",
            use_default_graph_as_union=True,
        )
    ]
    root = figures.why(f"{name} cm:prefers cmd:new").root
    assert root.rule == "comparison"
    assert root.reason == (
        "2 figures are for the same, from at least two sources. This one is preferred: 3 (Survey "
        "2026)."
    )
    assert root.notes == ("Not preferred: 1.7 (Survey 2025), by the newest release date.",)
    low = figures.why(f"{name} cm:low 1.7").root
    assert low.reason.endswith("The lowest is 1.7 (Survey 2025).")
    assert {"cmd:old", "cmd:factor", "cm:unit-kilogram"} <= subjects(low)


def test_a_difference_shows_its_calculation(figures: Any) -> None:
    ((name,),) = [
        (str(row["c"]),)
        for row in figures.engine.store.query(
            "SELECT DISTINCT ?c { ?c a <https://w3id.org/critmat/ontology#Comparison> }",
            use_default_graph_as_union=True,
        )
    ]
    root = figures.why(f"{name} cm:difference 43.333333333333336").root
    assert root.reason == "100 x (3 - 1.7) / 3 = 43.3 %: how far the lowest is below the highest."
    assert {"cmd:old", "cmd:new"} <= subjects(root)
    of = figures.why(f"{name} cm:comparedSubstance cmd:nd").root
    assert subjects(of) == {"cmd:new", "cmd:pos"}


def test_a_coverage_says_what_it_counts(explained: Explained) -> None:
    data = explained(SUPPLY + UNITS, table=TABLE % "")
    ((name,),) = [
        (str(row["c"]),)
        for row in data.engine.store.query(
            "SELECT DISTINCT ?c { ?c a <https://w3id.org/critmat/ontology#Coverage> }",
            use_default_graph_as_union=True,
        )
    ]
    root = data.why(f"{name} cm:knownShare 69.23076923076923").root
    assert root.rule == "coverage"
    assert root.reason == "The listed countries of the table make up 69.2 % of the world."
    assert {"cmd:country", "cmd:world"} <= subjects(root)
    released = data.why(f"{name} cm:inRelease graph:table").root
    counted = "Countries with a figure of Table for cmd:ree, cm:stage-mining, 2024: 1."
    assert released.reason == counted


def test_a_listing_says_why_it_answers_for_the_year(explained: Explained) -> None:
    data = explained(SUPPLY + UNITS, table=TABLE % "")
    ((name,),) = [
        (str(row["l"]),)
        for row in data.engine.store.query(
            "SELECT DISTINCT ?l { ?l a <https://w3id.org/critmat/ontology#ProductionListing> }",
            use_default_graph_as_union=True,
        )
    ]
    root = data.why(f"{name} cm:lists cmd:country").root
    assert root.rule == "listing"
    best = "The list of Table, the best release that gives a total of the world."
    assert root.reason == best
    assert subjects(root) == {"cmd:country"}
    newest = data.why(f"{name} cm:listedYear cm:latest").root
    assert newest.reason == (
        f"{best} It is the newest that is no forecast, of the best kind of source."
    )
    assert {"cmd:country", "cmd:world"} <= subjects(newest)
    released = data.why(f"{name} cm:inRelease graph:table").root
    assert {"cmd:country", "cmd:world"} <= subjects(released)
    place = data.why(f"{name} cm:listedStage cm:stage-mining").root
    assert {"cmd:p-c", "cmd:p-w"} <= subjects(place)


IMPORTS = """
cmd:c-t dct:isPartOf graph:table . graph:table dct:title "Table" .
cmd:CHN rdfs:label "China"@en .
cmd:reliance a cm:ImportReliance ; cm:tradedSubstance cmd:ree ; cm:inCountry cmd:USA ;
  cm:tradeItem "Metals" ; cm:refYear "2024"^^xsd:gYear ; prov:wasDerivedFrom cmd:c-t .
cmd:metals a cm:ImportShare ; cm:tradedSubstance cmd:ree ; cm:importer cmd:USA ;
  cm:supplier cmd:CHN ; cm:tradeItem "Metals" ; qudt:numericValue 71e0 ;
  cm:periodStart "2020"^^xsd:gYear ; cm:refYear "2023"^^xsd:gYear ; prov:wasDerivedFrom cmd:c-t .
cmd:ores a cm:ImportShare ; cm:tradedSubstance cmd:ree ; cm:importer cmd:USA ;
  cm:supplier cmd:CHN ; cm:tradeItem "Ores" ; qudt:numericValue 100e0 ;
  cm:periodStart "2020"^^xsd:gYear ; cm:refYear "2023"^^xsd:gYear ; prov:wasDerivedFrom cmd:c-t .
"""


def test_what_is_said_of_suppliers_rests_on_their_shares(explained: Explained) -> None:
    data = explained(SUPPLY + UNITS, table=IMPORTS)
    ((name,),) = [
        (str(row["l"]),)
        for row in data.engine.store.query(
            "SELECT DISTINCT ?l { ?l a <https://w3id.org/critmat/ontology#ImportListing> }",
            use_default_graph_as_union=True,
        )
    ]
    told = data.why(f'{name} cm:suppliersInWords "Metals: China 71%"').root
    assert told.rule == "listing"
    assert told.reason == (
        "The newest release for the year answers, with the suppliers of the newest period that "
        "ends by then: of all forms, or of the form that the reliance is stated for."
    )
    assert {leaf.name for leaf in told.leaves()} == {
        'cmd:metals cm:tradeItem "Metals"',
        "cmd:metals cm:supplier cmd:CHN",
        'cmd:metals qudt:numericValue "71"^^xsd:double',
    }
    for said, rests_on in (
        ("cm:listedSupplier cmd:CHN", "cmd:metals cm:supplier cmd:CHN"),
        (f"cm:periodStart {YEAR % 2020}", f"cmd:metals cm:periodStart {YEAR % 2020}"),
        (f"cm:periodEnd {YEAR % 2023}", f"cmd:metals cm:refYear {YEAR % 2023}"),
    ):
        root = data.why(f"{name} {said}").root
        assert [leaf.name for leaf in root.leaves()] == [rests_on]


def test_a_figure_of_a_year_names_its_release(explained: Explained) -> None:
    data = explained(SUPPLY + UNITS, table=TABLE % "")
    ((place,),) = [
        (str(row["p"]),)
        for row in data.engine.store.query(
            "SELECT ?p { ?p <https://w3id.org/critmat/ontology#yearlyFigure> ?f }",
            use_default_graph_as_union=True,
        )
    ]
    root = data.why(f"{place} cm:yearlyFigure cmd:country").root
    assert root.rule == "listing"
    assert root.reason == (
        "For 2024 the best release with a figure for this country is Table: by the kind of source, "
        "amounts before shares, then the newest."
    )
    assert "cmd:country" in subjects(root)


def test_the_records_of_a_release_were_counted_at_the_build(explained: Explained) -> None:
    release = "graph:table a cm:SourceRelease . cmd:c-t a cm:Citation ."
    data = explained(SUPPLY + UNITS, table=TABLE % "" + release)
    root = data.why("graph:table cm:recordCount 3").root
    assert (root.kind, root.rule) == (Kind.RULE, "record-count")
    assert root.reason == "When the graph was built, it had 3 records with a citation of Table."


def test_a_capacity_rests_on_what_its_figure_says(explained: Explained) -> None:
    figure = (
        'cmd:design cm:facility cmd:plant ; cm:facilityMeasure "capacity" . '
        'cmd:plant rdfs:label "Plant A"@en .'
    )
    data = explained(SUPPLY, table=figure)
    root = data.why("cmd:plant cm:hasCapacity cmd:design").root
    assert (root.kind, root.rule) == (Kind.RULE, "capacity")
    assert root.reason == "A figure of Plant A that measures its capacity is a capacity of it."
    assert [leaf.name for leaf in root.leaves()] == [
        "cmd:design cm:facility cmd:plant",
        'cmd:design cm:facilityMeasure "capacity"',
    ]


def test_floor_and_ceiling_name_the_total_that_they_are_divided_by(explained: Explained) -> None:
    data = explained(SUPPLY + UNITS, table=TABLE % "")
    floor = data.why("cmd:share-country cm:shareFloor 68.35443037974683").root
    assert floor.reason == (
        "270 / 395 = 68.4 %: divided by the largest world total that is consistent with the "
        "source, which publishes 390."
    )
    known = data.why("cmd:share-country cm:knownShare 69.23076923076923").root
    assert known.reason == "The listed countries add up to 270, which is 69.2 % of the denominator."


def test_a_floor_of_0_says_what_is_left_out(explained: Explained) -> None:
    data = explained(SUPPLY + UNITS, table=TABLE % '; rdfs:comment "Excludes D."@en')
    root = data.why("cmd:share-country cm:shareFloor 0").root
    assert root.reason.startswith("The world total leaves something out")
    assert any("Excludes D." in leaf.name for leaf in root.leaves())


ITEMS = """
cmd:car a cm:Product . cmd:motor a cm:Component ; rdfs:label "Motor"@en .
cmd:magnet a cm:Material .
cmd:nd rdfs:label "neodymium"@en .
cmd:c-has dct:isPartOf graph:has . graph:has dct:title "Has" .
cmd:c-hold dct:isPartOf graph:hold . graph:hold dct:title "Hold" .
cmd:has-motor a cm:BomItem ; cm:whole cmd:car ; cm:part cmd:motor ;
  cm:evidenceLevel cm:evidence-named ; prov:wasDerivedFrom cmd:c-has .
cmd:motors-hold a cm:BomItem ; cm:whole cmd:motor ; cm:statesSubstance cmd:nd ;
  cm:materialPart cmd:magnet ;
  cm:evidenceLevel cm:evidence-class ; prov:wasDerivedFrom cmd:c-hold .
cmd:said a cm:BomItem ; cm:whole cmd:car ; cm:statesSubstance cmd:dy ;
  cm:evidenceLevel cm:evidence-element ; prov:wasDerivedFrom cmd:c-has .
"""


def content(data: Any, substance: str) -> str:
    """The one content of a substance."""
    rows = data.engine.store.query(
        "PREFIX cm: <https://w3id.org/critmat/ontology#> SELECT DISTINCT ?c { ?c cm:heldSubstance "
        f"<https://w3id.org/critmat/id/{substance}> }}",
        use_default_graph_as_union=True,
    )
    [name] = [str(row["c"]) for row in rows]
    return name


def test_a_content_shows_the_items_that_it_rests_on(explained: Explained) -> None:
    data = explained(SUPPLY, items=ITEMS)
    name = content(data, "nd")
    root = data.why(f"{name} cm:contentOf cmd:car").root
    assert root.rule == "content"
    assert root.reason == (
        "The product is said to have a part of the kind Motor, of which a source names neodymium."
    )
    assert subjects(root) == {"cmd:has-motor", "cmd:motors-hold"}
    level = data.why(f"{name} cm:evidenceLevel cm:evidence-class").root
    assert subjects(level) == {"cmd:motors-hold"}
    place = data.why(f"{name} cm:throughPart cmd:motor").root
    assert subjects(place) == {"cmd:has-motor", "cmd:motors-hold"}
    released = data.why(f"{name} cm:inRelease graph:has").root
    assert subjects(released) == {"cmd:has-motor", "cmd:c-has"}
    own = data.why(f"{content(data, 'dy')} cm:heldSubstance cmd:dy").root
    assert own.reason == "The source of the item names cmd:dy."
    assert subjects(own) == {"cmd:said"}


def test_every_triple_is_explained_down_to_a_source(explained: Explained) -> None:
    data = explained(
        SUPPLY + UNITS,
        survey_2025=OXIDE,
        survey_2026=METAL,
        table=TABLE % "",
        trade=IMPORTS,
        items=ITEMS,
    )
    found = data.engine.store.query(
        "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/derived/')) }"
    )
    triples = [tuple(map(str, row)) for row in found]
    assert len(triples) > 30
    for triple in triples:
        explanation = data.explain(triple)
        assert not explanation.cut, triple
        for leaf in explanation.root.leaves():
            assert leaf.kind is Kind.ASSERTED and leaf.sources, (triple, leaf.name)
