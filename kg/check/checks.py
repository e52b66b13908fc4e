"""Checks as files: one SPARQL query each, with title, severity and remedy in its leading comment.

::

    # title: A share lies between 0 and 100 percent
    # severity: error
    # remedy: Give the share in percent of the world.
    SELECT ?node ?message WHERE { ... }

The query selects each offending ``?node`` and says in ``?message`` what is wrong with it. It is
asked of the whole data set: the default graph holds every triple once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kg.errors import CritmatError
from kg.report import Severity
from kg.shipped import ontology_dir

_HEADER = re.compile(r"#\s*(title|severity|remedy):\s*(.+?)\s*")


class CheckError(CritmatError):
    """A check that is not written as a check."""

    title = "Bad check"


@dataclass(frozen=True, slots=True)
class Check:
    """One check; ``id`` is the name of its file without the ending."""

    id: str
    title: str
    severity: Severity
    remedy: str
    query: str


def read_checks(folder: Path | None = None) -> list[Check]:
    """Read the checks of a folder (default: the shipped ones), by name.

    Raises :class:`CheckError` for a folder without checks and a header that lacks something.
    """
    folder = folder or ontology_dir() / "checks"
    paths = sorted(folder.glob("*.rq"))
    if not paths:
        raise CheckError(
            f"There are no checks (*.rq) in {folder}.",
            remedy="Give the folder of the checks, such as ontology/checks.",
        )
    return [_read(path) for path in paths]


def _read(path: Path) -> Check:
    query = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    for line in query.splitlines():
        if not line.startswith("#"):
            break
        if found := _HEADER.fullmatch(line):
            header[found[1]] = found[2]
    missing = [key for key in ("title", "severity", "remedy") if key not in header]
    if missing:
        raise CheckError(
            f"{path.name}: the leading comment lacks {' and '.join(missing)}.",
            remedy=f"Begin the file with '# {missing[0]}: ...'.",
        )
    if header["severity"] not in list(Severity):
        raise CheckError(
            f"{path.name}: {header['severity']!r} is no severity.",
            remedy=f"Write one of {', '.join(Severity)}.",
        )
    return Check(path.stem, header["title"], Severity(header["severity"]), header["remedy"], query)
