"""Why a row of an answer is so, from the links at its rows to the sources."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

PAGE = "/questions/exposed-products"
LINK = re.compile(r'<a class="why" href="([^"]*)"')


def links(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return [unescape(link) for link in LINK.findall(answer.text)]


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}?sort=-product"])
def test_every_row_has_a_link_whichever_way_it_is_laid_out(
    client: FlaskClient, address: str
) -> None:
    rows = len(client.get(f"{PAGE}.json").json["rows"])
    assert rows
    found = [int(link.rpartition("row=")[2]) for link in links(client, address)]
    assert sorted(found) == list(range(1, rows + 1))


def test_a_sorted_table_links_to_the_rows_as_they_are_numbered(client: FlaskClient) -> None:
    names = [row["product"]["label"] for row in client.get(f"{PAGE}.json").json["rows"]]
    for link in links(client, f"{PAGE}?sort=-product"):
        explained = client.get(link).text
        number = int(link.rpartition("row=")[2])
        assert f">{names[number - 1]}</a></dd>" in unescape(explained)


def test_the_explanation_goes_down_to_sources(client: FlaskClient) -> None:
    explained = client.get(f"{PAGE}/why?row=1").text
    assert "What it rests on" in explained
    assert 'href="/sources/' in explained
    assert 'href="/explain?' in explained


def test_a_fragment_is_the_explanation_alone(client: FlaskClient) -> None:
    part = client.get(f"{PAGE}/why?row=1&fragment=1")
    assert part.mimetype == "text/html"
    assert "<html" not in part.text
    assert "<nav" not in part.text
    assert 'class="explanation"' in part.text


def test_the_parameters_of_the_answer_stay_in_the_links(client: FlaskClient) -> None:
    [link, *_] = links(client, f"{PAGE}?threshold=51")
    assert link.startswith(f"{PAGE}/why?threshold=51&")
    assert f'href="{PAGE}?threshold=51"' in client.get(link).text


@pytest.mark.parametrize(
    ("row", "status"),
    [("1000000", 404), ("0", 400), ("-1", 400), ("x", 400), ("", 400), ("1" * 40, 400), ("²", 400)],
)
def test_a_row_that_is_not_there_is_refused(client: FlaskClient, row: str, status: int) -> None:
    answer = client.get(f"{PAGE}/why", query_string={"row": row})
    assert answer.status_code == status
