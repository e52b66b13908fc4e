"""Whatever is bound, the query gives what a filter in Python over the same records gives.

Each example makes up records with hostile words, and values that may or may not be among them. The
same is asked in a plain pattern, a sub-select, an aggregate, several blocks and CONSTRUCT, in this
process and of a remote endpoint.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, QueryTriples, Store

from kg.engines.engine import Query
from kg.engines.remote import RemoteEngine
from kg.namespaces import XSD
from kg.questions import Parameter, ParameterError, Question, ask, bind
from kg.questions.binding import Term
from kg.questions.question import Column, ParameterType, View
from kg.questions.things import resolve
from tests.kg.questions.hostile import Endpoint, iris, many, texts

WORD, NUMBER, YEAR = (NamedNode(f"x:{name}") for name in ("word", "number", "year"))
DECIMAL, G_YEAR = NamedNode(f"{XSD}decimal"), NamedNode(f"{XSD}gYear")

PLAIN = """
SELECT ?thing {
  VALUES ?word { 'a' } VALUES ?year { UNDEF } ?thing <x:word> ?word ; <x:year> ?year
}"""
SUB_SELECT = """
SELECT ?thing ?others { # VALUES ?word { 'a comment' }
  { SELECT ?word (COUNT(?other) AS ?others) {
      VALUES ?word { 'a' } ?other <x:word> ?word } GROUP BY ?word }
  { SELECT ?thing ?word { ?thing <x:word> ?word ; <x:year> ?year . VALUES ?year { UNDEF } } }
  BIND("VALUES ?word { 'in a text' }" AS ?text)
}"""
AGGREGATE = """
SELECT ?year (SUM(?number) AS ?sum) (COUNT(*) AS ?count) {
  VALUES ?threshold { 0 } VALUES ?word { 'a' }
  ?thing <x:word> ?word ; <x:number> ?number ; <x:year> ?year FILTER(?number >= ?threshold)
} GROUP BY ?year"""
SEVERAL = """
SELECT ?thing ?part {
  { VALUES ?word { 'a' } ?thing <x:word> ?word BIND(1 AS ?part) }
  UNION
  { VALUES ?word { 'a' } ?thing <x:word> ?other FILTER(?other != ?word) BIND(2 AS ?part) }
  VALUES ?thing { UNDEF }
}"""
CONSTRUCT = "CONSTRUCT { ?thing <x:is> ?word } WHERE { VALUES ?word { 'a' } ?thing <x:word> ?word }"


def question(query: str, *names: str) -> Question:
    kinds = {"threshold": ParameterType.DECIMAL, "year": ParameterType.YEAR}
    params = {
        n: Parameter(n, kinds.get(n, ParameterType.STRING), n, ("a",), multiple=True) for n in names
    }
    return Question(
        id="q", theme="t", title="T", question="Q?", description="",
        params=MappingProxyType(params), columns=(Column("thing", "Thing"),),
        views=(View("table"),), expect=(), text=query,
    )  # fmt: skip


class Record(NamedTuple):
    thing: NamedNode
    word: str
    number: Decimal
    year: int


hundredths = st.integers(-100_000, 100_000).map(lambda number: Decimal(number) / 100)
records = st.lists(
    st.builds(
        Record,
        iris,
        texts,
        hundredths,
        st.integers(1900, 1903),
    ),
    max_size=4,
    unique_by=lambda record: record.thing.value,
)
years = st.lists(st.integers(1900, 1904), min_size=1, max_size=2, unique=True)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Record], list[str]]:
    """Records, and words that are asked for: some of theirs, some of nobody's."""
    made = draw(records)
    known = st.sampled_from([record.word for record in made]) if made else texts
    asked = draw(st.lists(st.one_of(known, texts), min_size=1, max_size=3, unique=True))
    return made, asked


def store_of(made: list[Record]) -> Store:
    store = Store()
    for record in made:
        store.add(Quad(record.thing, WORD, Literal(record.word)))
        store.add(Quad(record.thing, NUMBER, Literal(str(record.number), datatype=DECIMAL)))
        store.add(Quad(record.thing, YEAR, g_year(record.year)))
    return store


def g_year(year: int) -> Literal:
    return Literal(str(year), datatype=G_YEAR)


def rows(store: Store, text: str, *names: str) -> Counter[tuple[Any, ...]]:
    found = store.query(text)
    assert isinstance(found, QuerySolutions)
    return Counter(tuple(solution[name] for name in names) for solution in found)


def words_of(asked: list[str]) -> list[Term]:
    return [Literal(word) for word in asked]


class Example(NamedTuple):
    """Records, and what is asked of them."""

    made: list[Record]
    words: list[str]
    years: list[int]
    threshold: Decimal
    thing: NamedNode


@st.composite
def examples(draw: st.DrawFn) -> Example:
    made, words = draw(worlds())
    thing = draw(st.sampled_from([*(r.thing for r in made), NamedNode("http://x.example/nobody")]))
    return Example(made, words, draw(years), draw(hundredths), thing)


def check_a_plain_pattern(store: Store, asked: Example) -> None:
    bound = bind(
        question(PLAIN, "word", "year"),
        {"word": words_of(asked.words), "year": [g_year(year) for year in asked.years]},
    )
    assert rows(store, bound.text, "thing") == Counter(
        (r.thing,) for r in asked.made if r.word in asked.words and r.year in asked.years
    )


