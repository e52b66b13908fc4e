"""Methods, other origins, and requests that are not what they should be."""

from __future__ import annotations

from http.client import HTTPConnection
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

SAFE = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "X-Request-Id",
}
RESULTS = "{http://www.w3.org/2005/sparql-results#}"


def test_options_name_the_methods_of_each_address(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<path:{name}>", "a").replace(f"<{name}>", "a")
        answer = client.options(path)
        assert answer.status_code == 200, path
        allowed = set(answer.headers["Allow"].split(", "))
        assert set(rule.methods or ()) <= allowed, path
        assert answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"]
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/sparql", "/id/f-35", "/none", "/sparql?query=%FF"])
def test_every_answer_bears_the_headers_that_keep_pages_safe(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    assert set(answer.headers.keys()) >= SAFE
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/id/f-35", "/id/f-35.ttl", "/.well-known/void", "/sparql"])
def test_head_gives_the_headers_of_get(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("%FF", "not UTF-8"),
        ("ASK{}%C0%AF", "not UTF-8"),
        ("%ED%A0%80", "not UTF-8"),
        ("ASK{}%00", "NUL"),
        ("ASK{}%", "percent"),
        ("ASK{}%zz", "percent"),
        ("ASK{}%4", "percent"),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(
    client: FlaskClient, query: str, detail: str
) -> None:
    form = "application/x-www-form-urlencoded"
    for answer in (
        client.get(f"/sparql?query={query}"),
        client.post("/sparql", data=f"query={query}", content_type=form),
    ):
        assert answer.status_code == 400
        assert detail in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/id/%FF", 400),
        ("/sources/%C3", 400),
        ("/%ED%A0%80", 400),
        ("/id/a%0Ab", 400),
        ("/%00", 400),
        ("/static/../app.py", 404),
        ("/static/%2e%2e/app.py", 404),
        ("/static/..%2fapp.py", 404),
    ],
)
def test_paths_that_are_no_text_or_lead_astray(live: str, path: str, status: int) -> None:
    """Sent as they stand: clients in between would tidy them up."""
    connection = HTTPConnection(live.removeprefix("http://"), timeout=20)
    connection.request("GET", path)
    assert connection.getresponse().status == status
    connection.close()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(text=st.text(max_size=30))
def test_xml_is_well_formed_for_any_literal_or_refused(app: Flask, text: str) -> None:
    """What XML cannot carry is refused with 406; all else survives."""
    escaped = "".join(f"\\U{ord(c):08X}" for c in text)
    query = f'SELECT ("{escaped}" AS ?x) {{}}'
    answer = app.test_client().post("/sparql", data={"query": query, "format": "xml"})
    if answer.status_code == 406:
        assert any(ord(c) < 32 or ord(c) in {0xFFFE, 0xFFFF} for c in text)
        return
    if answer.status_code == 400:  # a query does not hold these as they are
        assert any(c in '\n\r"\\' for c in text)
        return
    assert answer.status_code == 200
    found = ElementTree.fromstring(answer.data).find(f".//{RESULTS}literal")  # noqa: S314
    assert found is not None
    assert (found.text or "") == text
