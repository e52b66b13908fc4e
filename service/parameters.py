"""The parameters of a request, decoded strictly.

Flask replaces bytes that are not UTF-8 and keeps the first of two values; for a query either
would silently answer another question than the one that was asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_to_bytes

from flask import Request

from kg.engines.engine import MalformedQueryError
from kg.errors import UsageError
from service.limits import MAXIMUM_PARAMETERS, UnsupportedMediaError

FORM = "application/x-www-form-urlencoded"

Parameters = Mapping[str, Sequence[str]]

#: Reading it as it stands would be a guess at what was meant.
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class RepeatedParameterError(UsageError):
    """A parameter that may stand only once stands more often."""


def decode(data: bytes) -> dict[str, list[str]]:
    """Read ``a=1&b=2`` as names with their values in order.

    Raises :class:`~kg.errors.UsageError` for bytes that are not UTF-8 and for too many parameters.
    """
    pairs = [pair for pair in data.split(b"&") if pair]
    if len(pairs) > MAXIMUM_PARAMETERS:
        raise UsageError(f"The request has more than {MAXIMUM_PARAMETERS} parameters.")
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        found.setdefault(_text(name, "a parameter's name"), []).append(
            _text(value, f"the parameter {name.decode('ascii', 'replace')[:50]!r}")
        )
    return found


def _text(data: bytes, what: str) -> str:
    broken = _BROKEN_ESCAPE.search(data)
    if broken:
        raise UsageError(
            f"A percent sign in {what} begins no escape.", remedy="Write a percent sign as %25."
        )
    raw = unquote_to_bytes(data.replace(b"+", b" "))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"Byte {error.start + 1} of {what} is not UTF-8.", remedy="Encode the text as UTF-8."
        ) from None
    if "\0" in text:
        raise UsageError(f"There is a NUL character in {what}.", remedy="Leave it out.")
    return text


def of_url(request: Request) -> dict[str, list[str]]:
    """The parameters in the address."""
    raw = request.environ.get("QUERY_STRING", "")
    try:
        data = raw.encode("latin-1")
    except UnicodeEncodeError:
        data = raw.encode("utf-8")
    return decode(data)


def of_request(request: Request, what: str, media_type: str) -> Parameters:
    """The parameters of a request with a body: of its address, and of a form or a text.

    The text is that of a query or an update, as ``what`` says, and of this media type; it is given
    as the parameter of that name. Raises :class:`~service.limits.UnsupportedMediaError` for another
    kind of body, :class:`~kg.engines.engine.MalformedQueryError` for one that is not UTF-8.
    """
    in_url = of_url(request)
    if request.mimetype == media_type:
        return {**in_url, what: [_direct(request, what)]}
    if request.mimetype != FORM:
        raise UnsupportedMediaError(
            f"A body of the type {request.mimetype or 'unknown'!r} is not read here.",
            remedy=f"Send {FORM} or {media_type}.",
        )
    in_form = decode(request.get_data(cache=False))
    return {name: [*in_url.get(name, ()), *in_form.get(name, ())] for name in {**in_url, **in_form}}


def _direct(request: Request, what: str) -> str:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaError(
            f"The charset {charset[:40]!r} of the {what} is not read; send UTF-8."
        )
    try:
        return request.get_data(cache=False).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedQueryError(f"Byte {error.start + 1} of the {what} is not UTF-8.") from None


def single(parameters: Parameters, name: str) -> str | None:
    """The one value of a parameter, or ``None``; raises where it stands more than once."""
    values = parameters.get(name, ())
    if len(values) > 1:
        raise RepeatedParameterError(
            f"The parameter {name} stands {len(values)} times.", remedy="Give it once."
        )
    return values[0] if values else None
