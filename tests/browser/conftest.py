"""Chromium over a real server with the small graph.

Without Chromium the tests are skipped, except where CI asks for them by the variable CI.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from kg.facts import load_package
from kg.quality import measure
from tests.kg.quality.invented_facts import write_facts
from tests.serving import REPOSITORY, serving
from tests.small import publish_small

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path() -> str:
    """The system's Chromium; skips where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CI"):
        pytest.fail("Chromium is not installed, and CI needs it.")
    pytest.skip("Chromium is not installed: install it to run the browser tests.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("site")
    facts = write_facts(tmp_path_factory.mktemp("facts"))
    publish_small(root, measure(load_package(facts)).to_json())
    script = REPOSITORY / "tests" / "service" / "serve_small.py"
    with serving([sys.executable, script], root) as address:
        yield address


class Visit:
    """A page with a record of what it asked for and complained of."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page: Page = context.new_page()
        self.site = site
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Open a browser window; the arguments are those of a Playwright context."""
    contexts: list[BrowserContext] = []

    def start(**options: object) -> Visit:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        return Visit(context, site)

    yield start
    for context in contexts:
        context.close()
