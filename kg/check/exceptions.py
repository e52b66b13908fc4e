"""Findings that are known and right as they stand, each with a reason and the day of its review.

``exceptions.csv`` stands beside the shapes: shape, node, reason, reviewed. Shape and node are
prefixed names, such as ``cms:composition-sum`` and ``cmd:ore-xunwu``.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Store

from kg.check.finding import Finding
from kg.errors import CritmatError
from kg.namespaces import expand, shorten
from kg.report import Problem, Severity
from kg.shipped import ontology_dir

NAME = "exceptions.csv"
COLUMNS = ["shape", "node", "reason", "reviewed"]


class ExceptionsError(CritmatError):
    """A list of exceptions that is not written as one."""

    title = "Bad list of exceptions"


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """One row: the finding of ``shape`` at ``node`` is right, because of ``reason``."""

    shape: str
    node: str
    reason: str
    reviewed: date
    row: int


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The exceptions of some folders of shapes."""

    rows: dict[tuple[str, str], KnownFinding] = field(default_factory=dict)

    def covers(self, finding: Finding) -> bool:
        """True for a finding that is known."""
        return (finding.shape, finding.node) in self.rows

    def outdated(
        self, findings: Sequence[Finding], store: Store, focus: Collection[str] | None
    ) -> Iterator[Problem]:
        """Give a warning for each exception that found nothing at a node that was looked at."""
        found = {(finding.shape, finding.node) for finding in findings}
        for (shape, node), row in self.rows.items():
            looked_at = focus is None or node in focus
            if (shape, node) not in found and looked_at and _described(store, node):
                yield Problem(
                    NAME,
                    f"{shorten(node)} meets {shorten(shape)} by now",
                    "Take the row out of the list of exceptions.",
                    row=row.row,
                    column=shorten(shape),
                    severity=Severity.WARNING,
                )


def _described(store: Store, node: str) -> bool:
    quads = store.quads_for_pattern(NamedNode(node), None, None, DefaultGraph())
    return next(quads, None) is not None


def read_exceptions(shapes: Path | Sequence[Path] | None = None) -> Exceptions:
    """Read the ``exceptions.csv`` of every folder of shapes (default: the shipped one).

    Raises :class:`ExceptionsError` with file, row and column for what cannot be read.
    """
    if shapes is None:
        shapes = [ontology_dir() / "shapes"]
    rows: dict[tuple[str, str], KnownFinding] = {}
    for folder in [shapes] if isinstance(shapes, Path) else shapes:
        path = folder / NAME
        if folder.is_dir() and path.is_file():
            for row in _read(path):
                if (row.shape, row.node) in rows:
                    raise ExceptionsError(
                        f"{NAME}:{row.row}: this exception stands twice.",
                        remedy="Keep one of the two rows.",
                    )
                rows[row.shape, row.node] = row
    return Exceptions(rows)


def _read(path: Path) -> Iterator[KnownFinding]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != COLUMNS:
                raise ExceptionsError(
                    f"{path.name}:1: the columns are not {', '.join(COLUMNS)}.",
                    remedy="Write these four columns in this order.",
                )
            for cells in reader:
                yield _row(path.name, reader.line_num, cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExceptionsError(f"{path.name}: {error}.", remedy="Give CSV in UTF-8.") from error


def _row(file: str, number: int, cells: dict[str, str]) -> KnownFinding:
    empty = [name for name in COLUMNS if not (cells.get(name) or "").strip()]
    if empty or None in cells:
        raise ExceptionsError(
            f"{file}:{number}: {f'{empty[0]} is empty' if empty else 'there are too many cells'}.",
            remedy="Say which finding is right, why, and when that was reviewed.",
        )
    try:
        reviewed = date.fromisoformat(cells["reviewed"])
    except ValueError as error:
        raise ExceptionsError(
            f"{file}:{number}:reviewed: {cells['reviewed']!r} is no day.",
            remedy="Write the day as 2026-11-23.",
        ) from error
    iris = {}
    for name in ("shape", "node"):
        try:
            iris[name] = expand(cells[name])
        except KeyError as error:
            raise ExceptionsError(
                f"{file}:{number}:{name}: {cells[name]!r} has no known prefix.",
                remedy="Write a prefixed name such as cmd:ore-xunwu.",
            ) from error
    return KnownFinding(iris["shape"], iris["node"], cells["reason"], reviewed, number)
