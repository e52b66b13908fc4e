"""Triples as people write them, and as nobody should."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.errors import UsageError
from kg.explain.asking import Asker, Limits
from kg.explain.given import NoTermError, find_triple
from kg.namespaces import sparql_prologue
from tests.kg.explain.conftest import StoreEngine

DATA = """
cmd:f-35 a cm:DefenceSystem ; cm:hasPart cmd:pump ; cm:mass 1300e1 ; cm:since "2006"^^xsd:gYear ;
  rdfs:label "F-35 \\"Lightning\\""@en ; cm:count 50 .
cm:form-metal a cm:Form . cmd:pump cm:form cm:form-metal .
<https://example.org/x?y=1> cm:hasPart cmd:pump .
"""


def asker() -> Asker:
    store = Store()
    prologue = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    store.bulk_load(input=prologue + DATA, format=RdfFormat.TURTLE, to_graph=NamedNode("g:1"))
    return Asker(StoreEngine(store), Limits())


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "found"),
    [
        ("cmd:f-35", "cm:hasPart", "cmd:pump", "pump>"),
        ("f-35", "hasPart", "pump", "pump>"),
        (" cmd:f-35 ", "a", "cm:DefenceSystem", "DefenceSystem>"),
        ("<https://w3id.org/critmat/id/f-35>", "rdf:type", "DefenceSystem", "DefenceSystem>"),
        ("pump", "form", "form-metal", "ontology#form-metal>"),
        ("https://example.org/x?y=1", "cm:hasPart", "pump", "pump>"),
        ("f-35", "cm:mass", "13000", '"13000"^^<http://www.w3.org/2001/XMLSchema#double>'),
        ("f-35", "cm:mass", "1.3e4", '"13000"^^<http://www.w3.org/2001/XMLSchema#double>'),
        ("f-35", "cm:count", "50", '"50"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("f-35", "cm:count", '"50"^^xsd:integer', '"50"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("f-35", "cm:since", "2006", '"2006"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("f-35", "cm:since", '"2006"', '"2006"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("f-35", "rdfs:label", r'"F-35 \"Lightning\""', r'"F-35 \"Lightning\""@en'),
    ],
)  # fmt: skip
def test_one_triple_may_be_written_in_many_ways(
    subject: str, predicate: str, value: str, found: str
) -> None:
    triple = find_triple(asker(), subject, predicate, value)
    assert triple[2].endswith(found)
    assert asker().graphs([triple])[triple] == ["g:1"]


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "no spaces", "unknown:prefix>x", "<no>", "<a b>", "cmd:f> } #", "{", "?x", "_:b0",
        '"x" . <a:b> <a:b> <a:b>', '"unclosed', '"x"^^nothing', '"x"@en-', "cmd:a\nb", "\ud800",
        "a" * 3000, '"a"@' + "x" * 40, "<https://x>/><https://y>", "cmd:|",
    ],
)  # fmt: skip
def test_what_is_no_term_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_triple(asker(), "cmd:f-35", "cm:hasPart", text)
    assert caught.value.http_status == 400
    assert "prefixed name" in caught.value.remedy


def test_a_literal_is_no_subject() -> None:
    with pytest.raises(NoTermError, match="The subject"):
        find_triple(asker(), '"text"', "cm:hasPart", "cmd:pump")


@given(st.text(), st.text(), st.text())
def test_anything_else_is_a_triple_of_terms_or_a_plain_error(a: str, b: str, c: str) -> None:
    try:
        triple = find_triple(asker(), a, b, c)
    except UsageError as error:
        assert error.message
    else:
        assert all(term.startswith(("<", '"')) for term in triple)


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40), st.just("en"))
def test_a_literal_comes_through_as_it_is(text: str, language: str) -> None:
    written = str(Literal(text, language=language))
    assert find_triple(asker(), "cmd:f-35", "rdfs:label", written)[2] == written


def test_nothing_of_what_was_given_reaches_a_query_but_as_a_term(monkeypatch: Any) -> None:
    asked = asker()
    texts: list[str] = []
    monkeypatch.setattr(asked, "rows", lambda text: texts.append(text) or [])
    find_triple(asked, "cmd:f-35", "cm:hasPart", '"} DROP ALL #"')
    assert all(r'"} DROP ALL #"' in text for text in texts if "DROP" in text)
    with pytest.raises(UsageError):
        find_triple(asked, "cmd:f-35> } DROP ALL #", "cm:hasPart", "cmd:pump")
