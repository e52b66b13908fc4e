"""Whether the service is alive, and whether it can answer."""

from __future__ import annotations

import time

from flask import Blueprint, Response, json

from kg.engines.engine import Query
from kg.errors import CritmatError
from service.context import service

blueprint = Blueprint("health", __name__)

#: Seconds that the trial query of ``/ready`` may take.
_PATIENCE = 5.0


@blueprint.get("/health")
def health() -> Response:
    """The web process is there; says nothing of the engine."""
    return _json({"status": "ok", "version": service().version})


@blueprint.get("/ready")
def ready() -> Response:
    """A query went through the engine and was answered."""
    here = service()
    began = time.monotonic()
    try:
        with here.engine.query(Query("ASK { ?s ?p ?o }", timeout=_PATIENCE)) as answer:
            holds = bool(json.loads(answer.read()).get("boolean"))
    except CritmatError as error:
        return _json({"status": "unavailable", "reason": error.title}, status=503)
    if not holds:
        return _json({"status": "unavailable", "reason": "The snapshot is empty"}, status=503)
    milliseconds = round((time.monotonic() - began) * 1000, 2)
    return _json(
        {"status": "ready", "snapshot": here.engine.snapshot_id, "milliseconds": milliseconds}
    )


def _json(value: dict[str, object], status: int = 200) -> Response:
    response = Response(json.dumps(value), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "1"
    return response
