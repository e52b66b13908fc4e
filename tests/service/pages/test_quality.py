"""The page and the document on data quality."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.engines.embedded import EmbeddedEngine
from kg.facts import load_package
from kg.quality import QualityReport, measure
from kg.questions import Catalogue
from service.app import create_app
from service.quality import PublishedQuality, published_quality
from service.settings import Settings
from tests.kg.quality.invented_facts import write_facts
from tests.small import publish_small

HTML = {"Accept": "text/html"}
EVIL = "<script>alert(1)</script>\"'&"

Open = Callable[[QualityReport], FlaskClient]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> QualityReport:
    return measure(load_package(write_facts(tmp_path_factory.mktemp("facts"))))


@pytest.fixture
def serve(small_engine: EmbeddedEngine) -> Open:
    """A client of a service with a report."""

    def start(report: QualityReport) -> FlaskClient:
        measured = PublishedQuality.of(report.to_json())
        return create_app(Settings(), small_engine, Catalogue({}), measured).test_client()

    return start


def words(html: str) -> str:
    """The text of a page, each run of blanks one blank."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.mark.parametrize(
    "said",
    [
        "rows of facts 27",
        "figures among them 12",
        "official files read 3",
        "facilities and deposits 4",
        "pairs of sites in doubt 2",
        "Ages are counted to 2026-03-15",
        "measured the source reports the figure as observed 6 50.0 %",
        "5 tables in the graph, 27 rows",
        "The tin-shares tin-shares 12 3 6 measured, 3 bound, 2 withheld, 1 estimated",
        "1 source is named by no row",
        "official 2 17 0 1 0 0 1 0",
        "Survey Office 2024-06 2020–2021 17",
        "3 rows have no other source",
        "The facilities 1 4 25.0 %",
        "office 2 13 8 1 3",
        "a.csv 10 6 1 3",
        "b.csv 1 rows are not accounted for. 3 2 0 0",
        "sand: 2",
        "4 of 7 wholes are more than 3 points away",
        "zinc, mining, 2020 2 90 to 94 %",
        "3 of 4 facilities and deposits have coordinates (75.0 %)",
        "in their country 1 of 3 points",
        "swapped: AUS, its point lies in CZE",
        "2 pairs wait, 1 is decided",
        "same-name same name, near, with a common substance 2",
    ],
)
def test_the_page_says_what_was_measured(serve: Open, report: QualityReport, said: str) -> None:
    shown = words(serve(report).get("/data-quality", headers=HTML).text)
    assert said in shown


def test_the_long_lists_are_folded_and_whole(serve: Open, report: QualityReport) -> None:
    many = tuple(
        replace(report.sources[0], source=f"source-{n}", title=f"Title {n}.", kind="official")
        for n in range(300)
    )
    page = serve(replace(report, sources=many)).get("/data-quality", headers=HTML).text
    start = page.index("<details><summary>Official: 300 sources</summary>")
    folded = page[start : page.index("</details>", start)]
    assert all(f">Title {n}.</a>" in folded for n in range(300))
    assert "Title 7." not in page[:start]


def test_each_source_leads_to_its_page(serve: Open, report: QualityReport) -> None:
    page = serve(report).get("/data-quality", headers=HTML).text
    for source in report.sources:
        assert f'<a href="/sources/{source.source}">{source.title}</a>' in page


def test_nothing_in_the_report_can_become_markup(serve: Open, report: QualityReport) -> None:
    evil = replace(
        report,
        day=EVIL,
        tables=tuple(
            replace(t, table=EVIL, title=EVIL, statuses={EVIL: 1}, on_news=1) for t in report.tables
        ),
        sources=tuple(
            replace(s, source=EVIL, title=EVIL, publisher=EVIL, kind=EVIL, date=EVIL)
            for s in report.sources
        ),
        files=tuple(replace(f, importer=EVIL, file=EVIL, kinds={EVIL: 1}) for f in report.files),
        wholes=tuple(replace(w, table=EVIL, whole=EVIL) for w in report.wholes),
        places=replace(report.places, elsewhere=(EVIL,)),
        identities={EVIL: 1},
    )
    page = serve(evil).get("/data-quality", headers=HTML)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert page.text.count("alert(1)") > 20


