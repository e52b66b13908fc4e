"""The embedded engine: right answers in every format, clear refusals, many threads at once."""

import json
import os
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyoxigraph import RdfFormat, parse

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import (
    AnswerFormats,
    BrokenAnswerError,
    MalformedQueryError,
    NotAcceptableError,
    Query,
    QueryForm,
    QueryTooLargeError,
)
from kg.engines.functions import MOST_UNKNOWN
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot, prune, verify

LABEL = "SELECT ?label { <x:t7> <x:label> ?label }"


def labels(answer: bytes) -> list[str]:
    return [row["label"]["value"] for row in json.loads(answer)["results"]["bindings"]]


def test_a_query_is_answered(engine: EmbeddedEngine, snapshot: Snapshot) -> None:
    with engine.query(Query(LABEL)) as answer:
        assert (answer.form, answer.media_type) == (
            QueryForm.SOLUTIONS,
            "application/sparql-results+json",
        )
        assert labels(b"".join(answer)) == ["thing 7"]
    assert engine.snapshot_id == snapshot.id
    assert engine.ready()


@pytest.mark.parametrize(
    ("query", "formats", "start"),
    [
        (LABEL, AnswerFormats(solutions="text/csv"), b"label\r\nthing 7\r\n"),
        (LABEL, AnswerFormats(solutions="text/tab-separated-values"), b'?label\n"thing 7"@en\n'),
        (LABEL, AnswerFormats(solutions="application/sparql-results+xml"), b"<?xml"),
        ("ASK { <x:t7> ?p ?o }", AnswerFormats(), b'{"head":{},"boolean":true}'),
        ("ASK {}", AnswerFormats(boolean="application/sparql-results+xml"), b"<?xml"),
        ("DESCRIBE <x:t7>", AnswerFormats(graph="application/n-triples"), b"<x:t7> <x:"),
        ("CONSTRUCT WHERE { <x:t7> ?p ?o }", AnswerFormats(), b"@prefix"),
        ("DESCRIBE <x:t7>", AnswerFormats(graph="application/rdf+xml"), b"<?xml"),
        ("DESCRIBE <x:t7>", AnswerFormats(graph="application/ld+json"), b"[{"),
    ],
)
def test_formats(engine: EmbeddedEngine, query: str, formats: AnswerFormats, start: bytes) -> None:
    assert engine.query(Query(query, formats)).read().startswith(start)


def test_turtle_uses_our_prefixes(engine: EmbeddedEngine) -> None:
    query = "CONSTRUCT { <x:a> a <https://w3id.org/critmat/ontology#Element> } {}"
    text = engine.query(Query(query)).read()
    assert b"cm:Element" in text
    assert len(list(parse(text, RdfFormat.TURTLE))) == 1


def test_a_format_that_does_not_fit_is_refused(engine: EmbeddedEngine) -> None:
    for query, formats in (
        (LABEL, AnswerFormats(solutions=None)),
        (LABEL, AnswerFormats(solutions="text/turtle")),
        ("ASK {}", AnswerFormats(boolean=None)),
        ("DESCRIBE <x:t7>", AnswerFormats(graph="text/csv")),
    ):
        with pytest.raises(NotAcceptableError, match="Formats for it: "):
            engine.query(Query(query, formats))


def test_relative_iris_are_resolved_against_the_base(engine: EmbeddedEngine) -> None:
    formats = AnswerFormats(solutions="text/csv")
    asked = Query("SELECT (<a> AS ?x) {}", formats, base_iri="http://example.org/sparql")
    assert engine.query(asked).read().split() == [b"x", b"http://example.org/a"]
    wrong = Query("SELECT (<a> AS ?x) { ?s ?p }", base_iri="http://example.org/sparql")
    with pytest.raises(MalformedQueryError) as error:
        engine.query(wrong)
    assert (error.value.line, error.value.column) == (1, 28)


