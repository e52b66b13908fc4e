"""Questions in a real browser: tables, forms, pages and the view for other sites.

The questions are those of tests/service/data/questions, over the small graph.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import Visit
from tests.browser.test_pages import CONTRASTS
from tests.serving import REPOSITORY, serving
from tests.small import publish_small

pytestmark = pytest.mark.browser

PAGE = "/questions/output"
PAGES = ["/questions", "/questions?q=nothing", PAGE, f"{PAGE}?sort=-output&find=9&rows=25&page=2",
         f"{PAGE}?least=9999", f"{PAGE}?least=x&scale=huge", f"{PAGE}.html?count=20"]  # fmt: skip


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("invented")
    publish_small(root)
    script = REPOSITORY / "tests" / "service" / "serve_invented_questions.py"
    with serving([sys.executable, script], root) as address:
        yield address


@pytest.fixture
def ask(browser: Browser, invented: str) -> Iterator[Any]:
    contexts: list[BrowserContext] = []

    def start(**options: Any) -> Visit:
        contexts.append(browser.new_context(**options))
        return Visit(contexts[-1], invented)

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_leaves_the_origin_and_nothing_complains(
    ask: Any, invented: str, path: str
) -> None:
    window = ask()
    page = window.open(path)
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(f"{invented}/") for url in window.requests), window.requests
    # The browser itself tells of a page that is answered with 400.
    assert [text for text in window.complaints if "status of 400" not in text] == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(ask: Any, path: str, width: int) -> None:
    page = ask(viewport={"width": width, "height": 800}).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(ask: Any, path: str, scheme: str) -> None:
    page = ask(color_scheme=scheme).open(path)
    assert page.evaluate(CONTRASTS) == []


def test_controls_are_large_enough_for_a_finger(ask: Any) -> None:
    page = ask(viewport={"width": 360, "height": 800}).open(PAGE)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, input:not([type=hidden]), summary, nav a, .downloads a, thead a')]
          .filter(e => e.checkVisibility() && !e.closest('thead'))
          .map(e => [e.textContent.slice(0, 20), e.getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""
    )
    assert small == []


@pytest.mark.parametrize("javascript", [True, False])
def test_the_table_is_sorted_searched_and_turned(ask: Any, javascript: bool) -> None:
    page = ask(java_script_enabled=javascript).open(PAGE)
    table = page.get_by_role("table", name="Output of the invented mines")
    table.get_by_role("link", name="Output, tonnes").click()
    assert table.get_by_role("rowheader").first.inner_text() == "mine 999"
    assert table.locator("[aria-sort=descending]").inner_text().startswith("Output, tonnes")
    page.get_by_label("Only rows with the words").fill("MINE 999")
    page.get_by_label("Rows on a page").select_option("25")
    page.get_by_role("button", name="Show").click()
    assert "sort=-output" in page.url
    assert page.get_by_text("1 row with “MINE 999”, of 1,000").is_visible()
    page.get_by_role("link", name="All rows in their order").click()
    page.get_by_role("link", name="Next").click()
    assert page.get_by_text("Rows 101–200 of 1,000").is_visible()
    assert table.get_by_role("rowheader").first.inner_text() == "mine 100"


@pytest.mark.parametrize("javascript", [True, False])
def test_what_charts_show_stands_in_words(ask: Any, javascript: bool) -> None:
    page = ask(java_script_enabled=javascript).open(PAGE)
    words = page.locator("figcaption").first
    assert words.is_visible()
    assert "mine 999 with" in words.inner_text()


def test_the_keyboard_is_enough(ask: Any) -> None:
    page = ask().open(PAGE)
    field = page.get_by_label("Only rows with the words")
    for _ in range(60):
        page.keyboard.press("Tab")
        if field.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.type("lodz")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=lodz**")
    assert page.get_by_role("rowheader", name="mine 3").is_visible()
    link = page.get_by_role("columnheader").get_by_role("link").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=**")
    assert "find=lodz" in page.url


def test_a_newcomer_gets_a_file_in_three_clicks_from_the_list(ask: Any) -> None:
    page = ask().open("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="Output of the invented mines").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "output.csv"
    assert "mine 999" in download.value.path().read_text(encoding="utf-8")


def test_on_a_phone_a_row_is_a_card_with_heads(ask: Any) -> None:
    page = ask(viewport={"width": 320, "height": 800}).open(f"{PAGE}?count=10")
    cell = page.locator(".flat tbody tr").nth(4).locator("td").first
    before = cell.evaluate("e => getComputedStyle(e, '::before').content")
    assert before == '"Output, tonnes"'
    assert page.get_by_label("Sort by").is_visible()


class _Host(BaseHTTPRequestHandler):
    """Another site that shows two addresses of critmat in frames."""

    critmat = ""

    def do_GET(self) -> None:
        body = (
            f'<iframe name="view" src="{self.critmat}{PAGE}.html?count=10"></iframe>'
            f'<iframe name="page" src="{self.critmat}{PAGE}?count=10"></iframe>'
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_another_site_may_show_the_view_and_nothing_else(ask: Any, invented: str) -> None:
    host = HTTPServer(("127.0.0.1", 0), type("Host", (_Host,), {"critmat": invented}))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        window = ask()
        window.page.goto(f"http://localhost:{host.server_port}/")
        window.page.wait_for_load_state("networkidle")
        view = window.page.frame("view")
        assert view is not None
        assert view.get_by_role("rowheader", name="mine 9").is_visible()
        assert view.get_by_role("link", name="See it at critmat").is_visible()
        refused = window.page.frame("page")
        assert refused is not None
        assert refused.locator("table").count() == 0
        assert any("frame-ancestors" in text for text in window.complaints)
    finally:
        host.shutdown()
        host.server_close()
