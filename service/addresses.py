"""The address that others know this service by."""

from __future__ import annotations

import re

from flask import request

from kg.errors import UsageError
from service.context import service

_HOST = re.compile(r"(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


class StrangeHostError(UsageError):
    """The ``Host`` header holds what is no name of a host."""

    title = "Not a host"


def public_address() -> str:
    """The address of this service without a slash at its end, for documents that name it.

    It is what the operator set, else what the client called us. Raises :class:`StrangeHostError`
    for a ``Host`` header that is none: it would end up in the document.
    """
    if service().settings.public_url:
        return service().settings.public_url
    host = request.environ.get("HTTP_HOST", "")
    if not _HOST.fullmatch(host):
        raise StrangeHostError("The header Host names no host.", remedy="Send it as RFC 9110 says.")
    return f"{request.scheme}://{host}"