@pytest.mark.parametrize(
    ("query", "message", "place"),
    [
        ("SELECT * { ?s ?p }", "'}' cannot stand here", (1, 18)),
        ("SELECT * {\n ?s x:y ?o }", "Prefix not found", (2, 5)),
        ("SELECT * { <no-iri> ?p ?o }", "IRI parsing failed", (1, 12)),
        ("SELECT * {\n # FILTER\n ?s ?p 'a\u00e9b'@en FILTRE(?s) }", "'FILTRE", (3, 17)),
        ("SELECT (nofunction(1) AS ?x) {}", "'nofunction", (1, 9)),
        ("SELECT (COUNT(*) AS ?n) ?y {}", "a variable that is unbound", (1, 30)),
        ("SELEKT * {}", "'SELEKT' cannot stand here", (1, 1)),
        ("ASK {} 2", "'2' cannot stand here", (1, 8)),
        ("SELECT * { ?s ?p ?o } ORDER BY", "the query ends too early", (1, 31)),
        ("", "the query ends too early", (1, 1)),
    ],
)
def test_malformed_queries_are_told_the_place(
    engine: EmbeddedEngine, query: str, message: str, place: tuple[int, int]
) -> None:
    with pytest.raises(MalformedQueryError, match=message) as error:
        engine.query(Query(query))
    assert (error.value.line, error.value.column) == place
    assert "SERVICE" not in str(error.value)


def test_the_graphs_of_the_protocol_are_the_whole_data_set(engine: EmbeddedEngine) -> None:
    graph = "https://w3id.org/critmat/graph/s1"

    def count(pattern: str, **graphs: tuple[str, ...]) -> int:
        answer = engine.query(Query(f"SELECT (COUNT(*) AS ?label) {{ {pattern} }}", **graphs))
        return int(labels(answer.read())[0])

    default, named = "?s <x:label> ?o", "GRAPH ?g { ?s <x:label> ?o }"
    assert (count(default), count(named)) == (3000, 3000)
    assert count(default, default_graphs=(graph,)) == 1000
    assert count(named, default_graphs=(graph,)) == 0
    assert count(named, named_graphs=(graph,)) == 1000
    assert count(default, named_graphs=(graph,)) == 0
    with pytest.raises(MalformedQueryError, match="not named by an absolute IRI"):
        engine.query(Query("ASK {}", default_graphs=("no iri",)))


@pytest.mark.parametrize(
    ("query", "formats"),
    [
        ("SELECT ?o { <x:odd> <x:says> ?o }", AnswerFormats("application/sparql-results+xml")),
        ("CONSTRUCT WHERE { <x:odd> <x:says> ?o }", AnswerFormats(graph="application/rdf+xml")),
        ("CONSTRUCT WHERE { <x:odd> <x:a/1> ?o }", AnswerFormats(graph="application/rdf+xml")),
    ],
)
def test_what_xml_cannot_carry_is_refused(
    engine: EmbeddedEngine, query: str, formats: AnswerFormats
) -> None:
    with pytest.raises(NotAcceptableError, match=r"which XML cannot express. Ask for JSON"):
        engine.query(Query(query, formats))
    assert engine.query(Query(query)).read()


def test_xml_keeps_carriage_returns(engine: EmbeddedEngine) -> None:
    query = "SELECT ?o { <x:odd> <x:lines> ?o }"
    answer = engine.query(Query(query, AnswerFormats("application/sparql-results+xml"))).read()
    literal = ET.fromstring(answer).find(".//{*}literal")  # noqa: S314 - our own answer
    assert literal is not None
    assert literal.text == "one\r\ntwo"


def test_a_long_answer_comes_in_chunks(engine: EmbeddedEngine) -> None:
    with engine.query(Query("SELECT * { ?s ?p ?o . ?o ?q ?r }")) as answer:
        chunks = list(answer)
    assert len(chunks) > 5
    assert max(map(len, chunks)) < 200_000
    assert len(json.loads(b"".join(chunks))["results"]["bindings"]) == 6000


