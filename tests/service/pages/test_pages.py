"""The pages for people, in process."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import urllib.request
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Answer, OverloadedError, Query
from kg.questions import Catalogue
from service.app import create_app
from service.headers import CONTENT_SECURITY_POLICY
from service.pages.examples import Example, examples
from service.settings import Settings

PAGES = [
    "/",
    "/questions",
    "/questions/exposed-products",
    "/questions/exposed-products?threshold=99",
    "/questions/exposed-products?element=nothing",
    "/sources",
    "/sources?q=minerals&order=publisher",
    "/sources/office-2025",
    "/sources/evil",
    "/data-quality",
    "/explain",
    "/explain?subject=cmd:exposure-nd&predicate=cm:restsOn&object=cmd:share-nd",
    "/sparql",
    "/nope",
]
HTML = {"Accept": "text/html"}
FLAGSHIP = "/questions/exposed-products"


class Outline(HTMLParser):
    """Collects what a test looks at: links, controls, headings, inline code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(client: FlaskClient, path: str) -> Outline:
    return Outline(client.get(path, headers=HTML).text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_safe(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    outline = Outline(answer.text)
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(outline.all("h1")) == 1
    assert outline.all("html")[0]["lang"] == "en"
    for script in outline.all("script"):
        # Nothing that runs stands in a page: data for a chart, or a file of this service.
        is_data = script.get("type") == "application/json" and "src" not in script
        assert is_data or script["src"].startswith("/static/build/")
    assert not outline.all("style")
    for _, attributes in outline.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    labelled = {label.get("for") for label in outline.all("label")}
    for control in outline.all("input") + outline.all("select") + outline.all("textarea"):
        assert (
            control.get("type") == "hidden" or control["id"] in labelled or (control["aria-label"])
        )
    for table in outline.all("th"):
        assert table.get("scope")
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in outline.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(attributes.get(name, "").split()) <= set(ids)


@pytest.mark.parametrize("path", [p for p in PAGES if "nope" not in p and "nothing" not in p])
def test_links_lead_somewhere(client: FlaskClient, path: str) -> None:
    for link in page(client, path).all("a"):
        target = link["href"]
        if target.startswith("#"):
            continue
        if target.startswith("?"):
            target = path.partition("?")[0] + target
        if target.startswith("/"):
            assert client.get(target, headers=HTML).status_code == 200, target
        else:
            assert target.startswith(("https://minerals.example", "https://audit.example"))


def test_home_counts_what_is_there(client: FlaskClient) -> None:
    text = client.get("/", headers=HTML).text
    counts = dict(re.findall(r"<dt>([a-z ]+)</dt>\s*<dd>([\d,]+)</dd>", text))
    assert counts["elements"] == "2"
    assert counts["products"] == "4"
    assert counts["sources"] == "3"
    assert "85.5" in text
    assert 'href="/sources/office-2025"' in text


def test_the_question_answers_at_once(client: FlaskClient) -> None:
    text = client.get(FLAGSHIP, headers=HTML).text
    assert "F-35 Lightning II" in text
    said = re.sub(r"<[^>]+>", "", text.partition('class="in-words"')[2].partition("</div>")[0])
    assert "3 defence systems are named in a source with neodymium and the part" in said
    assert "China held" in said
    assert "Office of Minerals, 2025" in said
    assert "A source says only a group of elements" in text
    assert re.search(r'<option value="[^"]*neodymium" selected>neodymium', text)


def test_a_group_statement_stays_a_group(client: FlaskClient) -> None:
    rows = client.get(f"{FLAGSHIP}.json").json["rows"]
    said = {(r["product"]["label"], r["element"]["label"], r["evidence"]["id"]) for r in rows}
    assert ("Drone", "rare earths", "cm:evidence-group") in said
    assert not any(label == "neodymium" and product == "Drone" for product, label, _ in said)


def test_each_row_leads_to_its_source(client: FlaskClient) -> None:
    outline = page(client, FLAGSHIP)
    references = [a for a in outline.all("a") if a.get("class") == "reference"]
    assert {a["href"] for a in references} >= {"/sources/audit-2016", "/sources/office-2025"}
    assert "https://audit.example/report" in client.get("/sources/audit-2016", headers=HTML).text


def test_the_permalink_and_the_exports_give_the_same_answer(client: FlaskClient) -> None:
    outline = page(client, f"{FLAGSHIP}?element=Nd&threshold=60")
    bookmark = next(a["href"] for a in outline.all("a") if a.get("rel") == "bookmark")
    assert "threshold=60" in bookmark
    exported = client.get(f"{FLAGSHIP}.csv{bookmark}")
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert exported.content_type == "text/csv; charset=utf-8"
    assert len(rows) == len(client.get(f"{FLAGSHIP}.json{bookmark}").json["rows"]) == 5
    assert {row["country"] for row in rows} == {"China"}


def test_formulas_are_no_formulas_in_the_export(client: FlaskClient) -> None:
    rows = csv.reader(io.StringIO(client.get(f"{FLAGSHIP}.csv").text))
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in cells)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("element=unobtainium", "unobtainium"),
        ("threshold=500", "out of range"),
        ("threshold=%3Cscript%3E", "no number"),
        ("element=neodymium&element=samarium", "value only"),
        ("year=yesterday", "no year"),
    ],
)
def test_a_wrong_value_is_said_at_its_field(client: FlaskClient, given: str, message: str) -> None:
    answer = client.get(f"{FLAGSHIP}?{given}", headers=HTML)
    assert answer.status_code == 400
    outline = Outline(answer.text)
    wrong = [c for c in outline.all("input") + outline.all("select") if "aria-invalid" in c]
    assert [c["name"] for c in wrong] == [given.partition("=")[0]]
    assert f"e-{wrong[0]['name']}" in wrong[0]["aria-describedby"]
    assert message in answer.text.lower()
    assert "<script" not in answer.text
    for ending in (".csv", ".json"):
        refused = client.get(f"{FLAGSHIP}{ending}?{given}", headers=HTML)
        assert (refused.status_code, refused.content_type) == (400, "application/problem+json")


