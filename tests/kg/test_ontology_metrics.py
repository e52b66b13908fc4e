"""The ontology in numbers: what is counted is what stands in the files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.namespaces import CM
from kg.ontology_metrics import OntologyMetrics, ontology_metrics
from kg.shipped import ontology_dir

PREFIXES = f"""\
@prefix : <{CM}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ONTOLOGY = """
<https://example.org/o> a owl:Ontology ; owl:imports <https://example.org/p> .
:A a owl:Class ; rdfs:label "a"@en ; skos:definition "A."@en ; skos:example "An a."@en .
:B a owl:Class ; rdfs:subClassOf :A ; rdfs:label "b"@en , "be"@de ; skos:definition "B."@en .
skos:Concept a owl:Class .
:p a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:domain :A ; rdfs:range :B ;
  owl:inverseOf :q ; owl:propertyChainAxiom ( :p [ owl:inverseOf :q ] ) .
:q a owl:ObjectProperty ; rdfs:subPropertyOf :p .
[] a owl:AllDisjointClasses ; owl:members ( :A :B skos:Concept ) .
[] a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A ; rdfs:subClassOf :B .
:B rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :q ; owl:allValuesFrom :A ] .
:codes a skos:ConceptScheme . :code-1 a skos:Concept ; skos:inScheme :codes .
"""
SHAPES = """
:AShape a sh:NodeShape ; sh:property [ sh:path :p ] , [ sh:path :q ] ; sh:sparql [] .
"""


@pytest.fixture
def metrics(tmp_path: Path) -> OntologyMetrics:
    """A small ontology of which every number is known."""
    (tmp_path / "critmat.ttl").write_text(PREFIXES + ONTOLOGY, encoding="utf-8")
    for folder in ("shapes", "competency", "patterns/one", "mappings"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "shapes" / "a.ttl").write_text(PREFIXES + SHAPES, encoding="utf-8")
    (tmp_path / "competency" / "1.rq").write_text("ASK {}", encoding="utf-8")
    (tmp_path / "patterns" / "one" / "README.md").write_text("# One", encoding="utf-8")
    shutil.copy(ontology_dir() / "mappings" / "status.sssom.tsv", tmp_path / "mappings")
    return ontology_metrics(tmp_path)


def test_terms_and_codes_are_counted_own_ones_apart(metrics: OntologyMetrics) -> None:
    terms = metrics.tables["terms"]

    assert terms["classes"] == terms["object properties"] == 2
    assert terms["classes of other vocabularies"] == 1
    assert (terms["code lists"], terms["codes"]) == (1, 1)


def test_axioms_are_counted_by_kind(metrics: OntologyMetrics) -> None:
    assert metrics.tables["axioms"] == {
        "defined class": 1,
        "disjoint classes": 3,
        "domain": 1,
        "inverse": 1,
        "property chain": 1,
        "range": 1,
        "sub-class": 1,
        "sub-class of a description": 1,
        "sub-property": 1,
        "transitive": 1,
    }


def test_labels_are_counted_by_language(metrics: OntologyMetrics) -> None:
    assert metrics.tables["labels"] == {"de": 1, "en": 2}


def test_shapes_questions_and_patterns_are_counted(metrics: OntologyMetrics) -> None:
    assert metrics.tables["checks"] == {
        "shapes": 1,
        "constraints on a property": 2,
        "constraints by a query": 1,
        "competency questions": 1,
        "patterns": 1,
    }


def test_mappings_are_counted_by_vocabulary(metrics: OntologyMetrics) -> None:
    assert metrics.tables["mappings to"]["sdmx-code"] > 3


def test_what_lacks_a_definition_or_an_example_is_named(metrics: OntologyMetrics) -> None:
    assert metrics.missing["a definition"] == ("cm:p", "cm:q", "cm:code-1", "cm:codes")
    assert metrics.missing["an example or a note, of classes and properties"] == (
        *("cm:B", "cm:p", "cm:q"),
    )


def test_it_is_printed_as_markdown(metrics: OntologyMetrics) -> None:
    text = metrics.to_markdown()

    assert "| axioms | number |\n| --- | ---: |\n| defined class | 1 |\n" in text
    assert "Without a definition: cm:p, cm:q, cm:code-1, cm:codes\n" in text


def test_the_shipped_ontology_lacks_no_label_definition_or_example() -> None:
    metrics = ontology_metrics()

    lacking = {what: terms for what, terms in metrics.missing.items() if "codes" not in what}
    assert set(lacking.values()) == {()}
    assert metrics.tables["terms"]["classes"] > 80
    assert metrics.tables["axioms"]["property chain"] > 8
