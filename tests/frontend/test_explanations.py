"""Explanations that open in a table, and copying, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.site import Answer, Site, until

pytestmark = pytest.mark.browser

TABLE = """<table class="cards answer">
<thead><tr><th>Product</th><th>Element</th><th>Why</th></tr></thead>
<tbody><tr><th rowspan="2" scope="rowgroup">F-35</th><td>neodymium</td>
  <td><a class="why" href="/why?row=1">Why</a></td></tr>
<tr><td>samarium</td><td><a class="why" href="/why?row=2">Why?</a></td></tr></tbody>
<tbody><tr><th>Tomahawk</th><td>terbium</td><td></td></tr></tbody></table>"""


@pytest.fixture
def table(site: Site, visit: Any) -> Page:
    site.answers["/why"] = Answer(
        "<div class='explanation'><p>Because a source says so.</p><a href='/source'>Source</a>"
        "<script>document.title = 'bad'</script></div>"
    )
    page: Page = visit(site.page("/page", TABLE))
    return page


def _columns(page: Page) -> list[int]:
    """The left edges of the cells of the last row, which show whether the grid still holds."""
    edges: list[int] = page.evaluate(
        "[...document.querySelectorAll('tbody:last-child > tr > *')]"
        ".map(e => Math.round(e.getBoundingClientRect().x))"
    )
    return edges


def test_it_opens_below_its_row_and_closes_again(
    table: Page, site: Site, complaints: list[str]
) -> None:
    link = table.get_by_role("link", name="Why", exact=True)
    assert link.get_attribute("aria-expanded") == "false"
    link.focus()
    link.press("Enter")
    row = table.locator("tr.why-row")
    expect(row).to_contain_text("Because a source says so.")
    assert site.asked("/why") == [{"row": ["1"], "fragment": ["1"]}]
    assert table.evaluate("document.querySelector('.why-row').previousElementSibling.rowIndex") == 1
    assert link.get_attribute("aria-expanded") == "true"
    assert link.get_attribute("aria-controls") == row.get_attribute("id")
    expect(link).to_be_focused()
    expect(table.get_by_role("status")).to_have_text("The explanation is shown below the row.")
    link.press("Enter")
    expect(row).to_have_count(0)
    assert link.get_attribute("aria-expanded") == "false"
    assert table.title() == "A page"
    assert complaints == []


def test_the_table_keeps_its_grid(table: Page) -> None:
    """A head that reaches over several rows reaches over the explanation too."""
    before = _columns(table)
    table.get_by_role("link", name="Why", exact=True).click()
    expect(table.locator("tr.why-row")).to_have_count(1)
    assert _columns(table) == before
    cell = table.locator("tr.why-row > td")
    assert cell.get_attribute("colspan") == "2"
    samarium = table.get_by_role("cell", name="samarium").bounding_box()
    neodymium = table.get_by_role("cell", name="neodymium").bounding_box()
    assert samarium["x"] == neodymium["x"]
    table.get_by_role("link", name="Why?").click()
    expect(table.locator("tr.why-row")).to_have_count(2)
    assert table.locator("tr.why-row > td").nth(1).get_attribute("colspan") == "3"
    for _ in range(2):
        table.get_by_role("button", name="Close").first.click()
    expect(table.locator("tr.why-row")).to_have_count(0)
    assert table.locator("th[scope=rowgroup]").get_attribute("rowspan") == "2"
    assert _columns(table) == before


@pytest.mark.parametrize("width", [360, 1100])
def test_it_is_as_wide_as_the_table(table: Page, width: int) -> None:
    """Also where a narrow page turns the rows of the table into cards."""
    table.set_viewport_size({"width": width, "height": 800})
    table.get_by_role("link", name="Why?").click()
    box = table.locator(".why-row .why-content").bounding_box()
    assert box["width"] > 0.8 * table.locator("table").bounding_box()["width"]


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_closing_gives_the_focus_back(table: Page, way: str) -> None:
    link = table.get_by_role("link", name="Why", exact=True)
    link.click()
    close = table.get_by_role("button", name="Close")
    close.focus()
    if way == "button":
        close.press("Enter")
    else:
        table.get_by_role("link", name="Source").press("Escape")
    expect(link).to_be_focused()


@pytest.mark.parametrize(
    "answer",
    [Answer("no", status=500), Answer("{}", "application/json"), Answer("<p>None</p>", status=404)],
)
def test_where_it_fails_the_link_is_followed(table: Page, site: Site, answer: Answer) -> None:
    site.answers["/why"] = answer
    table.get_by_role("link", name="Why", exact=True).click()
    table.wait_for_url("**/why?row=1")


def test_without_scripts_it_is_a_link(site: Site, visit: Any) -> None:
    site.page("/why", "<h1>Because</h1>")
    page = visit(site.page("/page", TABLE), java_script_enabled=False)
    page.get_by_role("link", name="Why", exact=True).click()
    page.wait_for_url("**/why?row=1")


def test_two_clicks_ask_once_and_end_closed(table: Page, site: Site) -> None:
    known = site.answers["/why"]
    site.answers["/why"] = Answer(known.body, seconds=0.5)
    link = table.get_by_role("link", name="Why", exact=True)
    link.click()
    link.click()
    table.wait_for_timeout(900)
    assert table.url.endswith("/page")
    assert table.locator("tr.why-row").count() == 0
    assert len(site.asked("/why")) == 1


SNIPPET = """<pre data-copy="the example for curl"><code>curl 'https://example.org/x?a=1&amp;b=2'
</code></pre>"""


def test_a_snippet_is_copied(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", SNIPPET), permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy the example for curl")
    button.click()
    expect(page.get_by_role("button", name="Copied the example for curl")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "curl 'https://example.org/x?a=1&b=2'"
    )
    expect(page.get_by_role("status")).to_have_text("Copied")
    expect(button).to_be_visible()


def test_without_a_clipboard_it_is_copied_the_old_way_or_selected(site: Site, visit: Any) -> None:
    """A page that came over plain HTTP has no clipboard."""
    page = visit(site.page("/page", SNIPPET))
    page.evaluate(
        "() => { Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        "document.execCommand = () => false; }"
    )
    page.get_by_role("button", name="Copy the example for curl").click()
    expect(page.get_by_role("button", name="Selected: press Ctrl+C")).to_be_visible()
    until(page, "getSelection().toString().includes('example.org')")


def test_without_scripts_there_is_no_button(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", SNIPPET), java_script_enabled=False)
    assert page.get_by_role("button").count() == 0
