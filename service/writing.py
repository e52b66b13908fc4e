"""What the routes that change data work with: writer, audit log and uploads in one.

A change that an engine process has tried or parsed is put into the audit log, then handed to the
writer, and only then is it answered: when a client hears that it was done, it is on the disk, and
every query that follows sees it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from kg.engines.engine import WritableEngine
from kg.engines.settings import MIB
from kg.errors import CritmatError
from kg.writer.change import AddQuads, Change, DropGraph, ReplaceGraph, UpdateText, Written
from kg.writer.failure import DoubtfulCommitError
from kg.writer.settings import WriterSettings
from kg.writer.writer import Writer
from service.access.principal import Principal
from service.audit import KEPT_TEXT, AuditLog, Entry, Outcome
from service.settings import Settings
from service.uploads import Upload, Uploads

_LOG = logging.getLogger(__name__)

#: How much larger the quads of a document may be than the largest document: prefixes are written
#: out.
GROWTH = 8
#: Opens the charge of a change; gives what to call when the change has its turn.
Charging = Callable[[], AbstractContextManager[Callable[[], None]]]
_OPERATIONS = {UpdateText: "update", ReplaceGraph: "replace", AddQuads: "add", DropGraph: "drop"}


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change: the holder of a token, from an address, in a request."""

    principal: Principal
    client: str = ""
    request_id: str = ""


class Writing:
    """Takes changes. Safe to use from many threads."""

    def __init__(self, writer: Writer, audit: AuditLog, uploads: Uploads) -> None:
        self.writer = writer
        self.audit = audit
        self.uploads = uploads
        self._charging: Charging = lambda: nullcontext(_nothing)

    def charge_with(self, charging: Charging) -> None:
        """Have every change charged to whoever makes it."""
        self._charging = charging

    def update(self, text: str, author: Author) -> Written:
        """Run an update that an engine process has tried; raises what the writer raises."""
        data = text.encode()
        return self._make(
            UpdateText(text), author, len(data), hashlib.sha256(data).hexdigest(), text
        )

    def replace(self, graph: str, quads: Upload, author: Author) -> Written:
        """Let a graph, the default one where ``graph`` is empty, hold these N-Quads only."""
        return self._make(ReplaceGraph(graph, quads.path), author, quads.size, quads.sha256)

    def add(self, graph: str, quads: Upload, author: Author) -> Written:
        """Add N-Quads, all of them of the named ``graph`` or all of the default one."""
        return self._make(AddQuads(quads.path, graph), author, quads.size, quads.sha256)

    def drop(self, graph: str, author: Author) -> Written:
        """Remove a named graph, or empty the default one; raises where there is none."""
        return self._make(DropGraph(graph), author)

    def _make(
        self, change: Change, author: Author, size: int = 0, sha256: str = "", text: str = ""
    ) -> Written:
        """Put a change into the log, make it, and put into the log what came of it.

        Whoever makes it is charged for it, or refused before anything is done.
        """
        with self._charging() as begun:
            return self._make_charged(
                change, self._intend(change, author, size, sha256, text), begun
            )

    def _intend(self, change: Change, author: Author, size: int, sha256: str, text: str) -> Entry:
        who = author.principal
        return self.audit.intend(
            Entry(
                id="", time="", token=who.token, name=who.name, role=who.role,
                client=author.client, request_id=author.request_id,
                operation=_OPERATIONS[type(change)], graph=getattr(change, "graph", ""),
                size=size, sha256=sha256, text=text[:KEPT_TEXT],
            )
        )  # fmt: skip

    def _make_charged(self, change: Change, intent: Entry, begun: Callable[[], None]) -> Written:
        try:
            written = self.writer.apply(change, begun=begun)
        except BaseException as error:
            doubtful = isinstance(error, DoubtfulCommitError)
            reason = error.message if isinstance(error, CritmatError) else repr(error)
            self._conclude(intent, Outcome.UNKNOWN if doubtful else Outcome.FAILED, error=reason)
            raise
        self._conclude(intent, Outcome.COMMITTED, snapshot=written.snapshot.id)
        return written

    def _conclude(
        self, intent: Entry, outcome: Outcome, *, snapshot: str = "", error: str = ""
    ) -> None:
        try:
            self.audit.conclude(intent, outcome, snapshot=snapshot, error=error)
        except OSError as failure:
            # The change is as it is, and its sender must hear the truth about it.
            _LOG.error("the audit log does not say how %s ended: %s", intent.id, failure)

    def ready(self) -> bool:
        """True while changes can be made."""
        return self.writer.ready()

    def close(self) -> None:
        """Finish what was begun, take nothing more, and let go of the files."""
        self.writer.close()
        self.audit.close()


def _nothing() -> None:
    """What is done at the turn of a change that nobody is charged with."""


def open_writing(settings: Settings, engine: WritableEngine) -> Writing:
    """Become the one service that writes into the data folder, and let the engine follow it.

    Raises what :class:`~kg.writer.writer.Writer` raises where another one writes there already or
    the folder cannot be written. The caller closes it, before the engine.
    """
    writer = Writer(
        settings.data,
        WriterSettings(
            memory=settings.writer_memory_mib * MIB,
            timeout=settings.update_timeout,
            largest_change=settings.max_upload_mib * MIB * GROWTH,
        ),
        published=engine.move_to,
    )
    try:
        if writer.snapshot.id != engine.snapshot_id:
            engine.move_to(writer.snapshot)
        uploads = Uploads(settings.data, settings.max_upload_mib * MIB)
        return Writing(writer, AuditLog(settings.data), uploads)
    except BaseException:
        writer.close()
        raise
