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


class BodyTooLargeError(UsageError):
    """A request body over the limit."""

    http_status = 413
    title = "Request too large"


class UrlTooLongError(UsageError):
    """An address over the limit."""

    http_status = 414
    title = "Address too long"


class UnsupportedMediaError(UsageError):
    """A request body in a form that this service does not read."""

    http_status = 415
    title = "Unsupported media type"


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
    if request.content_length is not None and request.content_length > MAXIMUM_BODY:
        raise BodyTooLargeError(
            f"The request body has {request.content_length:,} bytes; "
            f"{MAXIMUM_BODY:,} are the most that is read."
        )
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise UnsupportedMediaError(
            f"A request body in the encoding {encoding!r} is not read.",
            remedy="Send it uncompressed.",
        )
