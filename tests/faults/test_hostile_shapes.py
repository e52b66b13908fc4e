"""Every shape that is known to end, block or bloat who evaluates or parses it, over HTTP.

Each comes at half of its limit, at the limit and at ten times it. The status is right, and the
process that answers HTTP is the same one afterwards.
"""

from __future__ import annotations

import pytest

from tests.kg.engines import hostile_updates
from tests.kg.engines.hostile_documents import DEEP, NESTED, REFUSED
from tests.kg.engines.hostile_queries import BOMBS, ENDLESS, SHAPES
from tests.service.writable import Reply, WritableServer

pytestmark = pytest.mark.usefixtures("front")
#: What a query that is allowed may come to: an answer, its time is over, its memory is used up.
ALLOWED = {200, 504, 507}
THINGS = 3_000


@pytest.fixture(scope="module", autouse=True)
def _things(client: WritableServer) -> None:
    """A ring of things, which paths can follow without end."""
    lines = [
        f'<x:t{i}> <x:next> <x:t{(i + 1) % THINGS}> ; <x:label> "thing {i}" .\n'
        for i in range(THINGS)
    ]
    assert load(client, "text/turtle", "".join(lines).encode(), "default").status == 204


def load(
    client: WritableServer, media_type: str, document: bytes, graph: str = "graph=x:hostile"
) -> Reply:
    path = f"/graph-store?{graph}"
    return client.send("PUT", path, document, role="editor", media_type=media_type)


def ask(client: WritableServer, query: str, seconds: float) -> Reply:
    path = f"/sparql?timeout={seconds}"
    return client.send("POST", path, query, media_type="application/sparql-query")


def refused(reply: Reply, status: int) -> str:
    """The sentence of a refusal, which says what to do too."""
    assert reply.status == status, reply.body[:500]
    assert reply.problem["remedy"]
    return str(reply.problem["detail"])


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_queries(client: WritableServer, shape: str) -> None:
    text, (half, limit, tenfold) = SHAPES[shape]
    assert ask(client, text(half), 1).status in ALLOWED
    assert ask(client, text(limit), 1).status in ALLOWED
    refused(ask(client, text(tenfold), 1), 413)


@pytest.mark.parametrize("kind", ENDLESS)
def test_queries_without_end(client: WritableServer, kind: str) -> None:
    assert "stopped after 0.4 s" in refused(ask(client, ENDLESS[kind], 0.4), 504)


@pytest.mark.parametrize("kind", BOMBS)
def test_queries_that_ask_for_memory_without_end(client: WritableServer, kind: str) -> None:
    reply = ask(client, BOMBS[kind], 5)
    # Where memory comes slowly, time is over first.
    assert "MiB" in refused(reply, 507) if reply.status == 507 else refused(reply, 504)


@pytest.mark.parametrize("shape", hostile_updates.SHAPES)
def test_shapes_of_updates(client: WritableServer, shape: str) -> None:
    text, (half, limit, tenfold) = hostile_updates.SHAPES[shape]
    for size in (half, limit):
        assert client.update(text(size)).status == 204
    refused(client.update(text(tenfold)), 413)


def test_an_update_that_asks_for_memory_without_end(client: WritableServer) -> None:
    refused(client.update(hostile_updates.BOMB), 507)
    assert not client.ask("ASK { ?s ?p ?o FILTER(isLiteral(?o) && STRLEN(STR(?o)) > 999) }")


@pytest.mark.parametrize("kind", REFUSED)
def test_documents_that_are_never_read(client: WritableServer, kind: str) -> None:
    media_type, document, words = REFUSED[kind]
    assert words in refused(load(client, media_type, document), 400)


@pytest.mark.parametrize("shape", NESTED)
def test_documents_that_are_nested(client: WritableServer, shape: str) -> None:
    media_type, text, (half, limit, tenfold) = NESTED[shape]
    for size in (half, limit):
        assert load(client, media_type, text(size)).status in {201, 204}
    for size in (limit + 1, tenfold):
        assert "more than 100 deep" in refused(load(client, media_type, text(size)), 400)


@pytest.mark.parametrize("shape", DEEP)
def test_documents_that_may_be_deep(client: WritableServer, shape: str) -> None:
    assert load(client, *DEEP[shape]).status in {201, 204}
