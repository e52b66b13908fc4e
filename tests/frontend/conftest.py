"""Chromium over a small site that serves the built scripts with the headers of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hatch_build import Frontend
from tests.frontend.site import Site, running
from tests.serving import REPOSITORY

Open = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def scripts() -> None:
    """The scripts are built of the sources as they are."""
    Frontend(REPOSITORY).build()


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as found:
        yield found


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of a test complained of in the console."""
    return []


@pytest.fixture
def visit(browser: Browser, complaints: list[str]) -> Iterator[Open]:
    """Open an address; the options are those of a Playwright context."""
    contexts: list[BrowserContext] = []

    def start(address: str, **options: object) -> Page:
        options = {"reduced_motion": "reduce", **options}
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address)
        return page

    yield start
    for context in contexts:
        context.close()
