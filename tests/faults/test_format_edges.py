"""What formats cannot carry, or carry badly: the answer is right or refused, never broken."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest

from tests.service.writable import Reply, WritableServer

pytestmark = pytest.mark.usefixtures("front")
QUERY = "application/sparql-query"
FORMATS = ("application/n-triples", "text/turtle", "application/ld+json", "application/rdf+xml")
RESULTS = "{http://www.w3.org/2005/sparql-results#}"
#: Control characters, the end of a page and of a line in other senses, half of a pair's neighbours.
ODD = {
    "NUL": "\\u0000", "one": "\\u0001", "escape": "\\u001B", "delete": "\\u007F",
    "next line": "\\u0085", "line separator": "\\u2028", "paragraph separator": "\\u2029",
    "byte order": "\\uFEFF", "not a character": "\\uFFFF", "private": "\\uE000",
    "carriage return": "\\r", "tab": "\\t", "beyond": "\\U0001F600", "markup": "]]>&amp;<b>",
}  # fmt: skip
NOT_IN_XML = {"NUL", "one", "escape", "not a character"}


def select(client: WritableServer, literal: str, form: str) -> Reply:
    query = f'SELECT ("a{literal}b" AS ?x) {{}}'
    return client.send(
        "POST", f"/sparql?format={form}", query, media_type="application/sparql-query"
    )


@pytest.mark.parametrize("name", ODD)
def test_odd_characters_in_answers(client: WritableServer, name: str) -> None:
    text = "a" + json.loads(f'"{surrogates(ODD[name])}"') + "b"
    (row,) = json.loads(select(client, ODD[name], "json").body)["results"]["bindings"]
    assert row["x"]["value"] == text
    table = select(client, ODD[name], "csv").body.decode()
    assert list(csv.reader(io.StringIO(table, newline=""))) == [["x"], [text]]
    xml = select(client, ODD[name], "xml")
    if name in NOT_IN_XML:
        assert xml.status == 406
        assert "available" in xml.problem
    else:
        found = ElementTree.fromstring(xml.body).find(f".//{RESULTS}literal")  # noqa: S314
        assert found is not None
        assert found.text == text


def surrogates(escape: str) -> str:
    """The escape of SPARQL as one of JSON."""
    return "\\ud83d\\ude00" if escape == "\\U0001F600" else escape


@pytest.mark.parametrize("name", ODD)
def test_odd_characters_survive_the_store(client: WritableServer, name: str) -> None:
    """Through an update, a document, and back, in every format that can."""
    clear = "DROP SILENT GRAPH <x:odd> ; "
    insert = clear + f'INSERT DATA {{ GRAPH <x:odd> {{ <x:s> <x:p> "a{ODD[name]}b" }} }}'
    assert client.update(insert).status == 204
    graph = "/graph-store?graph=x:odd"
    for media_type in FORMATS:
        got = client.send("GET", graph, Accept=media_type)
        if media_type.endswith("xml") and name in NOT_IN_XML:
            assert got.status == 406
            continue
        assert got.status == 200
        again = "/graph-store?graph=x:again"
        put = client.send("PUT", again, got.body, role="editor", media_type=media_type)
        assert put.status in {201, 204}, (media_type, put.body)
        same = f'ASK {{ GRAPH <x:again> {{ <x:s> <x:p> "a{ODD[name]}b" }} }}'
        assert client.ask(same), media_type
    assert client.update("DROP GRAPH <x:odd>").status == 204


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", "a,b", 'a"b']
)
def test_cells_that_a_spreadsheet_would_run(client: WritableServer, cell: str) -> None:
    """SPARQL's CSV says exactly what the data say, as its standard wants, but as a download that no
    browser opens by itself; the answers to our questions bear an apostrophe."""
    reply = select(client, "", "csv")
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["x-content-type-options"] == "nosniff"
    query = urlencode({"query": f"SELECT ({json.dumps(cell)} AS ?x) {{}}", "format": "csv"})
    table = client.send("GET", f"/sparql?{query}").body.decode()
    assert list(csv.reader(io.StringIO(table))) == [["x"], [cell]]


@pytest.mark.parametrize(
    "bad", ["%FF", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%E2%80", "%00", "a%00b"]
)
def test_what_is_no_text_is_refused_wherever_it_stands(client: WritableServer, bad: str) -> None:
    """Bytes that are no UTF-8, too long a form of one, half a pair, and NUL."""
    query = quote("ASK {}")
    for path in (
        f"/sparql?query={bad}",
        f"/sparql?query=ASK%20%7B%7D%23{bad}",
        f"/sparql?query={query}&default-graph-uri=x:{bad}",
        f"/graph-store?graph=x:{bad}",
        f"/id?iri=x:{bad}",
        f"/questions/exposed-products?element={bad}",
        f"/ontology?q={bad}",
        f"/id/{bad}",
    ):
        reply = client.send("GET", path)
        assert reply.status == 400, (path, reply.status)
        assert b"\xef\xbf\xbd" not in reply.body  # nothing was put in its place


@pytest.mark.parametrize("raw", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x80", b"\0"])
def test_what_is_no_text_is_refused_in_bodies_too(client: WritableServer, raw: bytes) -> None:
    """NUL is a character there like any other, and comes back as it was."""
    asked = client.send("POST", "/sparql", b"ASK {} #" + raw, media_type=QUERY)
    document = b'<x:a> <x:b> "' + raw + b'" .'
    path = "/graph-store?graph=x:text"
    put = client.send("PUT", path, document, role="editor", media_type="text/turtle")
    if raw == b"\0":
        assert (asked.status, put.status) == (200, 201)
        assert client.ask('ASK { GRAPH <x:text> { <x:a> <x:b> "\\u0000" } }')
    else:
        assert (asked.status, put.status) == (400, 400)
