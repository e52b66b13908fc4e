"""The pages in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FLAGSHIP = "/questions/exposed-products"
PAGES = [
    "/",
    "/questions",
    FLAGSHIP,
    f"{FLAGSHIP}?threshold=99",
    "/sources",
    "/sources/office-2025",
    "/sources/evil",
    "/data-quality",
    "/explain",
    "/explain?subject=cmd:exposure-nd&predicate=cm:restsOn&object=cmd:share-nd",
    "/sparql",
    "/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+30",
]

# The WCAG contrast of every text against the nearest background that is painted behind it.
CONTRASTS = """() => {
  const probe = document.createElement('canvas').getContext('2d');
  const rgb = colour => { probe.clearRect(0, 0, 1, 1); probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1); return [...probe.getImageData(0, 0, 1, 1).data]; };
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] > 250) return c; }
    return [255, 255, 255, 255]; };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest('.unseen')) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) poor.push([e.tagName, e.className, e.textContent.slice(0, 40), contrast]);
  }
  return poor;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_nothing_leaves_the_origin_and_nothing_complains(visit: Any, site: str, path: str) -> None:
    window = visit()
    window.open(path)
    assert window.requests
    assert all(url.startswith(f"{site}/") for url in window.requests), window.requests
    assert window.complaints == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(visit: Any, path: str, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", [*PAGES, f"{FLAGSHIP}?element=nothing", "/nope"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(visit: Any, path: str, scheme: str) -> None:
    page = visit(color_scheme=scheme).open(path)
    assert page.evaluate(CONTRASTS) == []


@pytest.mark.parametrize("path", [FLAGSHIP, "/sparql"])
def test_targets_are_large_enough_for_a_finger(visit: Any, path: str) -> None:
    page = visit(viewport={"width": 360, "height": 800}).open(path)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, input:not([type=hidden]), summary, nav a, .downloads a')]
          .map(e => [e.textContent.slice(0, 20), e.getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""
    )
    assert small == []


def test_a_newcomer_gets_a_table_in_three_clicks(visit: Any) -> None:
    page = visit().open("/")
    page.get_by_role("link", name="See the answer").click()
    assert page.get_by_role("heading", name="Answer", exact=True).is_visible()
    assert page.get_by_role("rowheader", name="F-35 Lightning II").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "exposed-products.csv"
    text = download.value.path().read_text(encoding="utf-8")
    assert "F-35 Lightning II" in text


def test_a_row_leads_to_its_citation(visit: Any) -> None:
    page = visit().open(FLAGSHIP)
    row = page.get_by_role("row").filter(has_text="motors in the flight controls")
    row.get_by_role("link", name="Source").first.click()
    assert page.get_by_role("link", name="https://audit.example/report").is_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_form_works_with_and_without_javascript(visit: Any, javascript: bool) -> None:
    page = visit(java_script_enabled=javascript).open(FLAGSHIP)
    page.get_by_label("Least share of the stage").fill("90")
    page.get_by_role("button", name="Answer").click()
    assert "threshold=90" in page.url
    assert page.get_by_text("2 statements in all").first.is_visible()
    page.get_by_text("Edit in the SPARQL editor").click()
    assert "VALUES ?threshold" in page.get_by_label("Query", exact=True).input_value()
    assert page.get_by_text("2 rows.").is_visible()


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_the_keyboard_is_enough(visit: Any) -> None:
    page = visit().open("/")
    page.keyboard.press("Tab")
    assert _focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert _focused(page) == "See the answer"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{FLAGSHIP}")
    field = page.get_by_label("Least share of the stage")
    for _ in range(30):
        page.keyboard.press("Tab")
        if field.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    page.wait_for_url("**threshold=90**")
    assert page.get_by_text("2 statements in all").first.is_visible()


def test_a_wrong_value_is_announced_at_its_field(visit: Any) -> None:
    page = visit().open(f"{FLAGSHIP}?threshold=500")
    field = page.get_by_label("Least share of the stage")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby") or ""
    assert "out of range" in page.locator(f"#{described.split()[-1]}").inner_text()
    assert page.get_by_role("alert").count() == 1


def test_the_page_prints_without_its_controls(visit: Any) -> None:
    page = visit().open(FLAGSHIP)
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Answer").is_visible()
    assert page.get_by_role("rowheader", name="F-35 Lightning II").is_visible()
