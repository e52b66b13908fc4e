"""Whether the service is alive, whether it can answer, and what it has measured."""

from __future__ import annotations

import time

from flask import Blueprint, Response, json, request

from kg.engines.engine import Query
from kg.errors import CritmatError
from service.context import service
from service.traffic.client import HOUSE

blueprint = Blueprint("health", __name__)

#: Seconds that the trial query of ``/ready`` may take.
_PATIENCE = 5.0


@blueprint.get("/health")
def health() -> Response:
    """The web process is there; says nothing of the engine."""
    return _json({"status": "ok", "version": service().version})


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters and measures in the format of Prometheus, or OpenMetrics where that is wanted."""
    written, media_type = service().traffic.metrics.written(request.headers.get("Accept", ""))
    response = Response(written, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


@blueprint.get("/ready")
def ready() -> Response:
    """A query went through the engine and was answered, with yes or, over an empty data set, no.

    Whoever asks, it is the service's own query: a budget that is used up makes nothing unready.
    """
    here = service()
    trial = Query("ASK { ?s ?p ?o }", timeout=_PATIENCE, client=HOUSE)
    began = time.monotonic()
    try:
        with here.engine.query(trial) as answer:
            answer.read()
    except CritmatError as error:
        return _json({"status": "unavailable", "reason": error.title}, status=503)
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