def test_a_report_of_nothing_has_a_page(serve: Open, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{"resources": []}')
    page = serve(measure(load_package(tmp_path))).get("/data-quality", headers=HTML)
    assert page.status_code == 200
    shown = words(page.text)
    assert "No table has figures." in shown
    assert "No official file was read." in shown


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/data-quality.json", {}),
        ("/data-quality", {"Accept": "application/json"}),
        ("/data-quality", {"Accept": "*/*"}),
        ("/data-quality?format=json", HTML),
    ],
)
def test_a_program_gets_json(
    serve: Open, report: QualityReport, path: str, headers: dict[str, str]
) -> None:
    answer = serve(report).get(path, headers=headers)
    assert answer.content_type == "application/json"
    assert QualityReport.from_json(answer.text) == report


def test_the_page_leads_to_the_document(serve: Open, report: QualityReport) -> None:
    assert 'href="/data-quality.json"' in serve(report).get("/data-quality", headers=HTML).text


def test_caches_are_told_what_it_depends_on(serve: Open, report: QualityReport) -> None:
    client = serve(report)
    answer = client.get("/data-quality", headers=HTML)
    assert set(answer.vary) == {"Accept", "Accept-Encoding"}
    tag = answer.headers["ETag"]
    again = client.get("/data-quality", headers={**HTML, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    document = client.get("/data-quality.json")
    assert document.headers["ETag"] != tag
    unchanged = {"If-None-Match": document.headers["ETag"]}
    assert client.get("/data-quality.json", headers=unchanged).status_code == 304
    # The same snapshot, measured anew after an expert decided a pair.
    other = serve(replace(report, doubtful=1)).get("/data-quality", headers=HTML)
    assert other.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/data-quality?format=pdf", HTML, 406),
        ("/data-quality", {"Accept": "image/png"}, 406),
        ("/data-quality?kind=news", HTML, 400),
        ("/data-quality?format=json&format=html", HTML, 400),
    ],
)
def test_what_it_cannot_give_is_refused(
    serve: Open, report: QualityReport, path: str, headers: dict[str, str], status: int
) -> None:
    assert serve(report).get(path, headers=headers).status_code == status


def test_without_a_report_the_page_says_so(client: FlaskClient) -> None:
    page = client.get("/data-quality", headers=HTML)
    assert page.status_code == 200
    assert "came without a data quality report" in page.text
    assert "<table" not in page.text
    document = client.get("/data-quality.json")
    assert document.status_code == 404
    assert "critmat check --report" in json.loads(document.text)["remedy"]


def test_every_page_leads_there(client: FlaskClient) -> None:
    for path in ("/", "/sources", "/sparql", "/nope"):
        assert '<a href="/data-quality">' in client.get(path, headers=HTML).text


def test_the_report_is_that_of_the_snapshot(report: QualityReport, tmp_path: Path) -> None:
    snapshot = publish_small(tmp_path, report.to_json())
    found = published_quality(tmp_path, snapshot.id)
    assert found is not None
    assert found.report == report
    assert found.text == report.to_json()


@pytest.mark.parametrize("text", ["", "{}", '{"day": "2026-01-01"}', "no json"])
def test_a_snapshot_without_a_report_that_can_be_read_has_none(tmp_path: Path, text: str) -> None:
    snapshot = publish_small(tmp_path, text)
    assert published_quality(tmp_path, snapshot.id) is None


@pytest.mark.parametrize("name", ["remote", "current", "0123456789ab"])
def test_an_engine_of_another_place_has_no_report(tmp_path: Path, name: str) -> None:
    assert published_quality(tmp_path, name) is None
