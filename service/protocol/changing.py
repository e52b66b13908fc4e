"""What ``/update`` and ``/graph-store`` have in common: whether changes are taken, who makes one,
and how it is answered."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request

from kg.writer.change import Written
from service.access.guard import ForbiddenError
from service.access.principal import Principal
from service.context import service
from service.errors import request_id
from service.traffic.client import address_of
from service.writing import Author, Writing


class UpdatesOffError(ForbiddenError):
    """This service takes no changes from anybody."""

    title = "Updates are off"


def writing() -> Writing:
    """What takes changes here; raises :class:`UpdatesOffError` where nothing does."""
    found = service().writing
    if found is None:
        raise UpdatesOffError(
            "This service takes no changes.",
            remedy="Whoever runs it can start it with `critmat serve --enable-updates`.",
        )
    return found


def author(who: Principal) -> Author:
    """Who makes the change of the present request, and from where."""
    address = address_of(request.environ, service().settings.trusted_proxies)
    return Author(who, address, request_id())


def changed(written: Written, status: HTTPStatus = HTTPStatus.NO_CONTENT) -> Response:
    """The answer to a change: it is on the disk, and every query that follows sees it."""
    response = Response(status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Critmat-Snapshot"] = written.snapshot.id
    return response
