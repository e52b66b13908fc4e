"""Every request is measured and has a line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from flask import Flask, Response, g, request

from service.errors import request_id
from service.traffic.client import Asker
from service.traffic.metrics import Metrics

LOG = logging.getLogger("critmat.requests")
#: Characters of an address that the log shows.
_SHOWN_ADDRESS = 500
#: What machines ask all the time: in the log only where it fails.
_QUIET = frozenset({"/health", "/ready", "/metrics"})


def install(app: Flask, metrics: Metrics, asker: Callable[[], Asker]) -> None:
    """Measure and log every request of ``app``; ``asker`` names who asks."""

    def begin() -> None:
        g.began = time.monotonic()

    def end(response: Response) -> Response:
        seconds = time.monotonic() - g.get("began", time.monotonic())
        route = request.url_rule.rule if request.url_rule else "none"
        metrics.request(route, request.method, response.status_code, seconds)
        if request.path not in _QUIET or response.status_code >= 400:
            _note(response, seconds, asker())
        return response

    app.before_request(begin)
    app.after_request(end)


def _note(response: Response, seconds: float, asker: Asker) -> None:
    address = request.path
    LOG.info(
        "%s %s",
        request.method[:20],
        address[:_SHOWN_ADDRESS],
        extra={
            "fields": {
                "request_id": request_id(),
                "client": asker.client,
                "status": response.status_code,
                "bytes": response.content_length,
                "seconds": round(seconds, 4),
            }
        },
    )
