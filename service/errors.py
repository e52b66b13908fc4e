"""The one place where an error becomes an HTTP answer.

Programs get problem details (RFC 9457), browsers a page. Neither ever sees a stack trace: what
was not foreseen is logged under the request id that the answer bears.
"""

from __future__ import annotations

import re
import uuid
from http import HTTPStatus
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    g,
    json,
    make_response,
    render_template,
    request,
)
from werkzeug.exceptions import HTTPException

from kg.engines.engine import OverloadedError
from kg.errors import CritmatError
from kg.questions import ParameterErrors
from service.access.guard import UnauthorisedError
from service.limits import MAXIMUM_BODY

PROBLEM_JSON = "application/problem+json"
#: Each kind of problem has an address below this one.
PROBLEM_TYPES = "https://w3id.org/critmat/problem/"
REQUEST_ID = "X-Request-Id"

_GIVEN_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
#: Addresses below a question that only programs read.
_FOR_PROGRAMS = re.compile(r"\.(?:xlsx|ttl)$|/options/[^/]*$")
_REMEDIES = {
    404: "The home page leads to everything that is here.",
    405: "The Allow header lists the methods that this address takes.",
    500: "It is not your fault. Report it with the request id below.",
}


def install(app: Flask) -> None:
    """Handle every error of ``app`` and give every request an id."""
    app.before_request(_name_request)
    app.register_error_handler(CritmatError, _critmat_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def _name_request() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _GIVEN_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:16]


def request_id() -> str:
    """The id of the present request."""
    return str(g.get("request_id", ""))


def problem(error: CritmatError) -> dict[str, Any]:
    """Problem details of an error: type, title, status, detail, and what else it knows."""
    details: dict[str, Any] = {
        "type": PROBLEM_TYPES + _slug(type(error).__name__),
        "title": error.title,
        "status": error.http_status,
        "detail": error.message,
    }
    if error.remedy:
        details["remedy"] = error.remedy
    for name in ("line", "column", "parameter", "available"):
        value = getattr(error, name, None)
        if value is not None:
            details[name] = value
    if isinstance(error, ParameterErrors):
        details["errors"] = [
            {"parameter": one.parameter, "detail": one.message, "remedy": one.remedy}
            for one in error.errors
        ]
    return details


def _slug(class_name: str) -> str:
    words = re.findall(r"[A-Z][a-z]*", class_name.removesuffix("Error"))
    return "-".join(words).lower()


def mark(response: Response, error: CritmatError) -> Response:
    """Set the headers that go with an error; nobody may keep the answer."""
    response.headers["Cache-Control"] = "no-store"
    if isinstance(error, OverloadedError):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, UnauthorisedError):
        response.headers["WWW-Authenticate"] = error.challenge
    if error.http_status == HTTPStatus.NOT_ACCEPTABLE:
        response.vary.add("Accept")
    return response


def _critmat_error(error: CritmatError) -> Response:
    return mark(_answer(problem(error)), error)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response(request.environ))
    status = error.code
    phrase = HTTPStatus(status).phrase
    details: dict[str, Any] = {
        "type": PROBLEM_TYPES + phrase.lower().replace(" ", "-"),
        "title": phrase,
        "status": status,
        "detail": _detail(status, error),
    }
    if status in _REMEDIES:
        details["remedy"] = _REMEDIES[status]
    response = _answer(details)
    # Such as Allow, which goes with 405.
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _detail(status: int, error: HTTPException) -> str:
    if status == 404:
        return "There is nothing at this address."
    if status == 405:
        return f"This address does not take {request.method}."
    if status == 413:
        return f"The request body has more than {MAXIMUM_BODY:,} bytes."
    return error.description or HTTPStatus(status).phrase


def _unforeseen(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return _http_error(error)
    current_app.logger.error("request %s: unforeseen error", request_id(), exc_info=error)
    return _answer(
        {
            "type": PROBLEM_TYPES + "unforeseen",
            "title": "Something went wrong here",
            "status": 500,
            "detail": "The service met an error that it was not prepared for.",
            "remedy": _REMEDIES[500],
        }
    )


def wants_page() -> bool:
    """True where the client would rather read a page than problem details."""
    if request.path.endswith((".csv", ".json")) or request.path in {"/health", "/ready"}:
        return False
    if request.path.startswith("/questions/") and _FOR_PROGRAMS.search(request.path):
        return False
    best = request.accept_mimetypes.best_match([PROBLEM_JSON, "application/json", "text/html"])
    return best == "text/html" and request.accept_mimetypes["text/html"] > 0


def _answer(details: dict[str, Any]) -> Response:
    details["request_id"] = request_id()
    status = int(details["status"])
    if wants_page():
        return make_response(render_template("error.html", problem=details), status)
    response = make_response(json.dumps(details, ensure_ascii=False), status)
    response.content_type = PROBLEM_JSON
    return response
