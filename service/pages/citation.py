"""How to cite an answer: in words after APA, and as a BibTeX entry.

A citation names what a reader needs to find the same answer again: the question as it was asked,
the version of critmat, the snapshot with the date of its release, the address and the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from kg.snapshot import SnapshotError, open_snapshot
from service.context import service

#: Characters that LaTeX would read as something else, and how it writes them.
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
#: Characters that cannot stand in the address field, and what stands for them in an address.
_IN_ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"}


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited. ``released`` is the date of the snapshot, unknown for one of another service;
    ``accessed`` the day on which the address was read."""

    id: str
    title: str
    version: str
    snapshot_id: str
    released: date | None
    address: str
    accessed: date


def apa(work: Work) -> str:
    """The work after the rules of the American Psychological Association, seventh edition.

    https://apastyle.apa.org/style-grammar-guidelines/references/examples/data-set-references
    """
    year = work.released.year if work.released else work.accessed.year
    released = f", released {work.released.isoformat()}" if work.released else ""
    return (
        f"critmat. ({year}). {work.title} (Version {work.version}, snapshot {work.snapshot_id}"
        f"{released}) [Data set]. Retrieved {_american(work.accessed)}, from {work.address}"
    )


def bibtex(work: Work) -> str:
    """The work as an entry that BibTeX and biber read."""
    year = work.released.year if work.released else work.accessed.year
    released = f", released {work.released.isoformat()}" if work.released else ""
    key = re.sub(r"[^A-Za-z0-9]+", "-", f"critmat-{work.id}-{work.snapshot_id}")
    note = f"critmat {work.version}, snapshot {work.snapshot_id}{released}"
    fields = {
        "author": "{critmat}",
        "title": f"{{{latex(work.title)}}}",
        "year": str(year),
        "note": latex(f"{note}. Accessed {work.accessed.isoformat()}"),
        "url": "".join(_IN_ADDRESS.get(character, character) for character in work.address),
        "urldate": work.accessed.isoformat(),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def latex(text: str) -> str:
    r"""A text as LaTeX reads it literally.

    >>> latex("50 % & more {of} it_")
    '50 \\% \\& more \\{of\\} it\\_'
    """
    return "".join(_LATEX.get(character, character) for character in text)


def _american(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def today() -> date:
    """The day as UTC has it, which is also the day that a query means by ``NOW``."""
    return datetime.now(UTC).date()


def release_date(snapshot_id: str) -> date | None:
    """The day on which a snapshot was published; none where its manifest is not at hand."""
    return _release_date(service().settings.data, snapshot_id)


@lru_cache(maxsize=64)
def _release_date(data: Path, snapshot_id: str) -> date | None:
    try:
        created = open_snapshot(data, snapshot_id).manifest.created
        return datetime.fromisoformat(created).date()
    except (SnapshotError, OSError, ValueError):
        return None
