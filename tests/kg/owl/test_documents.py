"""Files for the reasoner are read before Java sees them, and what cannot be read is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kg.namespaces import CM, CMD
from kg.owl.documents import OwlDocument, read_documents
from kg.report import Problem, Severity

TURTLE = f"""\
@prefix cm: <{CM}> .
@prefix mine: <https://example.org/mines#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
mine:a a cm:Mine ; cm:locatedIn [ a cm:Place ] . mine:b a cm:Mine .
mine:Quarry a owl:Class .
"""
RDF_XML = f"""\
<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY cm "{CM}" > ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
  <owl:Ontology rdf:about="https://example.org/quarries">
    <owl:imports rdf:resource="https://w3id.org/critmat/ontology/facilities"/>
  </owl:Ontology>
  <owl:Class rdf:about="https://example.org/quarries#Quarry">
    <rdfs:subClassOf rdf:resource="&cm;Mine"/>
  </owl:Class>
</rdf:RDF>
"""


def read(path: Path, text: str) -> tuple[OwlDocument | None, list[Problem]]:
    """Read one file with the shipped ontology."""
    path.write_text(text, encoding="utf-8")
    documents, report = read_documents(extra=[path])
    added = [document for document in documents if not document.shipped]
    return (added[0] if added else None), report.problems


def test_every_file_of_the_ontology_is_handed_over_with_its_name() -> None:
    documents, report = read_documents()

    names = [document.name for document in documents]
    assert names[0] == "critmat.ttl"
    assert {"modules/supply.ttl", "codes/stages.ttl", "mappings/terms.sssom.tsv"} <= set(names)
    assert ("Class", f"{CM}Position") in documents[names.index("modules/supply.ttl")].declares
    assert report.ok


def test_no_document_has_a_way_to_the_network() -> None:
    assert not [d.name for d in read_documents()[0] if "owl#imports" in d.triples]


def test_blank_nodes_of_two_files_are_kept_apart() -> None:
    blank = [
        {
            str(quad.subject)
            for quad in parse(document.triples, format=RdfFormat.N_TRIPLES)
            if str(quad.subject).startswith("_:")
        }
        for document in read_documents()[0]
    ]

    assert sum(map(len, blank)) == len(set().union(*blank)) > 20


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.ttl", TURTLE), ("a.owl", TURTLE), ("a.owl", RDF_XML), ("a.rdf", RDF_XML)],
)
def test_turtle_and_rdf_xml_are_read_also_under_the_ending_of_protege(
    name: str, text: str, tmp_path: Path
) -> None:
    document, problems = read(tmp_path / name, text)

    assert problems == []
    assert document
    assert document.count > 1
    assert [local for kind, iri in document.declares for local in [iri.split("#")[-1]]] == [
        "Quarry"
    ]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.ttl", "@prefix cm: <http://e/> .\ncm:a cm:b", "It does not parse"),
        ("a.rdf", "<?xml version='1.0'?><rdf:RDF>", "It does not parse"),
        ("a.docx", "hello", 'The ending ".docx" is none'),
        ("a.owl", "Prefix(:=<http://e/>)\nOntology(<http://e/>)", "functional syntax"),
        ("a.owl", "Prefix: : <http://e/>\nOntology: <http://e/>", "Manchester syntax"),
        (
            "a.owl",
            '<?xml version="1.0"?>\n<!-- by hand -->\n'
            '<Ontology xmlns="http://www.w3.org/2002/07/owl#"></Ontology>',
            "OWL/XML",
        ),
        ("a.ttl", "<< <http://e/a> <http://e/b> <http://e/c> >> <http://e/d> 3 .", "RDF 1.2"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_with_a_remedy(
    name: str, text: str, words: str, tmp_path: Path
) -> None:
    document, (problem,) = read(tmp_path / name, text)

    assert document is None
    assert words in problem.message
    assert problem.file == name
    assert problem.remedy


def test_all_files_that_cannot_be_read_are_told_at_once(tmp_path: Path) -> None:
    folder, gone = tmp_path / "folder.ttl", tmp_path / "gone.ttl"
    folder.mkdir()

    _, report = read_documents(extra=[folder, gone])

    assert [p.file for p in report.problems] == ["folder.ttl", "gone.ttl"]
    assert "No such file" in report.problems[1].message


def test_a_syntax_error_has_a_line(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path / "a.ttl", f"@prefix cm: <{CM}> .\n\ncm:a cm:b )\n")

    assert problem.row == 3


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.owl.documents.MOST_MEGABYTES", 0.0001)

    _, (problem,) = read(tmp_path / "a.ttl", TURTLE)

    assert "megabytes" in problem.message


def test_an_import_from_elsewhere_is_told_and_not_followed(tmp_path: Path) -> None:
    text = RDF_XML.replace("w3id.org/critmat/ontology/facilities", "localhost:1/other")

    document, (problem,) = read(tmp_path / "a.rdf", text)

    assert document
    assert "<https://localhost:1/other>, which is not read" in problem.message
    assert problem.severity is Severity.WARNING


def test_a_name_is_found_on_the_line_that_begins_with_it(tmp_path: Path) -> None:
    document, _ = read(tmp_path / "a.ttl", TURTLE)

    assert document
    assert document.line_of("https://example.org/mines#b") == 4
    assert document.line_of("https://example.org/mines#Quarry") == 5
    assert document.line_of(f"{CM}Mine") == 4
    assert document.line_of(f"{CMD}nowhere") is None


def test_a_name_is_found_in_rdf_xml(tmp_path: Path) -> None:
    document, _ = read(tmp_path / "a.rdf", RDF_XML)

    assert document
    assert document.line_of("https://example.org/quarries#Quarry") == 8
