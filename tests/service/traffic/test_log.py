"""Lines of the log, as text and as JSON."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from flask import Flask, g

from service.traffic.log import JsonLines, TextLines


def record(message: str, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("critmat.requests", logging.INFO, "", 0, message, (), None)
    made.created = 1_700_000_000.25
    made.fields = fields
    return made


def test_text() -> None:
    line = TextLines().format(record("GET /", request_id="ab12", status=200, text="SELECT *\n{}"))
    assert line == (
        "2023-11-14T22:13:20.250Z INFO critmat.requests: GET / "
        'request_id=ab12 status=200 text="SELECT *\\n{}"'
    )


def test_json() -> None:
    said = json.loads(JsonLines().format(record("GET /", request_id="ab12", status=200)))
    assert said == {
        "time": "2023-11-14T22:13:20.250Z", "level": "INFO", "logger": "critmat.requests",
        "message": "GET /", "request_id": "ab12", "status": 200,
    }  # fmt: skip


@pytest.mark.parametrize("form", [TextLines(), JsonLines()])
@pytest.mark.parametrize("evil", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\x85b"])
def test_nobody_writes_lines_of_their_own_into_the_log(form: logging.Formatter, evil: str) -> None:
    line = form.format(record(f"GET {evil}", text=evil))
    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_what_is_logged_within_a_request_bears_its_id(app: Flask) -> None:
    with app.test_request_context("/"):
        g.request_id = "ab12"
        assert json.loads(JsonLines().format(record("something")))["request_id"] == "ab12"
        assert " request_id=ab12" in TextLines().format(record("something"))


def test_a_stack_trace_stays_with_its_line() -> None:
    made = record("unforeseen")
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        made.exc_info = sys.exc_info()
    assert "ValueError: first\nsecond" in json.loads(JsonLines().format(made))["trace"]
    first, *rest = TextLines().format(made).splitlines()
    assert first.endswith("unforeseen")
    assert all(line.startswith("    ") for line in rest)
