"""docs/service.md names every route, format, limit and setting, and none that does not exist."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from flask import Flask

from service import limits
from service.compression import SMALLEST
from service.pages.answer_table import MAXIMUM_ROWS
from service.pages.thing_facts import (
    MAXIMUM_QUADS,
    SHOWN_PROPERTIES,
    SHOWN_REFERENCES,
    SHOWN_VALUES,
)
from service.protocol.negotiation import GRAPH_FORMATS, PAGE, SOLUTION_FORMATS
from service.protocol.payload import MAXIMUM_PARTS
from service.protocol.query_page import MAXIMUM_SHOWN_BYTES
from service.settings import Settings
from service.spool import IN_MEMORY
from service.uploads import AT_ONCE

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "service.md").read_text(encoding="utf-8")


#: Defaults that the page describes, since the machine decides them.
SPOKEN = {"data": "your user data folder", "public_url": "each request's own"}


def _table(heading: str) -> list[list[str]]:
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)
    return [row.split(" | ") for row in rows[2:]]


def test_routes(app: Flask) -> None:
    documented = {row[0].strip("`"): set(row[1].split(", ")) for row in _table("Routes")}
    served = {
        rule.rule: set(rule.methods or ()) - {"HEAD", "OPTIONS"}
        for rule in app.url_map.iter_rules()
    }
    assert documented == served


def test_settings() -> None:
    documented = {row[0].strip("`"): row[1] for row in _table("Settings")}
    fields = {setting.name: setting.default for setting in dataclasses.fields(Settings)}
    assert list(documented) == list(fields)
    for name, default in fields.items():
        if default is not dataclasses.MISSING:
            shown = f"{default:g}" if isinstance(default, float) else str(default)
            assert documented[name] == (SPOKEN.get(name) or shown)


def test_formats() -> None:
    for written in (*SOLUTION_FORMATS, *GRAPH_FORMATS, PAGE):
        row = next(
            line for line in TEXT.splitlines() if line.startswith(f"| `{written.media_type}`")
        )
        for name in written.names:
            assert f"`{name}`" in row


def test_limits() -> None:
    for number in (
        limits.MAXIMUM_BODY,
        limits.MAXIMUM_UPDATE,
        limits.MAXIMUM_URL,
        limits.MAXIMUM_HEADERS,
        limits.MAXIMUM_PARAMETERS,
        MAXIMUM_ROWS,
        MAXIMUM_SHOWN_BYTES,
        IN_MEMORY,
        SMALLEST,
        MAXIMUM_QUADS,
        SHOWN_PROPERTIES,
        SHOWN_VALUES,
        SHOWN_REFERENCES,
        MAXIMUM_PARTS,
        AT_ONCE,
    ):
        assert re.search(rf"(?<![\d,]){number:,}(?![\d,])", TEXT), number
