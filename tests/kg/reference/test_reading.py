"""Terms, modules and code lists of a small ontology, and what an extension adds to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from pyoxigraph import NamedNode

from kg.engines.embedded import EmbeddedEngine
from kg.engines.settings import PoolSettings
from kg.namespaces import CM, GRAPH_ONTOLOGY, shorten
from kg.ontology import ontology_dataset
from kg.reference import Reference, TermKind, read_reference
from kg.reference.counts import Count, read_count, read_counts, read_examples, read_habits
from kg.reference.model import UnknownTermError
from kg.reference.usage import Column, by_term, table_columns
from kg.reference.words import plain
from tests.kg.reference.conftest import Read
from tests.with_ontology import publish_with_ontology

ROOT = "<https://w3id.org/critmat/ontology>"
PLACES = "<https://w3id.org/critmat/ontology/places>"
STAGES = "<https://w3id.org/critmat/ontology/codes/stages>"
ONTOLOGY = f"""
{ROOT} a owl:Ontology ; dct:title "All"@en ; owl:versionInfo "9.9" ; owl:imports {PLACES} .
{PLACES} a owl:Ontology ; dct:title "critmat: places"@en ; dct:license <https://l.example/> .
{STAGES} a owl:Ontology ; dct:title "Stages"@en .
cm:Place a owl:Class ; rdfs:label "place"@en , "Ort"@de ; rdfs:isDefinedBy {PLACES} ;
  skos:definition "Where."@en ; skos:example "Here."@en ; skos:scopeNote "Or there."@en ;
  skos:altLabel "location"@en ; skos:closeMatch wd:Q1 .
cm:Country a owl:Class ; rdfs:subClassOf cm:Place ; rdfs:label "country"@en ;
  rdfs:isDefinedBy {PLACES} .
cm:Old a owl:Class ; rdfs:label "old"@en ; owl:deprecated true ; dct:isReplacedBy cm:Place ;
  rdfs:isDefinedBy {PLACES} .
cm:lies a owl:ObjectProperty ; rdfs:label "lies in"@en ;
  rdfs:domain cm:Country ; rdfs:range cm:Place ; owl:inverseOf cm:holds ;
  rdfs:isDefinedBy {PLACES} .
cm:holds a owl:ObjectProperty ; rdfs:label "holds"@en ; rdfs:isDefinedBy {PLACES} .
cm:stages a skos:ConceptScheme ; rdfs:label "stages"@en ; rdfs:isDefinedBy {STAGES} .
cm:stage-b a skos:Concept ; skos:inScheme cm:stages ; cm:order 2 ; skos:notation "b" ;
  rdfs:label "B"@en ; rdfs:isDefinedBy {STAGES} .
cm:stage-a a skos:Concept ; skos:inScheme cm:stages ; cm:order 10 ; skos:notation "a" ;
  skos:prefLabel "A"@en , "あ"@ja ; skos:broader cm:stage-b ; rdfs:isDefinedBy {STAGES} .
