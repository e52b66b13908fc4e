"""The page on data quality in a real browser, with everything that is folded opened.

That it loads nothing from elsewhere, complains of nothing and can be read in the light and in the
dark is tested with the other pages.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.test_pages import CONTRASTS

pytestmark = pytest.mark.browser


def unfolded(page: Page) -> Page:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    return page


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_it_fits_a_phone_and_a_desk_with_everything_open(visit: Any, width: int) -> None:
    page = unfolded(visit(viewport={"width": width, "height": 800}).open("/data-quality"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_all_of_it_can_be_read(visit: Any, scheme: str, width: int) -> None:
    window = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = unfolded(window.open("/data-quality"))
    assert page.evaluate(CONTRASTS) == []
    assert window.complaints == []


def test_a_phone_shows_each_figure_with_its_head(visit: Any) -> None:
    page = unfolded(visit(viewport={"width": 360, "height": 800}).open("/data-quality"))
    office = page.get_by_role("rowheader", name="office", exact=True).locator("..")
    heads = office.evaluate(
        "row => [...row.cells].slice(1).map(cell => getComputedStyle(cell, '::before').content)"
    )
    assert heads == ['"Files"', '"Rows read"', '"Used"', '"Reported"', '"Left out"']


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_folded_opens_without_a_script(visit: Any, javascript: bool) -> None:
    page = visit(java_script_enabled=javascript).open("/data-quality")
    publisher = page.get_by_role("cell", name="Paper", exact=True).first
    assert not publisher.is_visible()
    page.get_by_text("News: 2 sources").click()
    assert publisher.is_visible()


def test_the_footer_and_the_sources_lead_there(visit: Any) -> None:
    page = visit().open("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Data quality").click()
    assert page.get_by_role("heading", name="Data quality", exact=True).is_visible()
    page = visit().open("/sources")
    page.get_by_role("link", name="How good the data are").click()
    assert page.get_by_role("heading", name="Data quality", exact=True).is_visible()
