"""What the triples of a document may say of what is shipped, and of themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kg.extension.conftest import PREFIXES, SOURCES, Reader, only

Turtle = Callable[[str], list[str]]
DEFINED = 'rdfs:label "a"@en ; skos:definition "An a."@en'


def test_a_term_that_does_not_exist_gets_the_nearest_name(read: Reader) -> None:
    _, problems = read(
        {"own.ttl": PREFIXES + "cmd:my-a a cm:Refinary ; cm:operater cmd:albemarle ."}
    )
    hints = [problem.remedy for problem in problems]
    assert any("cm:Refinery" in hint for hint in hints)
    assert any("cm:operator" in hint for hint in hints)
    assert {problem.row for problem in problems} == {10}


def test_own_terms_need_a_namespace_of_their_own(read: Reader) -> None:
    _, problems = read({"own.ttl": PREFIXES + f"cm:Zoo a owl:Class ; {DEFINED} ."})
    assert "namespace of your own" in only(problems).remedy


def test_a_thing_that_nobody_describes_gets_the_nearest_name(read: Reader) -> None:
    _, problems = read({"own.ttl": PREFIXES + "cmd:my-a cm:handlesElement cmd:neodymum ."})
    assert "cmd:neodymium" in only(problems).remedy


@pytest.mark.parametrize(
    "text",
    [
        "cm:Mine rdfs:subClassOf cm:Refinery .",
        'cm:Mine rdfs:label "pit"@en .',
        "cm:operator rdfs:domain cm:Mine .",
        'cmd:neodymium rdfs:label "Neo"@en .',
        "cmd:neodymium a cm:Material .",
        "cmd:neodymium cm:atomicNumber 61 .",
        "cmd:neodymium owl:sameAs cmd:dysprosium .",
        'graph:usgs-mcs2026-data rdfs:label "mine now"@en .',
    ],
)
def test_nothing_that_is_shipped_is_rewritten(text: str, turtle: Turtle) -> None:
    messages = turtle(text)
    assert any("is shipped" in message for message in messages), messages


@pytest.mark.parametrize(
    "text",
    [
        "cm:Mine a owl:Class .",  # Protégé repeats what it uses
        'cmd:neodymium skos:altLabel "Neodym"@de .',
        "cmd:albemarle rdfs:seeAlso <https://example.org/albemarle> .",
        f"my:A a owl:Class ; {DEFINED} . cmd:albemarle a my:A .",
    ],
)
def test_what_rewrites_nothing_is_allowed(text: str, read: Reader) -> None:
    _, problems = read({"own.ttl": PREFIXES + text})
    assert not problems, list(map(str, problems))


@pytest.mark.parametrize(
    "graph", ["usgs-mcs2026-data", "ontology", "catalogue", "derived/owl", "derived/shares"]
)
def test_nobody_speaks_in_the_graph_of_another(graph: str, read: Reader) -> None:
    text = f'<https://w3id.org/critmat/graph/{graph}> {{ cmd:my-a rdfs:comment "x"@en }}'
    _, problems = read({"own.trig": PREFIXES + text})
    problem = only(problems)
    assert "named graph" in problem.message
    assert problem.row == 10


def test_a_source_of_ones_own_has_a_graph_of_its_own(read: Reader) -> None:
    text = 'graph:survey-2031 { cmd:my-a rdfs:comment "x"@en }'
    _, problems = read({"sources.csv": SOURCES, "own.trig": PREFIXES + text})
    assert not problems


def test_a_graph_without_a_source_is_reported(read: Reader) -> None:
    _, problems = read({"own.trig": PREFIXES + 'graph:nobody { cmd:my-a rdfs:comment "x"@en }'})
    assert "nothing describes the source graph:nobody" in only(problems).message


def test_a_record_without_a_name_is_reported_once(turtle: Turtle) -> None:
    messages = turtle(
        "cmd:albemarle cm:hasStake [ a cm:OwnershipStake ; cm:stakeFraction 0.5e0 ] ."
    )
    assert len(messages) == 1
    assert "has no name" in messages[0]


@pytest.mark.parametrize(
    "literal",
    [
        '"much"^^xsd:double', '"2031-13-01"^^xsd:date', '"maybe"^^xsd:boolean',
        '"1.5"^^xsd:integer', '"x"^^xsd:dubble', '"javascript:alert(1)"^^xsd:anyURI',
        '"20"^^xsd:gYear', '"noon"^^xsd:time',
    ],
)  # fmt: skip
def test_a_literal_must_be_what_it_claims(literal: str, turtle: Turtle) -> None:
    messages = turtle(f"\ncmd:my-a rdfs:comment {literal} .")
    assert [message.split(":")[0] for message in messages] == ["11"]


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_an_iri_that_does_something_when_followed_is_refused(iri: str, turtle: Turtle) -> None:
    messages = turtle(f"cmd:my-a rdfs:seeAlso <{iri}> .")
    assert len(messages) == 1
    assert "refused" in messages[0]


def test_what_nothing_declares_is_a_warning(read: Reader) -> None:
    _, problems = read({"own.ttl": PREFIXES + "cmd:my-a my:likes cmd:neodymium ."})
    assert only(problems).severity == "warning"


def test_very_many_problems_are_counted(turtle: Turtle) -> None:
    messages = turtle("".join(f"cmd:my-{n} cm:x{n} cmd:neodymium .\n" for n in range(150)))
    assert len(messages) == 101
    assert "50 more" in " ".join(messages)
