"""Validators: one snapshot and one request always give the same answer."""

from __future__ import annotations

import hashlib
import re

from flask import Request, Response

#: Functions whose value changes from call to call; naming one in a comment costs the validator.
#: Comments may stand before the bracket, and letters before the name (``STRUUID``). Letters may
#: also be written as codepoint escapes, so a query with one of these has no validator.
_VOLATILE = re.compile(
    r"(?:NOW|RAND|UUID|BNODE)(?:\s++|\#[^\r\n]*+)*+\(|\\u00[0-9A-F]{2}|\\U000000[0-9A-F]{2}",
    re.IGNORECASE,
)


def entity_tag(*parts: str) -> str:
    """A strong validator of everything that an answer depends on, without quotes."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_volatile(query: str) -> bool:
    """True where a query may answer otherwise although the data are the same."""
    return _VOLATILE.search(query) is not None


def matches(request: Request, tag: str) -> bool:
    """True where the client names the tag as one that it has.

    ``*`` does not count: it would be answered 304 for a query that was never tried.
    """
    return not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag)


def mark(response: Response, tag: str | None) -> Response:
    """Let caches keep the answer but ask each time; without a tag nothing may be kept."""
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
    else:
        response.set_etag(tag)
        response.headers["Cache-Control"] = "public, no-cache"
    return response
