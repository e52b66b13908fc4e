"""Permanent links: a request that names a snapshot is answered from that one.

The parameter ``snapshot`` holds its id. Within such a request :func:`service.context.service` gives
the service over the named snapshot, so whatever answers the request need not know of it.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import cast

from flask import Blueprint, g, request

from kg.explain import Explainer, Limits
from service import parameters
from service.archive import NotKeptError, is_snapshot_id
from service.context import PINNED, service
from service.parameters import Parameters
from service.traffic.metered import MeteredEngine

#: The name of the parameter.
SNAPSHOT = "snapshot"
_OPEN = "critmat_open_snapshot"


def install(blueprint: Blueprint) -> None:
    """Let the requests of a blueprint name a snapshot."""
    blueprint.before_request(_pin)
    blueprint.teardown_request(_release)


def given() -> Parameters:
    """The parameters of the request but for the snapshot."""
    named = parameters.of_url(request)
    return {name: values for name, values in named.items() if name != SNAPSHOT}


def pin() -> dict[str, str]:
    """What a link within the same snapshot has to say; nothing where the request names none but
    the current one."""
    return {SNAPSHOT: service().engine.snapshot_id} if PINNED in g else {}


def permanent(snapshot_id: str) -> dict[str, str]:
    """What a link that is to give the same answer for ever has to say; nothing where the snapshots
    of an engine cannot be named."""
    return {SNAPSHOT: snapshot_id} if is_snapshot_id(snapshot_id) else {}


def _pin() -> None:
    """Raises :class:`~service.archive.NotKeptError` for a snapshot that is not here."""
    name = (parameters.single(parameters.of_url(request), SNAPSHOT) or "").strip()
    here = service()
    if not name or name == here.engine.snapshot_id:
        return
    if here.archive is None:
        raise NotKeptError(name)
    with ExitStack() as opened:
        reading = opened.enter_context(here.archive.opened(name, here.engine.over))
        limits = Limits(seconds=here.settings.timeout)
        pinned = replace(
            here,
            engine=cast(MeteredEngine, reading.engine),
            reading=reading,
            explainer=Explainer(reading.engine, limits),
        )
        setattr(g, _OPEN, opened.pop_all())
        setattr(g, PINNED, pinned)


def _release(_: BaseException | None) -> None:
    opened: ExitStack | None = g.pop(_OPEN, None)
    g.pop(PINNED, None)
    if opened is not None:
        opened.close()
