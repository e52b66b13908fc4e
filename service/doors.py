"""Which requests have a body that is read, how large it may be, and who is let in before.

The gateway asks before the first byte of a body is read, so that whoever may not change anything
cannot make the service take even one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from kg.engines.settings import MIB
from service.access.guard import PRINCIPAL
from service.access.principal import Principal
from service.context import EXTENSION, Service
from service.limits import MAXIMUM_BODY, MAXIMUM_UPDATE
from service.protocol import graph_store, update
from service.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Door:
    """A kind of request with a body of up to ``limit`` bytes.

    With ``admit``, it changes data: that is called first, in the context of the request, and
    raises where nobody is let in. With ``uploads`` the body is kept there, else in memory.
    """

    limit: int = MAXIMUM_BODY
    admit: Callable[[], Principal] | None = None
    uploads: Uploads | None = None


READING = Door()


class Doors:
    """The doors of an application."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def door(self, environ: Mapping[str, Any]) -> Door | None:
        """The door that a request comes to; ``None`` where its body is not read."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        place, _, below = path.strip("/").partition("/")
        if place == "sparql" and not below:
            return READING
        if place == "update" and not below:
            changing = Door(MAXIMUM_UPDATE, update.admit)
            return changing if method == "POST" else READING
        if place == "graph-store":
            return self._graph_store() if method in graph_store.CHANGING else READING
        return None

    def enter(self, door: Door, environ: dict[str, Any]) -> None:
        """Have it said who asks, and leave that with the request.

        Raises what :attr:`Door.admit` does.
        """
        if door.admit is not None:
            with self._app.request_context(environ):
                environ[PRINCIPAL] = door.admit()

    def _graph_store(self) -> Door:
        here: Service = self._app.extensions[EXTENSION]
        uploads = here.writing.uploads if here.writing else None
        return Door(here.settings.max_upload_mib * MIB, graph_store.admit, uploads)