def test_all_wrong_values_are_said_at_once(client: FlaskClient) -> None:
    outline = page(client, f"{FLAGSHIP}?element=nothing&threshold=x&year=x")
    controls = outline.all("input") + outline.all("select")
    assert {c["name"] for c in controls if "aria-invalid" in c} == {"element", "threshold", "year"}


def test_a_program_is_told_all_wrong_parameters_at_once(client: FlaskClient) -> None:
    answer = client.get(f"{FLAGSHIP}.json?element=nothing&threshold=x&elment=neodymium")
    assert answer.status_code == 400
    errors = {error["parameter"]: error for error in answer.json["errors"]}
    assert set(errors) == {"element", "threshold", "elment"}
    assert "is no number" in errors["threshold"]["detail"]
    assert "element" in errors["elment"]["remedy"]
    assert all(name in answer.json["detail"] for name in errors)


def test_an_unknown_parameter_is_refused(client: FlaskClient) -> None:
    answer = client.get(f"{FLAGSHIP}.json?elment=neodymium")
    assert answer.status_code in {400, 404}
    assert "element" in answer.json["remedy"]


def test_no_rows_says_what_is_missing(client: FlaskClient) -> None:
    text = client.get(f"{FLAGSHIP}?threshold=99", headers=HTML).text
    assert "No rows." in text
    assert "No source read so far" in text


def test_an_address_is_linked_only_where_it_is_one(client: FlaskClient) -> None:
    evil = client.get("/sources/evil", headers=HTML)
    assert "javascript:alert(1)" in evil.text
    assert not [a for a in Outline(evil.text).all("a") if "javascript" in a["href"].lower()]
    assert "&lt;script&gt;alert" in evil.text


def test_sources_tell_what_rests_on_them(client: FlaskClient) -> None:
    text = client.get("/sources", headers=HTML).text
    assert "3 source releases" in text
    assert "Yearbook of minerals 2025" in text
    one = client.get("/sources/office-2025", headers=HTML).text
    assert "CC BY 4.0" in one
    assert "Table 3" in one
    assert client.get("/sources/none").status_code == 404


def test_sources_can_be_searched_without_a_script(client: FlaskClient) -> None:
    outline = page(client, "/sources?q=YEARBOOK+minerals")
    names = {a["href"] for a in outline.all("a") if a["href"].startswith("/sources/")}
    assert names == {"/sources/office-2025"}
    none = client.get("/sources?q=unobtainium", headers=HTML)
    assert (none.status_code, "No source fits" in none.text) == (200, True)
    assert "Show all" in none.text


