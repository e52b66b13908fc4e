"""What an analyst does, in a real browser over the shipped facts; and what axe says of the pages.

axe-core is the checker of accessibility rules that browsers' own tools use; it comes from npm with
what the scripts of the pages are built with.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from kg.questions import Catalogue
from tests.serving import REPOSITORY

pytestmark = pytest.mark.browser

AXE = REPOSITORY / "service" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
#: The rules of WCAG 2.2 at levels A and AA, and those that are good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUESTIONS = [f"/questions/{name}" for name in Catalogue.load()]
#: A page of rows for each question: more rows are more of the same.
PAGES = ["/", "/questions", *(f"{question}?rows=25" for question in QUESTIONS)]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(accept_downloads=True)
    yield context.new_page()
    context.close()


def findings(page: Page) -> list[str]:
    """What axe finds on the page, a line for each rule with the first place.

    All rules are applied to all of the page. What passes is not described, node by node, which
    would take three times as long as finding out.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, "
        "resultTypes: ['violations']}).then(found => found.violations)",
        RULES,
    )
    return [
        f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['target']} {one['help']}"
        for one in found
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, served: str, scheme: str) -> None:
    width = {"light": 1280, "dark": 320}[scheme]
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    wrong = {}
    for path in PAGES:
        page.goto(served + path)
        page.wait_for_load_state("networkidle")
        if found := findings(page):
            wrong[path] = found
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.setdefault(path, []).append("the page scrolls sideways")
    context.close()
    assert wrong == {}


def test_axe_would_find_something(page: Page, served: str) -> None:
    page.goto(f"{served}/questions")
    page.evaluate("document.querySelector('main input').labels[0].remove()")
    assert any(line.startswith("label ") for line in findings(page))


def test_from_the_home_page_to_a_file_in_three_clicks(
    page: Page, served: str, tmp_path: Path
) -> None:
    page.goto(served)
    page.get_by_role("link", name="Questions", exact=True).first.click()
    page.get_by_role("link", name=Catalogue.load()["production-by-country"].title).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    file = tmp_path / "answer.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows[0]["country"] == "China"
    assert float(rows[0]["share"]) > 50


def test_the_whole_way_by_the_keyboard_alone(page: Page, served: str) -> None:
    """From the list to another answer and to why its first row is so, without a mouse."""
    page.goto(f"{served}/questions/exposed-products")
    page.wait_for_load_state("networkidle")

    def tab_to(selector: str, most: int = 400) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with the Tab key")

    tab_to("select[name=element]")
    page.keyboard.type("sama")
    assert page.input_value("select[name=element]") == "samarium"
    tab_to("form.question-form button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "element=samarium" in page.url
    page.wait_for_load_state("networkidle")
    tab_to("a.why")
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.why-row")
    assert "Tomahawk" in page.content()
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Enter")
    assert page.locator("tr.why-row").count() == 0


def test_every_question_can_be_read_without_javascript(browser: Browser, served: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name, question in Catalogue.load().items():
        page.goto(f"{served}/questions/{name}?rows=25")
        assert page.locator("table tbody tr").count() > 0, name
        buttons = page.locator("form.question-form button[type=submit]").count()
        assert buttons == (1 if question.params else 0), name
    context.close()
