"""An answer taken along: files, permanent links, snippets, charts, the view for other sites.

The questions are those of tests/service/data/questions, over the small graph.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.headers import CONTENT_SECURITY_POLICY, EMBEDDED_SECURITY_POLICY
from service.pages import citation
from tests.service.pages.test_pages import Outline
from tests.service.pages.test_questions import HTML, PAGE, invented, rows, text_of

__all__ = ["invented"]


@pytest.fixture
def client(invented: Flask) -> FlaskClient:
    return invented.test_client()


# The files and the view for other sites


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("csv", "text/csv"),
        ("json", "application/json"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("ttl", "text/turtle"),
        ("html", "text/html"),
    ],
)
def test_every_file_is_served_once(client: FlaskClient, ending: str, media_type: str) -> None:
    answer = client.get(f"{PAGE}.{ending}?count=10")
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    again = client.get(
        f"{PAGE}.{ending}?count=10", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(f"{PAGE}.{ending}?count=11")
    assert other.headers["ETag"] != answer.headers["ETag"]


def test_files_hold_all_rows_in_the_order_of_the_question(client: FlaskClient) -> None:
    table = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv").text)))
    assert [row["mine"] for row in table] == [f"mine {n}" for n in range(1000)]
    assert len(rows(client.get(f"{PAGE}.html").text)) == 1000
    for name in ("sort=output", "find=x", "page=2", "rows=25"):
        refused = client.get(f"{PAGE}.csv?{name}")
        assert refused.status_code == 400
        assert "holds all rows" in refused.json["detail"]


def test_only_the_view_for_other_sites_may_be_framed(client: FlaskClient) -> None:
    for address in (f"{PAGE}.html", f"{PAGE}.html?least=x", "/questions/nope.html"):
        answer = client.get(address)
        assert answer.headers["Content-Security-Policy"] == EMBEDDED_SECURITY_POLICY, address
        assert "X-Frame-Options" not in answer.headers
        assert "<nav" not in answer.text
        assert "<form" not in answer.text
    for address in (PAGE, f"{PAGE}.csv", "/questions", "/"):
        answer = client.get(address)
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, address
        assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors *" in EMBEDDED_SECURITY_POLICY
    assert "default-src 'self'" in EMBEDDED_SECURITY_POLICY


def test_the_view_for_other_sites_leads_back_and_cites(client: FlaskClient) -> None:
    html = unescape(client.get(f"{PAGE}.html?count=10").text)
    [back] = re.findall(r'<link rel="canonical" href="([^"]*)"', html)
    assert f'<a href="{back}">' in html
    assert "snapshot" in html
    assert len(rows(text_of(client, back.removeprefix("http://localhost")))) == 10


def test_the_permanent_link_names_every_parameter_and_the_day(client: FlaskClient) -> None:
    outline = Outline(text_of(client, f"{PAGE}?count=10&sort=-year&element=Nd"))
    [link] = [a["href"] for a in outline.all("a") if a.get("rel") == "bookmark"]
    names = dict(pair.split("=") for pair in link.removeprefix("?").split("&"))
    assert set(names) == {
        "country", "element", "from", "least", "count", "on", "words", "scale", "open", "snapshot",
    }  # fmt: skip
    assert names["on"] == datetime.now(UTC).date().isoformat()
    assert names["country"] == "CHN"
    assert (
        client.get(f"{PAGE}.json{link}").json["rows"]
        == (client.get(f"{PAGE}.json?count=10&element=Nd").json["rows"])
    )


@pytest.mark.parametrize("one", ["sort=year", "find=mine", "page=2", "rows=25", "least=1"])
def test_the_validator_tells_views_apart(client: FlaskClient, one: str) -> None:
    plain = client.get(PAGE, headers=HTML).headers["ETag"]
    assert client.get(f"{PAGE}?{one}", headers=HTML).headers["ETag"] != plain


def test_a_new_day_is_a_new_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get(f"{PAGE}.csv").headers["ETag"]
    tomorrow = datetime(2031, 5, 6, tzinfo=UTC).date()
    monkeypatch.setattr(citation, "today", lambda: tomorrow)
    assert client.get(f"{PAGE}.csv", headers={"If-None-Match": before}).status_code == 200
    assert "May 6, 2031" in text_of(client, PAGE)


def test_the_snippets_fetch_this_answer(client: FlaskClient) -> None:
    html = unescape(text_of(client, f"{PAGE}?count=10"))
    for label in ("curl", "Python", "Python with pandas", "R", "Google Sheets"):
        code = html.partition(f'aria-label="Example for {label}"')[2].partition("</pre>")[0]
        [address] = re.findall(r"http://localhost(/questions/output\.csv\?[^'\" \n]*)", code)
        assert len(list(csv.reader(io.StringIO(client.get(address).text)))) == 11, label
    wrapper = html.partition('aria-label="Example for Python with SPARQLWrapper"')[2]
    code = re.sub(r"<[^>]+>", "", wrapper.partition("<code>")[2].partition("</code>")[0])
    compile(unescape(code), "example", "exec")
    assert "http://localhost/sparql" in code


def test_a_long_query_is_sent_to_the_editor_by_a_form(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "/sparql?query=" in text_of(client, f"{PAGE}?count=10")
    monkeypatch.setattr("service.pages.questions.page.LONGEST_LINK", 100)
    html = text_of(client, f"{PAGE}?count=10")
    assert "/sparql?query=" not in html
    assert '<form method="post" action="/sparql">' in html


# Charts


def test_charts_stand_as_words_and_as_data(client: FlaskClient) -> None:
    html = text_of(client, PAGE)
    found = re.findall(
        r'<figure class="chart" data-chart="([^"]+)"><figcaption>(.*?)</figcaption>'
        r'<script type="application/json" id="\1">(.*?)</script></figure>',
        html, re.DOTALL,
    )  # fmt: skip
    kinds = [json.loads(data)["kind"] for _, _, data in found]
    assert kinds == ["bar", "map"]
    assert "mine 999 with 249.75" in unescape(found[0][1])
    assert "China with 99.9" in unescape(found[1][1])
