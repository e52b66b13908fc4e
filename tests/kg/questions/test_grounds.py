"""What a row of an answer rests on."""

from __future__ import annotations

from pathlib import Path

from kg.namespaces import XSD
from kg.questions import Cell, Question
from kg.questions.grounds import grounds
from kg.questions.reading import read_question

FILE = """#---
# title: Products and elements
# question: Which products need {element}?
# params:
#   element: {type: thing, of: cm:Element, optional: true}
# columns:
#   product: {label: Product}
#   element: {label: Element}
#   share: {label: Share}
#   record: {label: Records, role: record, list: true}
# why:
#   - ?product cm:dependsOnElement ?element
#   - ?record qudt:numericValue ?share
#---
SELECT ?product ?element ?share ?record WHERE {
  VALUES ?element { UNDEF }
  ?product <https://w3id.org/critmat/ontology#dependsOnElement> ?element .
  OPTIONAL { ?record <http://qudt.org/schema/qudt/numericValue> ?share }
}
"""

F35 = Cell("F-35", iri="https://w3id.org/critmat/id/f-35")
NEODYMIUM = Cell("Neodymium", iri="https://w3id.org/critmat/id/neodymium")
SHARE = Cell("84.9", datatype=f"{XSD}decimal")
FIRST = Cell("first", iri="https://w3id.org/critmat/id/record-1")
SECOND = Cell("second", iri="https://w3id.org/critmat/id/record-2")
DEPENDS = "<https://w3id.org/critmat/ontology#dependsOnElement>"
VALUE = "<http://qudt.org/schema/qudt/numericValue>"


def question(folder: Path) -> Question:
    (folder / "products.rq").write_text(FILE, encoding="utf-8")
    return read_question(folder / "products.rq")


def test_the_columns_of_a_row_take_their_places_in_the_triples(tmp_path: Path) -> None:
    found = grounds(question(tmp_path), {"product": F35, "element": NEODYMIUM})
    assert found.triples == ((f"<{F35.iri}>", DEPENDS, f"<{NEODYMIUM.iri}>"),)
    assert found.records == ()


def test_each_record_of_a_list_is_named_and_has_its_own_triple(tmp_path: Path) -> None:
    both = Cell("first; second", items=(FIRST, SECOND))
    found = grounds(question(tmp_path), {"share": SHARE, "record": both})
    number = f'"84.9"^^<{XSD}decimal>'
    assert found.triples == ((f"<{FIRST.iri}>", VALUE, number), (f"<{SECOND.iri}>", VALUE, number))
    assert found.records == (FIRST.iri, SECOND.iri)


def test_a_triple_with_an_empty_column_says_nothing_of_the_row(tmp_path: Path) -> None:
    assert grounds(question(tmp_path), {"product": F35}).triples == ()
