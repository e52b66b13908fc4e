"""What a request may be: size, encoding and characters, checked before anything is read."""

from __future__ import annotations

from flask import Flask, request

from kg.errors import UsageError

#: Bytes of a request body; a query longer than the engine's own gate is refused there.
MAXIMUM_BODY = 1024 * 1024
#: Bytes of path and query string together.
MAXIMUM_URL = 8 * 1024
#: Parameters of one request, in the URL or in a form.
MAXIMUM_PARAMETERS = 200
#: Bytes of all headers of a request, kept by the server itself.
MAXIMUM_HEADERS = 64 * 1024
#: Characters of a header that is read in parts, such as ``Accept``.
MAXIMUM_LIST_HEADER = 4 * 1024
#: Bytes of an update; what its data blocks hold is counted too.
MAXIMUM_UPDATE = 4 * 1024 * 1024
#: Where the gateway leaves the error of a request whose body it did not read.
REFUSAL = "critmat.refusal"
#: Where the gateway says how many bytes the body of this request may have.
BODY_LIMIT = "critmat.limit"


class BodyTooLargeError(UsageError):
    """A request body over the limit."""

    http_status = 413
    title = "Request too large"


class UrlTooLongError(UsageError):
    """An address over the limit."""

    http_status = 414
    title = "Address too long"


class SlowBodyError(UsageError):
    """A request body that did not come in time."""

    http_status = 408
    title = "Request too slow"


class HeaderTooLongError(UsageError):
    """A header over the limit."""

    http_status = 431
    title = "Header too long"


class UnsupportedMediaError(UsageError):
    """A request body in a form that this service does not read."""

    http_status = 415
    title = "Unsupported media type"


#: Headers whose parts are weighed one by one.
_LIST_HEADERS = ("Accept", "Accept-Encoding", "If-None-Match")


def install(app: Flask) -> None:
    """Check every request of ``app``; raises subclasses of :class:`~kg.errors.UsageError`."""
    app.config["MAX_CONTENT_LENGTH"] = MAXIMUM_BODY
    app.before_request(_check)


def _check() -> None:
    environ = request.environ
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if len(path) + len(query) > MAXIMUM_URL:
        raise UrlTooLongError(
            f"The address has more than {MAXIMUM_URL:,} bytes.",
            remedy="Send a long query by POST, with the type application/sparql-query.",
        )
    if any(ord(character) < 32 or ord(character) == 127 for character in path):
        raise UsageError("The address holds a control character.")
    try:
        path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise UsageError("The address is not UTF-8.") from None
    for name in _LIST_HEADERS:
        if len(request.headers.get(name, "")) > MAXIMUM_LIST_HEADER:
            # Errors are negotiated too: not by this.
            environ.pop(f"HTTP_{name.upper().replace('-', '_')}")
            raise HeaderTooLongError(
                f"The header {name} has more than {MAXIMUM_LIST_HEADER:,} characters."
            )
    refusal = environ.get(REFUSAL)
    if refusal is not None:
        raise refusal
    request.max_content_length = limit = environ.get(BODY_LIMIT, MAXIMUM_BODY)
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise UnsupportedMediaError(
            f"A request body in the encoding {encoding!r} is not read.",
            remedy="Send it uncompressed.",
        )


def body_too_large(limit: int) -> BodyTooLargeError:
    """The error for a body of more than ``limit`` bytes."""
    return BodyTooLargeError(
        f"The request body has more than {limit:,} bytes, the most that is read here.",
        remedy="Send less at once, in several requests.",
    )
