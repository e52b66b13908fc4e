"""docs/operations.md names every metric, logger and budget, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from service.administration import SHOWN_TEXT
from service.context import EXTENSION, Service
from service.traffic import ledger, metered
from tests.serving import REPOSITORY

DOCS = Path(REPOSITORY) / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")


def test_metrics(app: Flask) -> None:
    here: Service = app.extensions[EXTENSION]
    measured = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in here.traffic.metrics.registry.collect()
        if family.name.startswith("critmat_")
    }
    assert set(re.findall(r"^\| `(critmat_\w+)` \|", OPERATIONS, re.MULTILINE)) == measured


def test_outcomes() -> None:
    for outcome in metered.OUTCOMES:
        assert f"`{outcome}`" in OPERATIONS


def test_limits() -> None:
    limits = (DOCS / "service.md").read_text(encoding="utf-8")
    for number in (ledger.MOST_CLIENTS, metered.SLOW_TEXT, SHOWN_TEXT):
        assert f"{number:,}" in limits
