"""What a document adds to the ontology: named, defined, without contradiction, with rules."""

from __future__ import annotations

from collections.abc import Callable

from kg.report import Severity
from tests.kg.extension.conftest import PREFIXES, Reader

Turtle = Callable[[str], list[str]]
DEFINED = 'rdfs:label "a"@en ; skos:definition "An a."@en'


def test_a_term_needs_a_label_and_a_definition(turtle: Turtle) -> None:
    messages = turtle("\nmy:A a owl:Class .\nmy:p a owl:ObjectProperty ; rdfs:label 'p'@en .")
    assert [message for message in messages if "has no" in message] == [
        "11: the class https://example.org/my#A has no definition",
        "11: the class https://example.org/my#A has no label",
        "12: the property https://example.org/my#p has no definition",
    ]


def test_a_contradiction_is_explained_with_the_names_of_the_files(read: Reader) -> None:
    _, problems = read(
        {"own.ttl": PREFIXES + f"\nmy:A a owl:Class ; {DEFINED} ;\n"
         " rdfs:subClassOf cm:Mine , cm:Element ."}
    )  # fmt: skip
    [problem] = [p for p in problems if "no members" in p.message]
    assert problem.severity is Severity.ERROR
    assert problem.file.endswith("own.ttl")
    assert problem.row == 11
    assert "own.ttl]" in problem.message and "modules/" in problem.message


def test_an_axiom_without_a_rule_is_named(read: Reader) -> None:
    text = f"my:A a owl:Class ; {DEFINED} ; rdfs:subClassOf [ a owl:Restriction ;"
    text += " owl:onProperty cm:operator ; owl:someValuesFrom cm:Company ] ."
    _, problems = read({"own.ttl": PREFIXES + text})
    [problem] = problems
    assert problem.severity is Severity.WARNING
    assert "rdfs:subClassOf of https://example.org/my#A has no rule" in problem.message


def test_what_is_imported_is_not_fetched(read: Reader) -> None:
    text = "<https://example.org/my> owl:imports <http://127.0.0.1:9/x> ."
    _, problems = read({"own.ttl": PREFIXES + text})
    assert [p.message for p in problems] == [
        "it imports http://127.0.0.1:9/x, which is not fetched"
    ]


def test_nothing_switches_off_what_others_derive(turtle: Turtle) -> None:
    messages = turtle(f"my:p a owl:ObjectProperty ; {DEFINED} ; cm:materialise true .")
    assert any("cm:materialise" in message for message in messages)
