"""Documents from outside: turned into N-Quads by an engine process, or refused."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, RdfFormat, parse

from kg.engines.documents import LONGEST_LINE, MEDIA_TYPES
from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import (
    AbandonedError,
    Abandonment,
    DeadlineExceededError,
    Document,
    MalformedDocumentError,
    MemoryExceededError,
    Query,
    QueryForm,
)
from kg.engines.settings import MIB, PoolSettings
from kg.snapshot import Snapshot
from tests.kg.engines.hostile_documents import (
    BILLION_LAUGHS,
    DEEP,
    JSON,
    NESTED,
    REFUSED,
    TURTLE,
    XML,
    rdf_xml,
)

Turn = Callable[..., bytes]
ONE = b'<x:a> <x:b> "1" .\n'


@pytest.fixture
def turn(engine: EmbeddedEngine, tmp_path: Path) -> Turn:
    """Have a document turned into N-Quads."""

    def turn(media_type: str, text: bytes, graph: str | None = "", **more: float) -> bytes:
        path = tmp_path / "document"
        path.write_bytes(text)
        return engine.parse(Document(path, media_type, "http://b/c/", graph, **more)).read()  # type: ignore[arg-type]

    return turn


def is_light(engine: EmbeddedEngine) -> bool:
    return b"true" in engine.query(Query("ASK { <x:t7> <x:label> ?label }")).read()


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        (TURTLE, b"@prefix x: <x:> . x:a x:b '1' ."),
        ("application/n-triples", ONE),
        ("application/n-quads", ONE),
        ("application/trig", b"{ <x:a> <x:b> '1' }"),
        (XML, rdf_xml(b"1")),
        (JSON, b'{"@id": "x:a", "x:b": "1"}'),
    ],
)
def test_every_format_is_read(turn: Turn, media_type: str, text: bytes) -> None:
    assert turn(media_type, text) == ONE
    assert turn(media_type, text, "x:g") == b'<x:a> <x:b> "1" <x:g> .\n'
    assert turn(media_type, text, None) == ONE
    assert media_type in MEDIA_TYPES


def test_the_answer_is_a_graph_of_the_snapshot(
    engine: EmbeddedEngine, snapshot: Snapshot, tmp_path: Path
) -> None:
    path = tmp_path / "document"
    path.write_bytes(ONE)
    with engine.parse(Document(path, TURTLE, "http://b/")) as answer:
        assert (answer.form, answer.media_type) == (QueryForm.GRAPH, "application/n-quads")
        assert answer.snapshot_id == snapshot.id
        assert b"".join(answer) == ONE


def test_relative_iris_are_resolved(turn: Turn) -> None:
    assert turn(TURTLE, b"<d> <#e> <../f> .") == b"<http://b/c/d> <http://b/c/#e> <http://b/f> .\n"


def test_blank_nodes_are_renamed_and_stay_the_same_within(turn: Turn) -> None:
    text = b"_:a <x:b> _:a . _:c <x:b> 1 ."
    first, second = (list(parse(turn(TURTLE, text), RdfFormat.N_QUADS)) for _ in range(2))
    assert first[0].subject == first[0].object
    names = {quad.subject for quad in (*first, *second)}
    assert len(names) == 4
    assert BlankNode("a") not in names


def test_named_graphs_stay_only_where_they_may(turn: Turn) -> None:
    text = b"<x:g> { <x:a> <x:b> '1' } <x:a> <x:b> '1' ."
    assert sorted(turn("application/trig", text, None).splitlines()) == [
        b'<x:a> <x:b> "1" .',
        b'<x:a> <x:b> "1" <x:g> .',
    ]
    for graph in ("", "x:other"):
        with pytest.raises(MalformedDocumentError, match="has named graphs"):
            turn("application/trig", text, graph)


def test_an_empty_document_is_an_empty_graph(turn: Turn) -> None:
    assert turn(TURTLE, b"") == b""
    assert turn("application/n-quads", b"\n") == b""


@pytest.mark.parametrize(
    ("media_type", "text", "message", "line"),
    [
        (TURTLE, b"<x:a> <x:b>\n 1 2 .", "2 is not a valid subject", 2),
        (TURTLE, b"<x:a> <x:b> <no iri> .", "Line 1", 1),
        (TURTLE, b"<x:a> <x:b> 1", "Unexpected end", 1),
        ("application/n-quads", b"<x:a> <x:b> <rel> .", "No scheme found", 1),
        (JSON, b'{"x:a"\n', "Line 2", 2),
        (XML, b"<rdf:RDF>", "Unknown prefix", None),
        (TURTLE, ONE * 20_000 + b"no", "Line 20001", 20_001),  # late: behind the first chunks
    ],
)
def test_what_is_malformed_is_told_the_place(
    turn: Turn, media_type: str, text: bytes, message: str, line: int | None
) -> None:
    with pytest.raises(MalformedDocumentError, match=message) as error:
        turn(media_type, text)
    assert error.value.line == line
    assert line is None or str(error.value).startswith(f"Line {line}, column ")
    assert error.value.http_status == 400
    assert "Mend the document" in error.value.remedy


def test_names_that_are_no_iris_are_refused(turn: Turn) -> None:
    with pytest.raises(MalformedDocumentError, match="not named by an absolute IRI"):
        turn(TURTLE, ONE, "no iri")
    with pytest.raises(MalformedDocumentError, match="Documents of the type text/n3 are not read"):
        turn("text/n3", ONE)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_no_parser_should_see_is_refused(turn: Turn, kind: str) -> None:
    media_type, text, words = REFUSED[kind]
    with pytest.raises(MalformedDocumentError, match=words) as error:
        turn(media_type, text)
    assert error.value.remedy


@pytest.mark.parametrize("shape", NESTED)
def test_nesting_has_a_limit(turn: Turn, shape: str) -> None:
    media_type, text, (half, limit, tenfold) = NESTED[shape]
    for size in (half, limit):
        assert turn(media_type, text(size)) is not None  # the process must not die of it
    for size in (limit + 1, tenfold):
        with pytest.raises(MalformedDocumentError, match="more than 100 deep"):
            turn(media_type, text(size))


@pytest.mark.parametrize("shape", DEEP)
def test_other_nesting_does_no_harm(turn: Turn, shape: str) -> None:
    assert turn(*DEEP[shape]).count(b"\n") >= 1


def test_a_literal_may_have_nearly_16_mib(turn: Turn) -> None:
    room = LONGEST_LINE - len(b'<x:a> <x:b> "" .\n') - 1_000
    text = b'<x:a> <x:b> "' + b"a" * room + b'" .\n'
    assert turn(TURTLE, text) == text


def test_a_document_that_ends_its_process_is_at_fault(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    """Should the parser crash, the document is refused, and nobody else notices."""
    path = tmp_path / "document"
    path.write_bytes(ONE * 1_000_000)
    with engine.parse(Document(path, TURTLE, "http://b/")) as answer:
        killed = set(engine.pids()[1:])
        for pid in killed:
            os.kill(pid, signal.SIGSEGV)
        with pytest.raises(MalformedDocumentError, match="ended its engine process"):
            list(answer)
    # Those without work were killed with it: until that is noticed, one of them may be lent.
    until = time.monotonic() + 20
    while killed & set(engine.pids()) and time.monotonic() < until:
        time.sleep(0.01)
    assert is_light(engine)


def test_a_document_over_its_memory_is_stopped(snapshot: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(b'{"@id":"x:a","x:b":"' + b"a" * (15 << 20) + b'"}')
    with EmbeddedEngine(snapshot, PoolSettings(workers=1, memory=24 * MIB)) as engine:
        with pytest.raises(MemoryExceededError, match="The document needed more than 24 MiB"):
            engine.parse(Document(path, JSON, "http://b/"))
        assert is_light(engine)


def test_a_large_document_comes_in_chunks(engine: EmbeddedEngine, tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(ONE * 50_000)
    with engine.parse(Document(path, TURTLE, "http://b/")) as answer:
        chunks = list(answer)
    assert len(chunks) > 5
    assert b"".join(chunks) == ONE * 50_000


def test_time_and_askers_are_heeded(engine: EmbeddedEngine, tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(ONE * 3_000_000)
    with pytest.raises(DeadlineExceededError, match=r"The document was stopped after 0.2 s"):
        engine.parse(Document(path, TURTLE, "http://b/", timeout=0.2)).read()
    asker = Abandonment()
    asker.leave()
    with pytest.raises(AbandonedError):
        engine.parse(Document(path, TURTLE, "http://b/", asker=asker)).read()
    assert is_light(engine)


def test_laughs_are_refused_at_once_and_cost_no_memory(
    engine: EmbeddedEngine, turn: Turn, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    # The zygote and its processes: one that an earlier test used up may still be replaced.
    wait_until(lambda: len(engine.pids()) == 1 + engine.settings.workers + engine.settings.light)
    before = set(engine.pids())
    with pytest.raises(MalformedDocumentError):
        turn(XML, BILLION_LAUGHS)
    assert set(engine.pids()) == before  # no process died of it
