"""The production server: granian around the Flask application.

One process answers HTTP, with threads for the work (:mod:`service.gateway`); queries run in the
engine's own processes. The process that calls :func:`serve` only watches: it replaces the web
process when that dies and ends it cleanly on SIGTERM and SIGINT (:mod:`service.stopping`).
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing.util import Finalize
from typing import Any, cast

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Engine, WritableEngine
from kg.engines.settings import MIB, PoolSettings
from kg.errors import CritmatError
from kg.questions import Catalogue
from kg.snapshot import open_snapshot
from service.app import create_app
from service.archive import Archive
from service.context import EXTENSION, Service
from service.doors import Doors
from service.gateway import Gateway
from service.limits import MAXIMUM_HEADERS
from service.quality import published_quality
from service.settings import Settings
from service.stopping import PROCESS_GRACE, Stopping
from service.traffic import log
from service.writing import open_writing

#: Makes the engine that the web process answers from.
EngineFactory = Callable[[Settings], Engine]

#: Milliseconds that a client may take to send its headers.
_HEADER_PATIENCE = 10_000
#: Connections at a time. A connection costs a file handle, and many systems give a process 1,024.
_MOST_CONNECTIONS = 512


class ListeningError(CritmatError):
    """The address cannot be listened on."""

    title = "The service cannot start"


def embedded_engine(settings: Settings) -> Engine:
    """Start the embedded engine on the snapshot that the settings name."""
    snapshot = open_snapshot(settings.data, settings.snapshot)
    return EmbeddedEngine(snapshot, pool_settings(settings))


def pool_settings(settings: Settings) -> PoolSettings:
    """The settings of the service as those of its engine."""
    return PoolSettings(
        workers=settings.engines,
        light=settings.light_engines,
        timeout=settings.timeout,
        max_timeout=settings.max_timeout,
        memory=settings.engine_memory_mib * MIB,
        from_disk=settings.enable_updates,
    )


def load_application(
    _target: str, settings: Settings, make_engine: EngineFactory, stopping: Stopping
) -> Any:
    """Make the application inside the web process, with an engine of its own."""
    log.configure(settings.log_format)
    writing = None
    try:
        engine = make_engine(settings)
        if settings.enable_updates:
            writing = open_writing(settings, cast(WritableEngine, engine))
    except CritmatError as error:
        # The process that watches sees no more than that this one has ended, and gives up.
        print(f"Error: {error}", file=sys.stderr, flush=True)
        os._exit(error.exit_status)
    # Unlike atexit, this also runs in a process that multiprocessing has forked.
    Finalize(None, engine.close, exitpriority=10)
    if writing is not None:
        Finalize(None, writing.close, exitpriority=20)
    archive = Archive(settings.data, pool_settings(settings))
    Finalize(None, archive.close, exitpriority=10)
    stopping.obey(finish=writing.close if writing else _nothing, stop=_both(archive, engine))
    measured = published_quality(settings.data, engine.snapshot_id)
    app = create_app(settings, engine, Catalogue.load(), measured, writing, archive=archive)
    threading.Thread(target=_read_ahead, args=(app.extensions[EXTENSION],), daemon=True).start()
    return Gateway(app, settings.threads, entrance=Doors(app))


def _both(archive: Archive, engine: Engine) -> Callable[[], None]:
    """Ends what answers, for the current snapshot and for others."""

    def stop() -> None:
        archive.close()
        engine.close()

    return stop


def _nothing() -> None:
    """What there is to finish where no changes are taken."""


def _read_ahead(service: Service) -> None:
    """Count what the home page shows before the first visitor asks for it."""
    with contextlib.suppress(CritmatError):
        for name in ("things", "headline", "sources", "source_facts"):
            service.reading.page(name)
        service.triples()


def serve(settings: Settings, make_engine: EngineFactory = embedded_engine) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises :class:`ListeningError` where the port is taken or the address is not ours, and what
    opening the snapshot raises, before anything is started.
    """
    check_address(settings)
    # Granian adds the environment to every request; a variable such as HTTP_PROXY would look
    # like a header that the client sent.
    for name in [name for name in os.environ if name.startswith("HTTP_")]:
        del os.environ[name]
    stopping = Stopping()
    server = Granian(
        "critmat",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        workers=1,
        # Of connections, idle ones included; beyond it none is accepted.
        backpressure=_MOST_CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=_HEADER_PATIENCE, max_buffer_size=MAXIMUM_HEADERS
        ),
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=PROCESS_GRACE,
    )
    server.on_startup(lambda: stopping.handle_signals(server.signal_handler_interrupt))
    server.serve(
        target_loader=partial(
            load_application, settings=settings, make_engine=make_engine, stopping=stopping
        )
    )


def check_address(settings: Settings) -> None:
    """See whether the address can be listened on; raises :class:`ListeningError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise ListeningError(
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror or error}.",
            remedy="Stop what listens there, or give another port with --port.",
        ) from None
