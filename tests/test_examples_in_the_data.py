"""The questions in the graph, as a client finds them at a running service, with where to ask."""

from __future__ import annotations

import json
from urllib.parse import urlencode
from urllib.request import urlopen

from rdflib import Graph, URIRef

from kg.namespaces import PREFIXES
from kg.questions import Catalogue
from kg.questions.triples import QUESTION, SCHEMA

#: What the editor of the SIB endpoints asks an endpoint for.
EXAMPLES = f"""
PREFIX sh: <{PREFIXES["sh"]}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE {{
  ?sq a sh:SPARQLExecutable ; rdfs:label|rdfs:comment ?comment ;
      sh:select|sh:ask|sh:construct|sh:describe ?query .
}} ORDER BY ?sq
"""


def answer(served: str, query: str) -> list[dict[str, str]]:
    with urlopen(f"{served}/sparql?{urlencode({'query': query})}") as found:
        rows = json.load(found)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_a_client_finds_each_question_and_its_text_runs(served: str) -> None:
    found = answer(served, EXAMPLES)
    catalogue = Catalogue.load()
    assert {row["sq"] for row in found} == {QUESTION + id_ for id_ in catalogue}
    texts = {row["sq"].removeprefix(QUESTION): row["query"] for row in found}
    with urlopen(f"{served}/questions/exposed-products.json") as file:
        rows = json.load(file)["rows"]
    assert len(answer(served, texts["exposed-products"])) == len(rows)


def test_the_service_says_where_each_can_be_asked(served: str) -> None:
    with urlopen(f"{served}/.well-known/void") as file:
        graph = Graph().parse(data=file.read(), format="turtle")
    targets = {str(s): str(o) for s, o in graph.subject_objects(URIRef(f"{SCHEMA}target"))}
    assert targets == {QUESTION + id_: f"{served}/sparql" for id_ in Catalogue.load()}


def test_the_graph_of_the_questions_has_a_page(served: str) -> None:
    with urlopen(f"{served}/graph/questions") as file:
        assert b"The questions of critmat" in file.read()