def check_open_parameters(store: Store, asked: Example) -> None:
    bound = bind(question(PLAIN, "word", "year"), {"word": [None], "year": [None]})
    assert rows(store, bound.text, "thing") == Counter((r.thing,) for r in asked.made)


def check_sub_selects(store: Store, asked: Example) -> None:
    bound = bind(
        question(SUB_SELECT, "word", "year"),
        {"word": words_of(asked.words), "year": [g_year(year) for year in asked.years]},
    )
    others = Counter(r.word for r in asked.made)
    found = rows(store, bound.text, "thing", "others")
    assert Counter({(thing, int(n.value)): c for (thing, n), c in found.items()}) == Counter(
        (r.thing, others[r.word])
        for r in asked.made
        if r.word in asked.words and r.year in asked.years
    )
    assert "'a comment'" in bound.text and "'in a text'" in bound.text


def check_aggregates(store: Store, asked: Example) -> None:
    bound = bind(
        question(AGGREGATE, "word", "threshold"),
        {
            "word": words_of(asked.words),
            "threshold": [Literal(str(asked.threshold), datatype=DECIMAL)],
        },
    )
    expected: dict[int, list[Decimal]] = {}
    for record in asked.made:
        if record.word in asked.words and record.number >= asked.threshold:
            expected.setdefault(record.year, []).append(record.number)
    assert {
        int(year.value): (Decimal(total.value), int(count.value))
        for year, total, count in rows(store, bound.text, "year", "sum", "count")
    } == {year: (sum(numbers), len(numbers)) for year, numbers in expected.items()}


def check_several_blocks(store: Store, asked: Example) -> None:
    first = asked.words[0]
    bound = bind(
        question(SEVERAL, "word", "thing"), {"word": [Literal(first)], "thing": [asked.thing]}
    )
    found = rows(store, bound.text, "thing", "part")
    assert Counter({(thing, int(n.value)): c for (thing, n), c in found.items()}) == Counter(
        (r.thing, 1 if r.word == first else 2) for r in asked.made if r.thing == asked.thing
    )


def check_construct(store: Store, asked: Example) -> None:
    bound = bind(question(CONSTRUCT, "word"), {"word": words_of(asked.words)})
    found = store.query(bound.text)
    assert isinstance(found, QueryTriples)
    assert {(t.subject, t.object) for t in found} == {
        (r.thing, Literal(r.word)) for r in asked.made if r.word in asked.words
    }


@many
@given(examples())
def test_in_every_form_of_a_query(asked: Example) -> None:
    store = store_of(asked.made)
    check_a_plain_pattern(store, asked)
    check_open_parameters(store, asked)
    check_sub_selects(store, asked)
    check_aggregates(store, asked)
    check_several_blocks(store, asked)
    check_construct(store, asked)


@many
@given(worlds())
def test_of_a_remote_engine(
    remote: Endpoint, remote_engine: RemoteEngine, world: tuple[list[Record], list[str]]
) -> None:
    made, asked = world
    remote.store = store_of(made)
    bound = bind(question(PLAIN, "word", "year"), {"word": words_of(asked), "year": [None]})
    with remote_engine.query(Query(bound.text)) as answer:
        found = json.loads(answer.read())["results"]["bindings"]
    assert Counter(row["thing"]["value"] for row in found) == Counter(
        r.thing.value for r in made if r.word in asked
    )


@many
@given(worlds())
def test_what_a_user_writes_is_asked_of_a_remote_engine_as_it_is(
    remote: Endpoint, remote_engine: RemoteEngine, world: tuple[list[Record], list[str]]
) -> None:
    made, asked = world
    remote.store = store_of(made)
    texts_of_user = [word.strip() for word in asked if word.strip()] or ["a"]
    if any("\0" in word for word in texts_of_user):
        with pytest.raises(ParameterError, match="no plain text"):
            ask(remote_engine, question(PLAIN, "word"), {"word": asked})
        return
    if any(word.casefold() == "any" for word in texts_of_user):
        with pytest.raises(ParameterError, match="cannot be left open"):
            ask(remote_engine, question(PLAIN, "word"), {"word": asked})
        return
    table = ask(remote_engine, question(PLAIN, "word"), {"word": asked})
    assert Counter(row["thing"].iri for row in table.rows) == Counter(
        r.thing.value for r in made if r.word in texts_of_user
    )


@many
@given(texts)
def test_a_word_for_a_thing_finds_it_or_is_refused(
    remote: Endpoint, remote_engine: RemoteEngine, word: str
) -> None:
    element = NamedNode("https://w3id.org/critmat/ontology#Element")
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    known = NamedNode("https://w3id.org/critmat/id/neodymium")
    is_a = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    remote.store = Store()
    remote.store.add(Quad(known, is_a, element))
    remote.store.add(Quad(known, label, Literal(word, language="en")))
    parameter = Parameter("p", ParameterType.THING, "Element", ("Nd",), of="cm:Element")
    wanted = word.strip()
    if not wanted or "\0" in wanted or wanted.casefold() == "any":
        with pytest.raises(ParameterError):
            resolve(remote_engine, parameter, [word])
    elif wanted == word:
        assert resolve(remote_engine, parameter, [word]) == (known,)
    remote.store.remove(Quad(known, label, Literal(word, language="en")))
    if wanted not in ("neodymium", "cmd:neodymium"):
        with pytest.raises(ParameterError):
            resolve(remote_engine, parameter, [word])
