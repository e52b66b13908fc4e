"""The shipped facts, as the mappings make them, say nothing that the ontology forbids."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kg.namespaces import sparql_prologue
from kg.ontology import write_ontology_quads
from kg.populate import PopulateSummary

UNFIT = """
SELECT ?property ?class (SAMPLE(?thing) AS ?example) WHERE {{
  ?property rdfs:{axiom} ?class .
  ?class a owl:Class .
  FILTER(ISIRI(?class))
  {use}
  FILTER NOT EXISTS {{ ?thing a/rdfs:subClassOf* ?class }}
}} GROUP BY ?property ?class
"""


@pytest.fixture(scope="module")
def facts(
    shipped_quads: tuple[Path, PopulateSummary], tmp_path_factory: pytest.TempPathFactory
) -> Store:
    """The asserted facts and the ontology, each in its named graphs."""
    ontology = tmp_path_factory.mktemp("facts") / "ontology.nq"
    write_ontology_quads(None, ontology)
    return stored(shipped_quads[0], ontology)


def stored(*paths: Path) -> Store:
    """A store with the quads of all files."""
    store = Store()
    for path in paths:
        store.bulk_load(path=path, format=RdfFormat.N_QUADS)
    return store


def rows(store: Store, query: str) -> list[list[str]]:
    """The rows of a query over all graphs together."""
    found = store.query(sparql_prologue() + query, use_default_graph_as_union=True)
    return [[str(value) for value in row] for row in found]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("axiom", "use"), [("domain", "?thing ?property ?value"), ("range", "?value ?property ?thing")]
)
def test_what_a_property_joins_is_of_the_classes_it_asks_for(
    axiom: str, use: str, facts: Store
) -> None:
    # OWL would silently make it so; here it means a slip in a table or in a mapping.
    assert rows(facts, UNFIT.format(axiom=axiom, use=use)) == []


def test_nothing_is_in_two_classes_that_share_no_members(facts: Store) -> None:
    query = """
    SELECT ?a ?b (SAMPLE(?thing) AS ?example) WHERE {
      ?axiom a owl:AllDisjointClasses ; owl:members ?members .
      ?members rdf:rest*/rdf:first ?a . ?members rdf:rest*/rdf:first ?b .
      FILTER(STR(?a) < STR(?b))
      ?thing a/rdfs:subClassOf* ?a ; a/rdfs:subClassOf* ?b .
    } GROUP BY ?a ?b"""

    assert rows(facts, query) == []


def test_every_thing_that_is_spoken_of_has_a_class(facts: Store) -> None:
    query = """
    SELECT DISTINCT ?thing WHERE {
      ?other ?property ?thing .
      FILTER(STRSTARTS(STR(?thing), STR(cmd:)))
      FILTER NOT EXISTS { ?thing a ?class }
    }"""

    assert rows(facts, query) == []


def test_every_term_and_code_in_the_facts_is_defined(facts: Store) -> None:
    query = """
    SELECT DISTINCT ?term WHERE {
      { ?s ?term ?o } UNION { ?s ?p ?term }
      FILTER(ISIRI(?term) && STRSTARTS(STR(?term), STR(cm:)))
      FILTER NOT EXISTS { ?term skos:definition ?definition }
    }"""

    assert rows(facts, query) == []


def test_the_checks_above_find_a_slip(tmp_path: Path) -> None:
    ontology, slip = tmp_path / "ontology.nq", tmp_path / "slip.nq"
    write_ontology_quads(None, ontology)
    slip.write_text(
        "<https://w3id.org/critmat/id/x> <https://w3id.org/critmat/ontology#symbol> "
        '"X" <https://w3id.org/critmat/graph/test> .\n',
        encoding="utf-8",
    )

    found = rows(
        stored(ontology, slip), UNFIT.format(axiom="domain", use="?thing ?property ?value")
    )

    assert [example for _, _, example in found] == ["<https://w3id.org/critmat/id/x>"]
