"""Headers that every answer bears: who may frame, script and read it.

Pages of any origin may read, and write where their user gave them a token: no cookie or other
credential that a browser sends by itself is ever involved. https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

from flask import Flask, Response, request

from service.errors import REQUEST_ID, request_id

#: Nothing is ever loaded from anywhere else, and nothing stands inline.
_OWN_ONLY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
CONTENT_SECURITY_POLICY = f"{_OWN_ONLY}frame-ancestors 'none'"
#: What pages of other sites may show in a frame: nothing can be clicked there that changes data.
EMBEDDED = frozenset({"questions.embedded"})
EMBEDDED_SECURITY_POLICY = f"{_OWN_ONLY}frame-ancestors *"
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Location, Content-Location, Link, Allow, Retry-After, Content-Disposition, "
        "WWW-Authenticate, X-Request-Id, X-Critmat-Snapshot"
    ),
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": (
        "Accept, Authorization, Content-Type, If-None-Match, X-Request-Id"
    ),
    "Access-Control-Max-Age": "86400",
}


def install(app: Flask) -> None:
    """Set the headers on every answer of ``app``."""
    app.after_request(_set)


def _set(response: Response) -> Response:
    if request.endpoint in EMBEDDED:
        response.headers["Content-Security-Policy"] = EMBEDDED_SECURITY_POLICY
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.endpoint in EMBEDDED:
        # The older header knows no way to name every site.
        del response.headers["X-Frame-Options"]
    response.headers[REQUEST_ID] = request_id()
    for name, value in _CROSS_ORIGIN.items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        allowed = response.headers.get("Allow", "OPTIONS")
        response.headers.setdefault("Access-Control-Allow-Methods", allowed)
        for name, value in _PREFLIGHT.items():
            response.headers.setdefault(name, value)
    return response
