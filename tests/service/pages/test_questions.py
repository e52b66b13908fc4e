"""The page of a question: its table, its form, its files, and what else it can be taken along as.

The questions are those of tests/service/data/questions, over the small graph.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Catalogue
from service.app import create_app
from service.pages.questions import form
from service.settings import Settings
from tests.service.pages.test_pages import Outline

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "questions"
HTML = {"Accept": "text/html"}
PAGE = "/questions/output"


@pytest.fixture(scope="session")
def invented(small_engine: EmbeddedEngine) -> Flask:
    free = Settings(client_seconds=0, client_errors=0, client_queries=0)
    return create_app(free, small_engine, Catalogue.load(QUESTIONS))


@pytest.fixture
def client(invented: Flask) -> FlaskClient:
    return invented.test_client()


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def rows(html: str) -> list[list[str]]:
    """The text of the cells of the flat table, row by row."""
    body = html.partition('<table class="cards flat">')[2].partition("<tbody>")[2]
    body = body.partition("</table>")[0]
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells])
    return found


def heads(html: str) -> list[str]:
    head = html.partition("<thead>")[2].partition("</thead>")[0]
    cells = re.findall(r"<th [^>]*>(.*?)</th>", head, re.DOTALL)
    return [re.sub(r"<[^>]+>|[▲▼]", "", cell).strip() for cell in cells]


def test_the_page_shows_a_hundred_rows_and_the_way_to_the_others(client: FlaskClient) -> None:
    html = text_of(client, PAGE)
    assert len(rows(html)) == 100
    assert "Rows 1–100 of 1,000" in html
    assert "Page 1 of 10" in html
    assert f'rel="next" href="{PAGE}?page=2#table"' in html
    assert 'rel="prev"' not in html


def test_the_last_page_ends_with_the_last_row(client: FlaskClient) -> None:
    html = text_of(client, f"{PAGE}?page=40&rows=25")
    assert [row[0] for row in rows(html)] == [f"mine {n}" for n in range(975, 1000)]
    assert "Rows 976–1,000 of 1,000" in html
    assert 'rel="next"' not in html


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("page=11", 404, "The last is 10"),
        ("page=0", 400, "number from 1"),
        ("page=x", 400, "number from 1"),
        ("rows=7", 400, "25, 50, 100, 500"),
        ("sort=weight", 400, "no column"),
        ("sort=record", 400, "no column"),
        ("sort=mine&sort=year", 400, "stands 2 times"),
        ("mien=x", 404, "no such parameter"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    client: FlaskClient, asked: str, status: int, said: str
) -> None:
    answer = client.get(f"{PAGE}?{asked}", headers=HTML)
    assert answer.status_code == status
    assert said in unescape(answer.text)
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'id="p-least"' in answer.text  # the form stays, to mend it


def test_rows_are_sorted_as_numbers_and_what_is_missing_stands_last(client: FlaskClient) -> None:
    down = rows(text_of(client, f"{PAGE}?sort=-output"))
    assert [row[0] for row in down[:2]] == ["mine 999", "mine 998"]
    up = rows(text_of(client, f"{PAGE}?sort=output&count=20"))
    assert [row[0] for row in up[:3]] == ["mine 0", "mine 1", "mine 2"]
    assert up[-1][0] == "mine 7"


def test_heads_sort_and_say_how_the_table_is_sorted(client: FlaskClient) -> None:
    html = text_of(client, f"{PAGE}?least=5&sort=-output&page=2")
    outline = Outline(html)
    [sorted_by] = [th for th in outline.all("th") if "aria-sort" in th]
    assert sorted_by["aria-sort"] == "descending"
    links = {a["href"] for a in outline.all("a") if "sort=" in a.get("href", "")}
    assert f"{PAGE}?least=5&sort=output#table" in links  # the other way, from its first page
    assert f"{PAGE}?least=5&sort=mine#table" in links


def test_a_search_ignores_case_and_accents(client: FlaskClient) -> None:
    html = text_of(client, f"{PAGE}?find=schachte+LODZ")
    assert [row[0] for row in rows(html)] == ["mine 3"]
    assert "1 row with “schachte LODZ”, of 1,000" in " ".join(html.split())
    assert "No row has “nowhere”." in text_of(client, f"{PAGE}?find=nowhere")


def test_columns_are_formatted_by_what_is_in_them(client: FlaskClient) -> None:
    html = text_of(client, f"{PAGE}?count=10&on=2025-04-04")
    titles = heads(html)
    assert "Output, tonnes" in titles  # all rows share the unit: it stands in the head
    assert "Unit" not in titles
    assert "Share of the world, %" in titles
    assert "Record" not in titles
    row = dict(zip(titles, rows(html)[4], strict=True))
    assert row["Output, tonnes"] == "1"
    assert row["Year"] == "2004"
    assert row["Longitude"] == "115.5°\u00a0W"
    constants = html.partition('class="facts constants"')[2].partition("</dl>")[0]
    assert "4 Apr 2025" in constants
    assert "35.478°" in constants
    assert '<a class="thing" href="/id/CHN">China</a>' in constants
    assert "Not stated in any row: what nobody states." in " ".join(html.split())


def test_a_figure_that_is_withheld_says_so_where_it_would_stand(client: FlaskClient) -> None:
    html = text_of(client, f"{PAGE}?count=10")
    titles = heads(html)
    withheld = dict(zip(titles, rows(html)[7], strict=True))
    assert withheld["Output, tonnes"] == "withheld"
    assert '<span class="status">estimated</span>' in html
    assert '<span class="status">measured</span>' not in html
    assert "The source has the figure and does not publish it." in html


def test_each_row_names_its_sources(client: FlaskClient) -> None:
    html = text_of(client, f"{PAGE}?count=10")
    titles = heads(html)
    assert "Office of Audit" in dict(zip(titles, rows(html)[1], strict=True))["Source"]
    assert "Office of Audit" not in dict(zip(titles, rows(html)[2], strict=True))["Source"]


def test_texts_of_the_data_stay_texts(client: FlaskClient) -> None:
    html = text_of(client, f"{PAGE}?count=10&find=never")
    assert "&lt;b&gt;never&lt;/b&gt;" in html
    assert "<b>never" not in html


def test_gaps_are_said_below_the_answer(client: FlaskClient) -> None:
    assert "Mines below the ground are not counted." in text_of(client, PAGE)
    none = text_of(client, f"{PAGE}?least=9999")
    assert "No invented mine is so large." in none
    assert "Mines below the ground are not counted." in none


# The form


def test_every_type_of_parameter_has_its_control(client: FlaskClient) -> None:
    outline = Outline(text_of(client, PAGE))
    selects = {select["name"] for select in outline.all("select")}
    assert {"country", "element", "scale", "open"} <= selects
    inputs = {c["name"]: c for c in outline.all("input") if c.get("type") != "hidden"}
    assert inputs["from"]["value"] == "2000"
    assert inputs["least"]["inputmode"] == "decimal"
    assert inputs["count"]["inputmode"] == "numeric"
    assert inputs["on"]["type"] == "date"
    assert inputs["on"]["value"] == datetime.now(UTC).date().isoformat()
    element = next(s for s in outline.all("select") if s["name"] == "element")
    assert "multiple" in element


def test_options_stand_with_their_labels(client: FlaskClient) -> None:
    html = " ".join(text_of(client, f"{PAGE}?element=Nd&element=samarium&scale=large").split())
    assert re.search(r'<option value="[^"]*" selected>neodymium', html)
    assert re.search(r'<option value="[^"]*" selected>samarium', html)
    assert '<option value="large" selected>large mines</option>' in html
    assert re.search(r'<option value="any">any</option>', html)


def test_a_long_list_is_a_field_that_takes_names(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "LONGEST_LIST", 1)
    outline = Outline(text_of(client, f"{PAGE}?country=australia"))
    country = next(c for c in outline.all("input") if c.get("name") == "country")
    assert country["value"] == "Australia"
    assert country["data-options"] == "/questions/output/options/country"
    assert outline.all("label")[0]["for"] == country["id"]


def test_a_name_that_fits_nothing_gets_others_offered(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "LONGEST_LIST", 1)
    answer = client.get(f"{PAGE}?country=austral&least=5", headers=HTML)
    assert answer.status_code == 400
    near = re.findall(r'<a href="([^"]*)">Australia</a>', answer.text)
    assert [unescape(address) for address in near] == [f"{PAGE}?country=AUS&least=5"]
    assert text_of(client, unescape(near[0]))


@pytest.mark.parametrize(
    "given", ["scale=huge", "open=perhaps", "on=2025-02-30", "count=1.5", "words=M1NE"]
)
def test_wrong_values_are_said_at_their_fields(client: FlaskClient, given: str) -> None:
    answer = client.get(f"{PAGE}?{given}", headers=HTML)
    assert answer.status_code == 400
    outline = Outline(answer.text)
    wrong = [c for c in outline.all("input") + outline.all("select") if "aria-invalid" in c]
    assert [control["name"] for control in wrong] == [given.partition("=")[0]]
    for ending in ("csv", "json", "xlsx", "ttl"):
        refused = client.get(f"{PAGE}.{ending}?{given}", headers=HTML)
        assert (refused.status_code, refused.content_type) == (400, "application/problem+json")


# The values of parameters


def test_options_of_a_parameter(client: FlaskClient) -> None:
    answer = client.get(f"{PAGE}/options/country")
    assert answer.mimetype == "application/json"
    assert {option["value"] for option in answer.json["options"]} == {"AUS", "CHN"}
    assert answer.json["more"] is False
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"{PAGE}/options/country", headers=tag).status_code == 304
    found = client.get(f"{PAGE}/options/country?q=austr&least=5").json["options"]
    assert [option["label"] for option in found] == ["Australia"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/options/weight", 404),
        ("/options/country?weight=1", 404),
        ("/options/country?q=a&q=b", 400),
    ],
)
def test_wrong_wishes_for_options_are_refused(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(f"{PAGE}{path}", headers=HTML)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_no_more_options_than_are_promised(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.questions.routes.OFFERED", 1)
    answer = client.get(f"{PAGE}/options/country?{urlencode({'q': ''})}").json
    assert (len(answer["options"]), answer["more"]) == (1, True)


def test_the_schema_of_question_files_is_served(client: FlaskClient) -> None:
    answer = client.get("/questions/schema.json")
    assert answer.status_code == 200
    assert json.loads(answer.data)["$schema"].startswith("https://json-schema.org/")
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/questions/schema.json", headers=tag).status_code == 304


# The list


def test_the_list_is_searched_in_everything_that_a_question_says(client: FlaskClient) -> None:
    html = text_of(client, "/questions")
    assert "Invented matters" in html
    assert "Questions about figures that are invented." in html
    for words in ("INVENTED mines", "turn pages", "longitude", "thousand output"):
        assert 'href="/questions/output"' in text_of(
            client, f"/questions?{urlencode({'q': words})}"
        )
    none = text_of(client, "/questions?q=unobtainium")
    assert 'href="/questions/output"' not in none
    assert "0 of 1 question" in none


def test_a_wrong_search_is_refused(client: FlaskClient) -> None:
    assert client.get("/questions?words=x").status_code == 400
    assert client.get("/questions?q=a&q=b").status_code == 400
