"""``/queries``: what runs just now, and how an administrator stops it."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, json

from kg.errors import CritmatError
from service.access.guard import principal, require
from service.access.principal import Role
from service.context import service
from service.traffic.running import RunningQuery

_LOG = logging.getLogger("critmat.administration")

blueprint = Blueprint("administration", __name__)

#: Characters of a running query's text that are shown.
SHOWN_TEXT = 2_000


@blueprint.get("/queries")
def running_queries() -> Response:
    """The queries of the moment, the one that came first at the front."""
    require(Role.ADMIN)
    return _json({"queries": [_shown(query) for query in service().traffic.running.all()]})


@blueprint.delete("/queries/<query_id>")
def cancel(query_id: str) -> Response:
    """Stop a query; whoever sent it is told so."""
    admin = require(Role.ADMIN)
    query = service().traffic.running.cancel(query_id)
    stopped = {"query": query.id, "sent_as": query.asker.request_id, "by": admin.name}
    _LOG.warning("query cancelled", extra={"fields": stopped})
    return _json({"cancelled": _shown(query)})


def token_name() -> str:
    """The name of the token that the present request bears; empty where it bears no good one."""
    try:
        found = principal()
    except CritmatError:
        return ""  # where tokens cannot be checked, reading goes on
    return found.name if found else ""


def _shown(query: RunningQuery) -> dict[str, Any]:
    return {
        "id": query.id,
        "client": query.asker.client,
        "request_id": query.asker.request_id,
        "lane": query.lane.value,
        "work": query.work,
        "waited": round(query.waited(), 3),
        "seconds": round(query.worked(), 3),
        "text": query.text[:SHOWN_TEXT],
    }


def _json(value: dict[str, Any]) -> Response:
    response = Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