def test_one_long_literal_comes_in_chunks_too(engine: EmbeddedEngine) -> None:
    doubled = "".join(f" BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(19))
    query = f"SELECT ?a19 {{ BIND('aaaaaaaaaaaaaaaa' AS ?a0){doubled} }}"
    with engine.query(Query(query, AnswerFormats(solutions="text/csv"))) as answer:
        chunks = list(answer)
    assert b"".join(chunks) == b"a19\r\n" + b"a" * 2**23 + b"\r\n"
    assert max(map(len, chunks)) <= 2 * 1024 * 1024


def test_an_answer_closed_early_is_never_taken_for_whole(engine: EmbeddedEngine) -> None:
    answer = engine.query(Query("SELECT * { ?s ?p ?o . ?a ?b ?c }"))
    chunks = iter(answer)
    next(chunks)
    answer.close()
    answer.close()
    with pytest.raises(BrokenAnswerError):
        list(chunks)
    for _ in range(4):  # nothing of it reaches those who come after
        assert labels(engine.query(Query(LABEL)).read()) == ["thing 7"]


def test_fifty_threads_get_their_own_answers(engine: EmbeddedEngine) -> None:
    def ask(i: int) -> bool:
        if i % 10 == 3:  # some give up in the middle
            answer = engine.query(Query("SELECT * { ?s ?p ?o . ?a ?b ?c }"))
            answer.close()
            return True
        query = f"SELECT ?label {{ <x:t{i}> <x:label> ?label }}"
        return labels(engine.query(Query(query)).read()) == [f"thing {i}"]

    with ThreadPoolExecutor(50) as threads:
        assert all(threads.map(ask, range(400)))


def test_a_snapshot_over_the_budget_is_read_from_disk(
    snapshot: Snapshot, settings: PoolSettings
) -> None:
    small = PoolSettings(workers=1, store_budget=1, memory=settings.memory)
    with EmbeddedEngine(snapshot, small) as engine:
        assert engine.on_disk
        assert labels(engine.query(Query(LABEL)).read()) == ["thing 7"]
        with pytest.raises(MalformedQueryError):
            engine.query(Query("no query"))
    assert verify(snapshot).ok  # reading changed nothing


def test_a_snapshot_in_use_is_not_pruned(engine: EmbeddedEngine, snapshot: Snapshot) -> None:
    root = snapshot.path.parent.parent
    (root / "current").unlink()  # else it would be kept for being current
    try:
        assert prune(root, keep=0) == []
        assert engine.ready()
    finally:
        (root / "current").symlink_to(f"snapshots/{snapshot.id}")


def test_a_forked_copy_of_the_engine_refuses(engine: EmbeddedEngine) -> None:
    child = os.fork()
    if child == 0:
        try:
            engine.query(Query(LABEL))
        except Exception as error:
            os._exit(42 if "forked" in str(error) else 1)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
    assert labels(engine.query(Query(LABEL)).read()) == ["thing 7"]


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_time_that_allows_nothing_is_refused(engine: EmbeddedEngine, seconds: float) -> None:
    if seconds == 0:
        seconds = -0.5
    with pytest.raises(MalformedQueryError, match="allows no query"):
        engine.query(Query(LABEL, timeout=seconds))


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("SELECT (<x:no>(1) AS ?f) (<x:neither>() AS ?g) (2 AS ?h) {}", b"f,g,h\r\n,,2\r\n"),
        ("SELECT (COALESCE(<x:no>(1), 3) AS ?f) {}", b"f\r\n3\r\n"),
        ("SELECT ?o { <x:t7> <x:label> ?o FILTER(<x:no>(?o)) }", b"o\r\n"),
        ("SELECT ?o { <x:t7> <x:label> ?o FILTER(!BOUND(?x) || <x:no>(?o)) }", b"o\r\nthing 7\r\n"),
    ],
)
def test_a_function_that_nobody_knows_is_an_error_of_its_expression(
    engine: EmbeddedEngine, query: str, answer: bytes
) -> None:
    assert engine.query(Query(query, AnswerFormats(solutions="text/csv"))).read() == answer


def test_functions_that_nobody_knows_have_a_limit(engine: EmbeddedEngine) -> None:
    def calls(number: int) -> Query:
        return Query(
            "SELECT * { FILTER(" + " || ".join(f"<x:f{i}>()" for i in range(number)) + ") }"
        )

    engine.query(calls(MOST_UNKNOWN)).read()
    with pytest.raises(QueryTooLargeError, match="more than 100 functions"):
        engine.query(calls(MOST_UNKNOWN + 1))