prov:Entity a owl:Class .
"""


def test_a_term_has_all_that_is_said_of_it(read: Read) -> None:
    reference = read(ONTOLOGY)
    place = reference.term(f"{CM}Place")

    assert (place.kind, place.label, place.definition) == (TermKind.CLASS, "place", "Where.")
    assert (place.examples, place.notes) == (("Here.",), ("Or there.",))
    assert place.alternatives == ("location",)
    assert place.translations == (("de", "Ort"),)
    assert place.children == (f"{CM}Country",)
    assert [(match.relation, match.name) for match in place.matches] == [("closeMatch", "wd:Q1")]
    assert reference.ancestors(f"{CM}Country") == (f"{CM}Place",)


def test_a_property_has_its_ends_and_its_inverse_whichever_states_it(read: Read) -> None:
    reference = read(ONTOLOGY)
    lies = reference.term(f"{CM}lies")

    assert (plain(lies.domain), plain(lies.range)) == ("country", "place")
    assert lies.inverses == (f"{CM}holds",)
    assert reference.term(f"{CM}holds").inverses == (f"{CM}lies",)


def test_a_code_list_stands_in_its_order(read: Read) -> None:
    reference = read(ONTOLOGY)

    found = reference.code_list("stages")
    assert [code.local for code in found.codes] == ["stage-b", "stage-a"]
    assert found.codes[1].translations == (("ja", "あ"),)
    assert found.codes[1].parents == (f"{CM}stage-b",)


def test_a_deprecated_term_names_its_successor(read: Read) -> None:
    old = read(ONTOLOGY).term(f"{CM}Old")

    assert (old.deprecated, old.replaced_by) == (True, (f"{CM}Place",))


def test_modules_are_the_documents_and_hold_their_terms(read: Read) -> None:
    reference = read(ONTOLOGY)

    assert reference.root.version == "9.9"
    assert list(reference.modules) == ["codes/stages", "places"]
    assert f"{CM}lies" in reference.module("places").terms
    assert reference.module("places").licence == "https://l.example/"


def test_terms_of_other_vocabularies_that_are_only_declared_have_no_page(read: Read) -> None:
    assert not [iri for iri in read(ONTOLOGY).terms if "prov" in iri]


def test_an_extension_shows_with_its_module_and_its_graph(read: Read) -> None:
    reference = read(
        ONTOLOGY,
        """<https://mine.example/onto> a owl:Ontology ; dct:title "Mine"@en .
        <https://mine.example/onto#Pit> a owl:Class ; rdfs:subClassOf cm:Place ;
          rdfs:label "pit"@en .
        cm:Quarry a owl:Class ; rdfs:subClassOf cm:Place ; rdfs:label "quarry"@en .""",
    )

    pit = reference.term("https://mine.example/onto#Pit")
    assert pit.graph == "https://w3id.org/critmat/graph/extension/mine"
    assert set(reference.module("onto").terms) == {pit.iri, f"{CM}Quarry"}
    assert set(reference.term(f"{CM}Place").children) >= {pit.iri, f"{CM}Quarry"}


def test_an_extension_without_a_header_is_named_after_its_graph(read: Read) -> None:
    reference = read(ONTOLOGY, 'cm:Quarry a owl:Class ; rdfs:label "quarry"@en .')

    assert reference.module("mine").terms == (f"{CM}Quarry",)


@pytest.mark.parametrize(
    ("ask", "remedy"),
    [
        (lambda r: r.term(f"{CM}Plaec"), "Did you mean Place?"),
        (lambda r: r.term(f"{CM}xyzzy"), "All of them are listed"),
        (lambda r: r.module("place"), "Did you mean places?"),
        (lambda r: r.code_list("stage"), "Did you mean stages?"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is_near(
    read: Read, ask: Callable[[Reference], object], remedy: str
) -> None:
    with pytest.raises(UnknownTermError) as caught:
        ask(read(ONTOLOGY))

    assert remedy in caught.value.remedy


def test_circles_of_classes_and_imports_end(read: Read) -> None:
    reference = read(
        """cm:A a owl:Class ; rdfs:subClassOf cm:B . cm:B a owl:Class ; rdfs:subClassOf cm:A .
        <urn:m:1> a owl:Ontology ; owl:imports <urn:m:2> .
        <urn:m:2> a owl:Ontology ; owl:imports <urn:m:1> ."""
    )

    assert reference.ancestors(f"{CM}A") == (f"{CM}B",)
    assert len(reference.modules) >= 2


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    """An engine over the shipped ontology with some data and an extension."""
    extension = """<https://w3id.org/critmat/graph/extension/mine> {
      cm:Quarry a owl:Class ; rdfs:label "quarry"@en ;
        rdfs:subClassOf [ owl:onProperty cm:operator ; owl:someValuesFrom cm:Company ] . }"""
    snapshot = publish_with_ontology(tmp_path_factory.mktemp("reference"), extension)
    with EmbeddedEngine(snapshot, PoolSettings(workers=1)) as running:
        yield running


def test_the_engine_gives_the_shipped_ontology_whole(engine: EmbeddedEngine) -> None:
    reference = read_reference(engine)
    shipped = ontology_dataset()

    graphs = Counter(statement.graph for statement in reference.statements)
    assert graphs[GRAPH_ONTOLOGY] == len(shipped)
    assert set(graphs) == {GRAPH_ONTOLOGY, "https://w3id.org/critmat/graph/extension/mine"}
    assert "A quarry has as operator some company." in {a.text for a in reference.axioms}
    defined = {
        q.subject.value
        for q in shipped
        if q.predicate.value.endswith("isDefinedBy")
        and isinstance(q.subject, NamedNode)
        and q.subject.value.startswith(CM)
    }
    assert defined <= set(reference.terms)
    assert not [t.iri for t in reference.terms.values() if t.ours and not t.label]


def test_counts_tell_what_is_derived(engine: EmbeddedEngine) -> None:
    counts = read_counts(engine)
    terms = read_reference(engine).terms

    assert counts[f"{CM}Mine"] == Count(2, 0)
    assert counts[f"{CM}Facility"] == Count(2, 2)
    assert counts[f"{CM}dependsOnElement"] == Count(1, 1)
    assert counts[f"{CM}stage-mining"] == Count(2, 0)
    for name in ("Mine", "Facility", "dependsOnElement", "stage-mining"):
        assert read_count(engine, terms[CM + name]) == counts[CM + name]


def test_examples_are_members_and_pairs_by_label(engine: EmbeddedEngine) -> None:
    terms = read_reference(engine).terms

    assert [e.name for e in read_examples(engine, terms[f"{CM}Mine"])] == [
        "First pit",
        "Second pit",
    ]
    (pair,) = read_examples(engine, terms[f"{CM}dependsOnElement"])
    assert (pair.name, pair.value_name) == ("Gun", "Neodymium")
    assert read_examples(engine, terms[f"{CM}stage-mining"])[0].name == "First pit"
    assert read_examples(engine, terms[f"{CM}stages"]) == ()


def test_habits_are_the_properties_that_members_have(engine: EmbeddedEngine) -> None:
    habits = read_habits(engine, read_reference(engine).terms[f"{CM}Mine"])

    assert {shorten(h.iri): h.number for h in habits} == {
        "rdfs:label": 2, "cm:atStage": 2, "cm:operator": 1, "cm:locatedIn": 1
    }  # fmt: skip


def test_use_in_questions_and_tables_is_found() -> None:
    columns = table_columns()
    assert Column("stakes", "Ownership stakes", "holder") in columns[f"{CM}stakeHolder"]
    assert Column("stakes", "Ownership stakes") in columns[f"{CM}OwnershipStake"]
    assert by_term({"q": 'SELECT * { ?a a cm:Mine ; rdfs:label "cm:Ore" }'}) == {
        f"{CM}Mine": ("q",)
    }
