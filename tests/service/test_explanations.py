"""``/explain``: why a triple is in the data, as a page and as JSON."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Answer, OverloadedError, Query
from kg.questions import Catalogue
from service.app import create_app
from service.settings import Settings

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


def address(subject: str, predicate: str, value: str, **more: str) -> str:
    parts = {"subject": subject, "predicate": predicate, "object": value, **more}
    return f"/explain?{urlencode(parts)}"


STATED = address("cmd:f-35", "a", "cm:DefenceSystem")


def test_json_gives_the_tree(client: FlaskClient) -> None:
    answer = client.get(STATED, headers=JSON)
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    root = answer.json["explanation"]
    assert root["text"] == "F-35 Lightning II is a defence system."
    assert root["kind"] == "asserted"
    assert [source["title"] for source in root["sources"]] == [
        "Audit of rare earths in defence systems"
    ]


def test_a_record_names_its_citation_and_the_place_in_it(client: FlaskClient) -> None:
    found = client.get(address("cmd:bom-1", "cm:part", "cmd:c-actuator"), headers=JSON).json
    (source,) = found["explanation"]["sources"]
    assert source["locator"] == "p. 9"
    assert source["citation"].endswith("/citation-audit-2016")


def test_a_rule_has_its_reason_and_its_premises(client: FlaskClient) -> None:
    triple = address("cmd:exposure-nd", "qudt:numericValue", "85.5")
    root = client.get(triple, headers=JSON).json["explanation"]
    assert root["rule"] == {
        "id": "exposure",
        "described": "docs/derivation.md#exposures-and-the-preferred-rule",
    }
    assert "only figure on record: 85.5 % for 2024" in root["reason"]
    assert [premise["kind"] for premise in root["premises"]] == ["asserted"]


def test_the_page_shows_sentences_and_links_to_sources(client: FlaskClient) -> None:
    text = client.get(address("cmd:exposure-nd", "cm:restsOn", "cmd:share-nd"), headers=HTML).text
    assert "<script" not in text
    assert '<ul class="why">' in text
    assert 'href="/sources/office-2025"' in text
    assert "Resting on 1 source." in unescape(text)


def test_the_page_leads_to_the_same_as_json(client: FlaskClient) -> None:
    text = client.get(STATED, headers=HTML).text
    link = unescape(re.search(r'href="([^"]+)">As JSON', text)[1])  # type: ignore[index]
    assert client.get(link, headers=HTML).json == client.get(STATED, headers=JSON).json


def test_without_a_triple_the_page_offers_a_form_and_examples(client: FlaskClient) -> None:
    text = client.get("/explain", headers=HTML).text
    for part in ("subject", "predicate", "object"):
        assert f'<label for="e-{part}">' in text
    assert "/explain?subject=cmd:f-35" in unescape(text).replace("%3A", ":")


def test_a_question_leads_here(client: FlaskClient) -> None:
    assert 'href="/explain"' in client.get("/questions/exposed-products", headers=HTML).text


def test_a_label_from_outside_is_text(client: FlaskClient) -> None:
    text = client.get(address("cmd:evil-gun", "a", "cm:DefenceSystem"), headers=HTML).text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_triple_that_is_not_there_is_404_with_a_reason(client: FlaskClient) -> None:
    answer = client.get(address("cmd:f-35", "a", "cm:Vehicle"), headers=JSON)
    assert answer.status_code == 404
    assert answer.json["title"] == "Not in the data"
    assert answer.json["detail"].startswith("It is not in the data that F-35")
    assert "cm:DefenceSystem" in answer.json["remedy"]
    assert "not in the data" in client.get(address("cmd:f-35", "a", "cm:X"), headers=HTML).text


@pytest.mark.parametrize(
    "path",
    [
        "/explain?subject=cmd:f-35",
        "/explain?subject=cmd:f-35&predicate=a&object=",
        "/explain?subject=cmd:f-35&subject=cmd:ship&predicate=a&object=cm:X",
        "/explain?subject=%FF&predicate=a&object=cm:X",
        "/explain?what=ever",
        address("no term", "a", "cm:X"),
        address("cmd:f-35", "a", '"} UNION { ?s ?p ?o } #'),
        address("cmd:f-35> ?p ?o } #", "a", "cm:X"),
        address("?s", "?p", "?o"),
        address("_:b", "a", "cm:X"),
        address("cmd:f-35", "a", "<http://x/{>"),
        address("cmd:f-35", "a", "\u0000"),
        address("x" * 2500, "a", "cm:X"),
    ],
)
def test_what_is_no_triple_is_400_with_a_remedy(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=JSON)
    assert answer.status_code == 400, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]


def test_the_missing_part_is_named(client: FlaskClient) -> None:
    answer = client.get("/explain?subject=cmd:f-35&object=cm:X", headers=JSON)
    assert answer.json["parameter"] == "predicate"
    assert "/explain?subject=" in answer.json["remedy"]


def test_other_formats_are_not_written(client: FlaskClient) -> None:
    assert client.get(f"{STATED}&format=pdf").status_code == 406
    assert client.get(STATED, headers={"Accept": "text/csv"}).status_code == 406


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_it_fail(client: FlaskClient, a: str, b: str, c: str) -> None:
    query = urlencode({"subject": a, "predicate": b, "object": c}, errors="surrogatepass")
    assert client.get(f"/explain?{query}", headers=JSON).status_code in {200, 400, 404}


def test_the_same_answer_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get(STATED, headers=JSON)
    assert "Accept" in first.headers["Vary"]
    again = client.get(STATED, headers={**JSON, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    page = client.get(STATED, headers={**HTML, "If-None-Match": first.headers["ETag"]})
    assert page.status_code == 200


class BusyEngine:
    """An engine that turns every query away and keeps how long each might have taken."""

    snapshot_id = "busy"

    def __init__(self) -> None:
        self.asked: list[Query] = []

    def query(self, query: Query) -> Answer:
        self.asked.append(query)
        raise OverloadedError("Every engine is busy.", retry_after=3)

    def ready(self) -> bool:
        return True

    def close(self) -> None:
        pass


def test_its_queries_have_the_budget_of_all_others() -> None:
    engine = BusyEngine()
    app: Flask = create_app(Settings(timeout=5, max_timeout=8), engine, Catalogue.load())
    answer = app.test_client().get(STATED, headers=JSON)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert all(query.timeout is not None and query.timeout <= 5 for query in engine.asked)


def test_a_real_server_answers_it(live: str, small_engine: EmbeddedEngine) -> None:
    from urllib.request import Request, urlopen

    with urlopen(Request(live + STATED, headers=JSON), timeout=20) as answer:
        assert answer.status == 200
        assert small_engine.snapshot_id.encode() in answer.read()
