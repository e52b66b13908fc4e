"""The audit log: who changed what and when, in ``<root>/audit/<year>-<month>.jsonl``.

Before a change is made, a line with the intent is on the disk; what came of it is a second line
behind it. So no change is without its line, whatever dies in between, and an intent that nothing
follows is one of which nobody can say more. A line is written at once and whole; half a line, as a
loss of power leaves it, is skipped by the reader and harms no other.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from kg.errors import CritmatError

FOLDER = "audit"
#: Characters of an update that the log keeps; its checksum stands for the rest.
KEPT_TEXT = 4_000
_FILE = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")


class Outcome(StrEnum):
    """What came of a change."""

    COMMITTED = "committed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class AuditError(CritmatError):
    """The log cannot be written, so nothing is changed; or it cannot be read."""

    http_status = 507
    title = "No room in the audit log"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. ``time`` is the moment of the intent, in UTC; ``size`` is in bytes.

    ``token``, ``name`` and ``role`` say who, ``client`` and ``request_id`` from where.
    ``operation`` is ``update``, ``replace``, ``add`` or ``drop``, ``graph`` the graph that was
    named, ``text`` the beginning of an update, ``sha256`` the checksum of the whole of what was
    sent. ``outcome`` is ``committed`` with the ``snapshot``, ``failed`` with the ``error``, or
    ``unknown`` where nothing was written down any more, or the disk gave no answer.
    """

    id: str
    time: str
    token: str
    name: str
    role: str
    client: str
    request_id: str
    operation: str
    graph: str
    size: int
    sha256: str
    text: str = ""
    outcome: str = Outcome.UNKNOWN
    snapshot: str = ""
    error: str = ""


class AuditLog:
    """Writes the log of the data folder ``root``. Safe to use from many threads.

    One process writes at a time; the lock of the writing service sees to that.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self._lock = threading.Lock()
        self._syncing = threading.Lock()
        self._written = self._synced = 0
        self._file = -1
        self._month = ""

    def intend(self, entry: Entry) -> Entry:
        """Write down what is about to be done; it is on the disk when this returns.

        Gives the entry with its id and time. Raises :class:`AuditError` where that cannot be.
        """
        now = datetime.now(UTC)
        entry = replace(entry, id=secrets.token_hex(8), time=now.isoformat(timespec="milliseconds"))
        line = asdict(entry)
        for name in ("outcome", "snapshot", "error"):
            del line[name]  # not known yet
        try:
            self._sync(self._append(line, now))
        except OSError as error:
            raise AuditError(
                f"The audit log cannot be written ({error.strerror or error}); nothing was "
                "changed.",
                remedy="Tell whoever runs this service: its data folder is full or read-only.",
            ) from error
        return entry

    def conclude(
        self, entry: Entry, outcome: Outcome, *, snapshot: str = "", error: str = ""
    ) -> None:
        """Write down what came of a change: the ``snapshot`` that holds it, or the ``error``.

        Raises ``OSError`` where that cannot be; the change itself is as it is.
        """
        now = datetime.now(UTC)
        ended = {
            "of": entry.id, "time": now.isoformat(timespec="milliseconds"),
            "outcome": outcome, "snapshot": snapshot, "error": error[:1000],
        }  # fmt: skip
        self._append(ended, now)

    def close(self) -> None:
        """Put the rest on the disk and let go of the file."""
        with self._syncing, self._lock:
            if self._file >= 0:
                os.fsync(self._file)
                os.close(self._file)
            self._file, self._month = -1, ""

    def _append(self, value: dict[str, Any], now: datetime) -> int:
        """Write a line; give how many there are by now."""
        line = json.dumps(value, ensure_ascii=True).encode() + b"\n"
        with self._lock:
            month = f"{now:%Y-%m}"
            if month != self._month:
                self._open(month)
            written = os.write(self._file, line)
            if written != len(line):
                # The disk is full: take back the half line, or end it, so that none sticks to it.
                os.ftruncate(self._file, os.fstat(self._file).st_size - written)
                raise OSError(28, "No space left on device")
            self._written += 1
            return self._written

    def _open(self, month: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(
            self.folder / f"{month}.jsonl",
            os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC,
            0o600,
        )
        try:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                os.write(file, b"\n")
            folder = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except BaseException:
            os.close(file)
            raise
        if self._file >= 0:
            os.fsync(self._file)
            os.close(self._file)
        self._file, self._month = file, month

    def _sync(self, number: int) -> None:
        """Wait until the line with this number is on the disk; one wait serves all before it."""
        with self._syncing:
            if self._synced >= number:
                return
            with self._lock:
                reached, file = self._written, os.dup(self._file)
            try:
                os.fsync(file)
            finally:
                os.close(file)
            self._synced = reached


def read_audit(root: Path) -> Iterator[Entry]:
    """The changes in the log of ``root``, in the order of their intents.

    What is no line of the log is skipped. Raises :class:`AuditError` where a file cannot be read.
    """
    begun: dict[str, Entry] = {}
    folder = root / FOLDER
    try:
        files = sorted(p for p in folder.iterdir() if _FILE.fullmatch(p.name))
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unreadable(folder, error) from error
    for file in files:
        try:
            with file.open("rb") as stream:
                for line in stream:
                    _take(begun, line)
        except OSError as error:
            raise _unreadable(file, error) from error
    yield from begun.values()


def _take(begun: dict[str, Entry], line: bytes) -> None:
    try:
        value = json.loads(line)
        if "of" in value:
            entry = begun[value.pop("of")]
            value.pop("time")
            begun[entry.id] = replace(entry, **value)
        else:
            begun[value["id"]] = Entry(**value)
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def _unreadable(path: Path, error: OSError) -> AuditError:
    return AuditError(f"{path} cannot be read: {error.strerror or error}.")
