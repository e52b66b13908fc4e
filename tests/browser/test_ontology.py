"""The pages of the ontology in a real browser: narrow, dark, by keyboard, without scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import CONTRASTS
from tests.serving import REPOSITORY, serving
from tests.with_ontology import publish_with_ontology

pytestmark = pytest.mark.browser

PAGES = [
    "/ontology",
    "/ontology?q=magnet",
    "/ontology/facilities",
    "/ontology/supply",
    "/ontology/codes/stages",
    "/ontology/terms/Facility",
    "/ontology/terms/dependsOnElement",
    "/ontology/terms/stage-mining",
    "/ontology/shapes",
    "/ontology/patterns",
    "/ontology/competency",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server over the shipped ontology; every ``visit`` of this module goes there."""
    root = tmp_path_factory.mktemp("ontology-site")
    publish_with_ontology(root)
    script = REPOSITORY / "tests" / "service" / "serve_small.py"
    with serving([sys.executable, script], root) as address:
        yield address


@pytest.mark.parametrize("path", PAGES)
def test_it_needs_nothing_from_elsewhere_and_fits_a_phone(visit: Any, site: str, path: str) -> None:
    window = visit(viewport={"width": 320, "height": 800})
    page = window.open(path)
    assert all(url.startswith(f"{site}/") for url in window.requests), window.requests
    assert window.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(visit: Any, path: str, scheme: str) -> None:
    page = visit(color_scheme=scheme).open(path)
    assert page.evaluate(CONTRASTS) == []


# Text of a drawing is filled, not coloured: its contrast with the box behind it.
DRAWN = """() => {
  const probe = document.createElement('canvas').getContext('2d');
  const rgb = c => { probe.clearRect(0, 0, 1, 1); probe.fillStyle = c; probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data]; };
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const found = [];
  for (const text of document.querySelectorAll('.drawing text')) {
    const box = text.closest('g').querySelector('rect');
    const [a, b] = [text, box].map(e => light(rgb(getComputedStyle(e).fill))).sort((x, y) => y - x);
    found.push((a + 0.05) / (b + 0.05));
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_diagram_can_be_read_in_light_and_dark(visit: Any, scheme: str) -> None:
    contrasts = visit(color_scheme=scheme).open("/ontology/facilities").evaluate(DRAWN)
    assert len(contrasts) > 20
    assert min(contrasts) >= 4.5


# How far a text reaches beyond its box, in pixels.
BEYOND = """() => [...document.querySelectorAll('.drawing text')].map(text => {
  const box = text.closest('g').querySelector('rect').getBoundingClientRect();
  return text.getBoundingClientRect().right - box.right; })"""


@pytest.mark.parametrize("module", ["facilities", "policy", "products", "substances", "supply"])
def test_the_text_of_a_diagram_stays_in_its_box(visit: Any, module: str) -> None:
    beyond = visit().open(f"/ontology/{module}").evaluate(BEYOND)
    assert beyond
    assert max(beyond) <= 0


def test_the_iri_of_a_term_opens_at_the_term_with_its_definition(visit: Any) -> None:
    page: Page = visit().open("/ontology#Facility")
    entry = page.locator("#Facility")
    assert entry.locator(".gloss").is_visible()
    assert not page.locator("#Mine .gloss").is_visible()
    expect(entry).to_be_in_viewport()  # the page glides there
    entry.get_by_role("link").click()
    page.wait_for_url("**/ontology/terms/Facility")


@pytest.mark.parametrize("javascript", [True, False])
def test_search_needs_the_keyboard_only(visit: Any, javascript: bool) -> None:
    page: Page = visit(java_script_enabled=javascript).open("/ontology")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("separation plant")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=separation+plant")
    page.get_by_role("link", name="separation plant", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ontology/terms/SeparationPlant")
    assert page.get_by_role("heading", level=1).inner_text() == "Separation plant"


def test_a_box_of_a_diagram_leads_to_its_class_by_keyboard(visit: Any) -> None:
    page: Page = visit().open("/ontology/facilities")
    link = page.locator(".drawing a", has_text="facility").first
    link.focus()
    assert link.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/ontology/terms/*")


def test_on_paper_the_definitions_are_there_and_the_controls_are_not(visit: Any) -> None:
    page: Page = visit().open("/ontology")
    page.emulate_media(media="print")
    assert page.locator("#Mine .gloss").is_visible()
    assert not page.get_by_role("button", name="Find").is_visible()
