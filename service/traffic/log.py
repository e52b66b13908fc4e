"""The log: one line for each event, as text or as JSON, with the id of the request it belongs to.

Text that came from outside stands in a line with its control characters escaped, so that nobody
can write lines of their own into the log.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context

_PLAIN = re.compile(r"[\w.,:;/?&=%+*@#~|()\[\]{}<>$!-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def configure(form: str, level: int = logging.INFO) -> None:
    """Have everything logged to the standard error as ``form``, ``text`` or ``json``."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says beside its message: the id of the request first, where there is one."""
    given: dict[str, Any] = dict(getattr(record, "fields", {}))
    request_id = given.pop("request_id", "")
    if not request_id and has_request_context():
        request_id = g.get("request_id", "")
    return {"request_id": request_id, **given} if request_id else given


class TextLines(logging.Formatter):
    """``2026-05-01T12:00:00.000Z INFO critmat.requests: GET /sparql request_id=... status=200``"""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; a stack trace follows on lines of its own, indented."""
        said = [f"{_moment(record)} {record.levelname} {record.name}:"]
        said.append(_CONTROL.sub(_escaped, record.getMessage()))
        said += [f"{name}={_shown(value)}" for name, value in fields_of(record).items()]
        lines = [" ".join(said)]
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            lines += [f"    {_CONTROL.sub(_escaped, line)}" for line in trace.split("\n")]
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """One JSON object on each line: ``time``, ``level``, ``logger``, ``message`` and fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; a stack trace is the field ``trace``."""
        said: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, default=str)


def _moment(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
