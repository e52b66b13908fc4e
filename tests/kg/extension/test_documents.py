"""RDF documents of an expert's own: what is read, what is refused, and that nothing crashes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extension import documents
from kg.extension.baseline import statements
from kg.extension.documents import Document, read_document
from kg.extension.material import Kind, MaterialFile
from kg.extension.syntax import syntax_of
from kg.report import Problem
from tests.kg.extension.conftest import PREFIXES, Reader, only

RDF_XML = """\
<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
  <rdf:Description rdf:about="https://w3id.org/critmat/id/my-note">
    <rdfs:comment xml:lang="en">A remark.</rdfs:comment>
  </rdf:Description>
</rdf:RDF>
"""
BARE = PREFIXES.partition(" <https://example.org/my> a")[0] + "\n"
TURTLE = BARE + 'cmd:my-note rdfs:comment "A remark."@en .\n'
TRIPLE = (
    "<https://w3id.org/critmat/id/my-note> <http://www.w3.org/2000/01/rdf-schema#comment> "
    '"A remark."@en'
)
GRAPH = "<https://w3id.org/critmat/graph/extension-own>"


def document(data: str | bytes, name: str = "own.ttl") -> Document | Problem:
    content = data if isinstance(data, bytes) else data.encode()
    return read_document(MaterialFile(Path(name), name, name, Kind.DOCUMENT, content))


def problem(data: str | bytes, name: str = "own.ttl") -> Problem:
    found = document(data, name)
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.ttl", TURTLE),
        ("own.owl", TURTLE),
        ("own.ttl", "\ufeff" + TURTLE),
        ("own.trig", TURTLE),
        ("own.nt", f"{TRIPLE} .\n"),
        ("own.nq", f"{TRIPLE} .\n"),
        ("own.rdf", RDF_XML),
        ("own.owl", RDF_XML),
        ("own.xml", RDF_XML),
        ("own.ttl", RDF_XML),
    ],
)
def test_one_statement_in_every_syntax_goes_into_the_graph_of_the_file(
    name: str, text: str
) -> None:
    found = document(text, name)
    assert isinstance(found, Document)
    assert [f"{quad}" for quad in found.quads] == [f"{TRIPLE} {GRAPH}"]


@pytest.mark.parametrize(
    ("name", "text", "syntax"),
    [
        ("own.owx", "<x/>", "OWL/XML"),
        ("own.owl", '<?xml version="1.0"?>\n<Ontology xmlns="http://www.w3.org/2002/07/owl#"/>',
         "OWL/XML"),
        ("own.owl", "Prefix(:=<https://example.org/#>)\nOntology(<https://example.org/>)",
         "OWL Functional Syntax"),
        ("own.owl", "Prefix: : <https://example.org/#>\nOntology: <https://example.org/>\n",
         "Manchester Syntax"),
        ("own.omn", "x", "Manchester Syntax"),
        ("own.jsonld", "{}", "JSON-LD"),
        ("own.ttl", '{"@context": "https://example.org/"}', "JSON-LD"),
    ],
)  # fmt: skip
def test_other_syntaxes_are_named_with_the_way_to_save_again(
    name: str, text: str, syntax: str
) -> None:
    found = problem(text, name)
    assert syntax in found.message
    assert "RDF/XML" in found.remedy and "Turtle" in found.remedy


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OPEN = "<rdf:Description>"


@pytest.mark.parametrize(
    ("name", "data", "words", "row"),
    [
        ("a.rdf", RDF_XML.replace("<rdf:RDF", f"{LAUGHS}<rdf:RDF", 1), "entities", 2),
        ("a.rdf", RDF_XML[:200], "cannot be read", None),
        ("a.rdf", RDF_XML.replace('"1.0"', '"1.0" encoding="latin-1"'), "latin-1", 1),
        ("a.rdf", RDF_XML.encode("utf-16"), "NUL", 1),
        ("a.rdf", RDF_XML.replace("remark", "r\u00e9mark").encode("latin-1"), "not UTF-8", 5),
        ("a.rdf", RDF_XML.replace("  <rdf:D", OPEN * 300 + "<rdf:D"), "deep", 4),
        ("a.ttl", TURTLE.encode() + b"\0", "NUL", 11),
        ("a.ttl", b"", "empty", None),
        ("a.ttl", b"cmd:x a", "cannot be read", 1),
        ("a.ttl", "<a> <b> <c> .", "relative IRI", 1),
        ("a.nt", "<a> <b> <c> .", "relative IRI", 1),
        ("a.ttl", TURTLE + "cmd:x rdfs:label <<( cmd:a cmd:b cmd:c )>> .", "inside a triple", None),
    ],
)
def test_a_hostile_or_broken_document_is_a_problem(
    name: str, data: str | bytes, words: str, row: int | None
) -> None:
    found = problem(data, name)
    assert words in found.message
    assert found.remedy
    assert row is None or found.row == row


def test_what_kills_the_parser_kills_nothing_else() -> None:
    depth = 60_000
    text = "<a:a> <a:a> " + "<<( <a:a> <a:a> " * depth + "<a:a>" + " )>>" * depth + " ."
    assert "nested too deeply" in problem(text, "a.nt").message


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "TIME", 0.001)
    assert "seconds" in problem(TURTLE).message


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """Imports are names, and a base is only a beginning of names."""
    text = (
        f"@base <file://{tmp_path}/> .\n" + BARE +
        "<https://example.org/my> a owl:Ontology ; owl:imports <http://127.0.0.1:9/none> .\n"
    )  # fmt: skip
    found = document(text)
    assert isinstance(found, Document)
    assert len(found.schema) == 2


def test_a_document_is_parted_into_ontology_shapes_and_facts() -> None:
    found = document(
        BARE + "my:A a owl:Class ; rdfs:subClassOf [ a owl:Restriction ;"
        " owl:onProperty cm:operator ; owl:someValuesFrom cm:Company ] .\n"
        "my:AShape a sh:NodeShape ; sh:targetClass my:A ; sh:property [ sh:path rdfs:label ] .\n"
        "cmd:a a my:A , owl:NamedIndividual .\n"
    )
    assert isinstance(found, Document)
    assert len(found.schema) == 5
    assert len(found.shapes) == 4
    assert [q.object.value for q in found.facts] == ["https://example.org/my#A"]  # type: ignore[union-attr]


def test_blank_nodes_have_the_same_names_whenever_the_file_is_read() -> None:
    text = PREFIXES + "my:A a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:complementOf my:B ] ."
    first, second = document(text), document(text)
    other = document(text, "other.ttl")
    assert isinstance(first, Document) and isinstance(second, Document)
    assert isinstance(other, Document)
    assert sorted(map(str, first.schema)) == sorted(map(str, second.schema))
    blank = {q.object for q in first.schema} & {q.object for q in other.schema}
    assert all("c14n" not in str(term) for term in blank)


def test_the_graph_of_a_file_is_described_as_a_source(read: Reader) -> None:
    extension, problems = read(
        {"own.ttl": PREFIXES + 'cmd:neodymium skos:altLabel "Neodym"@de .\n'}
    )
    assert not problems
    described = {
        (p.rpartition("/")[2].rstrip(">"), o) for s, p, o, _ in statements(extension.facts)
        if s == GRAPH
    }  # fmt: skip
    assert {
        ("title", '"Extension own/own.ttl"@en'),
        ("ontology#retrievedOn", '"2031-03-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
    } <= described


def test_a_file_that_does_not_say_what_it_is_cannot_be_cited(read: Reader) -> None:
    _, problems = read({"own.ttl": BARE + 'cmd:neodymium skos:altLabel "Neodym"@de .\n'})
    assert "cannot be cited" in only(problems).message
    assert "dct:modified" in problems[0].remedy


def test_two_files_of_one_name_would_speak_in_one_graph(read: Reader) -> None:
    _, problems = read({"a/own.ttl": TURTLE, "b/own.ttl": TURTLE})
    assert any("same name" in problem.message for problem in problems)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=60), st.sampled_from(["a.ttl", "a.rdf", "a.owl", "a.nt", "a.csv.xml"]))
def test_whatever_bytes_a_file_holds_its_syntax_is_told_or_refused(data: bytes, name: str) -> None:
    found = syntax_of(MaterialFile(Path(name), name, name, Kind.DOCUMENT, data))
    assert isinstance(found, Problem) or found in ("ttl", "nt", "xml")


def test_lines_are_found_by_what_stands_there(turtle: Callable[[str], list[str]]) -> None:
    [message] = turtle('\n\ncmd:my-a rdfs:comment "x"@en ;\n  cm:low "much"^^xsd:double .\n')
    assert message.startswith("13: cm:low")