@pytest.mark.parametrize(
    ("asked", "status", "remedy"),
    [
        ("kind=gossip", 400, "official"),
        ("order=random", 400, "publisher"),
        ("page=0", 400, "number from 1"),
        ("page=2", 404, "last is 1"),
        ("words=x", 400, "It has: q, kind"),
        ("q=a&q=b", 400, "Keep one"),
    ],
)
def test_a_wrong_search_is_refused(
    client: FlaskClient, asked: str, status: int, remedy: str
) -> None:
    answer = client.get(f"/sources?{asked}")
    assert answer.status_code == status
    assert remedy in answer.json["remedy"]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title[:30])
def test_the_examples_of_the_query_page_are_answered(
    client: FlaskClient, shipped_engine: EmbeddedEngine, example: Example
) -> None:
    assert example.title in client.get("/sparql", headers=HTML).text.replace("&#39;", "'")
    with shipped_engine.query(Query(example.text)) as answer:
        assert len(answer.read()) > 200


def test_the_python_example_runs(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    text = unescape(client.get(f"{FLAGSHIP}?element=samarium", headers=HTML).text)
    code = re.search(r'Example for Python"><code>(.*?)</code>', text, re.DOTALL)
    assert code is not None

    def urlopen(address: str) -> io.BytesIO:
        return io.BytesIO(client.get(address.removeprefix("http://localhost")).data)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code[1], {})  # noqa: S102 - the example of our own page
    assert printed.getvalue().count("\n") == len(
        client.get(f"{FLAGSHIP}.json?element=samarium").json["rows"]
    )


def test_pages_are_not_sent_twice(client: FlaskClient) -> None:
    for path in ("/", FLAGSHIP, "/sources", "/sources/evil", f"{FLAGSHIP}.csv"):
        tag = client.get(path, headers=HTML).headers["ETag"]
        again = client.get(path, headers={**HTML, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/health").json["status"] == "ok"
    ready = client.get("/ready")
    assert (ready.status_code, ready.json["status"]) == (200, "ready")


def test_an_unknown_question_offers_a_near_one(client: FlaskClient) -> None:
    answer = client.get("/questions/exposed-product")
    assert answer.status_code == 404
    assert "exposed-products" in answer.json["remedy"]


class BusyEngine:
    """An engine of which every process is busy."""

    def __init__(self, snapshot_id: str) -> None:
        self.snapshot_id = snapshot_id

    def query(self, query: Query) -> Answer:
        raise OverloadedError(f"Every engine is busy, none for {query.text[:10]}.", retry_after=3)

    def ready(self) -> bool:
        return False

    def close(self) -> None:
        pass


@pytest.fixture
def busy(small_engine: EmbeddedEngine) -> Flask:
    return create_app(Settings(), BusyEngine(small_engine.snapshot_id), Catalogue.load())


def test_a_busy_engine_is_said_with_a_time_to_come_back(busy: Flask) -> None:
    client = busy.test_client()
    for path in ("/sparql?query=ASK{}", FLAGSHIP, f"{FLAGSHIP}.csv", "/", "/sources"):
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 503, path
        assert int(answer.headers["Retry-After"]) >= 1, path
        assert "ETag" not in answer.headers
    assert client.get("/ready").status_code == 503
    assert client.get("/health").status_code == 200


def test_an_unforeseen_error_shows_nothing_of_the_inside() -> None:
    class Broken(BusyEngine):
        def query(self, query: Query) -> Answer:
            raise RuntimeError(f"secret path /srv/inside, {query.text}")

    broken = create_app(Settings(), Broken("x"), Catalogue.load())
    for accept in ("text/html", "*/*"):
        answer = broken.test_client().get("/sparql?query=ASK{}", headers={"Accept": accept})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.headers["X-Request-Id"] in answer.text


def test_a_range_is_shown_as_a_range(client: FlaskClient) -> None:
    text = " ".join(client.get(FLAGSHIP, headers=HTML).text.split())
    assert re.search(r"11–20</span> kilograms", text)
    assert re.search(r"417</span> kilograms", text)
