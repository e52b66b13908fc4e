"""How a reader looks at an answer: in which order, for which words, which page of it.

These are the reserved parameters in the address of a question. They are no part of the question:
the files hold all rows in its own order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from kg.errors import NotFoundError, UsageError
from service.pages.answer_table import MAXIMUM_ROWS
from service.pages.presentation import number, plural
from service.parameters import Parameters, single

#: The names that mean something else than a parameter of the question.
RESERVED = ("sort", "find", "page", "rows")
#: How many rows a page may show.
PAGE_SIZES = (25, 50, 100, MAXIMUM_ROWS)
#: Rows of a page that names no number: few in a table of figures, more in a text that is read.
FLAT_ROWS, READ_ROWS = 100, MAXIMUM_ROWS


class FileParameterError(UsageError):
    """A reserved parameter stands in the address of a file."""


class NoSuchPageError(NotFoundError):
    """An answer has fewer pages."""


@dataclass(frozen=True, slots=True)
class Looking:
    """One view of an answer. ``rows`` is 0 where the address names no number."""

    sort: str = ""
    find: str = ""
    page: int = 1
    rows: int = 0

    @property
    def is_arranged(self) -> bool:
        """True where the rows are not all of the answer, or not in its order."""
        return bool(self.sort or self.find)

    def words(self, **other: str | int) -> dict[str, str]:
        """The parameters of this view with some changed; those that say nothing are left out.

        >>> Looking(sort="share", page=3).words(page=1)
        {'sort': 'share'}
        """
        changes: dict[str, Any] = dict(other)
        changed = replace(self, **changes)
        said = {
            "sort": changed.sort,
            "find": changed.find,
            "page": str(changed.page) if changed.page != 1 else "",
            "rows": str(changed.rows) if changed.rows else "",
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page stands among the pages of an answer. ``total`` is the number of rows."""

    total: int
    page: int
    size: int

    @property
    def last(self) -> int:
        """The number of the last page, from 1."""
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """The index of the first row on the page."""
        return (self.page - 1) * self.size

    @property
    def end(self) -> int:
        """One behind the index of the last row on the page."""
        return min(self.total, self.start + self.size)


def apart(given: Parameters) -> tuple[dict[str, Sequence[str]], dict[str, Sequence[str]]]:
    """The parameters of the question, and those of the view."""
    question = {name: values for name, values in given.items() if name not in RESERVED}
    return question, {name: values for name, values in given.items() if name in RESERVED}


def read_looking(given: Parameters) -> Looking:
    """Read a view from the address; raises :class:`UsageError` for what it cannot mean."""
    value = {name: (single(given, name) or "").strip() for name in RESERVED}
    rows = value["rows"]
    if rows and rows not in {str(size) for size in PAGE_SIZES}:
        known = ", ".join(map(str, PAGE_SIZES))
        raise UsageError(f"A page has no {rows!r} rows.", remedy=f"It may have: {known}.")
    return Looking(value["sort"], value["find"], _page_number(value["page"]), int(rows or 0))


def _page_number(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise UsageError(f"{text!r} is no page.", remedy="Give a number from 1.")
    return int(text)


def pages_of(looking: Looking, total: int, size: int) -> Pages:
    """The pages of ``total`` rows; raises :class:`NoSuchPageError` for one behind the last."""
    pages = Pages(total, looking.page, looking.rows or size)
    if pages.page > pages.last:
        raise NoSuchPageError(
            f"There is no page {pages.page} of this answer.", remedy=f"The last is {pages.last}."
        )
    return pages


def counted(looking: Looking, pages: Pages, whole: int) -> str:
    """Which rows are on the page, in words; ``whole`` is the number of rows of the answer.

    >>> counted(Looking(), Pages(3112, 2, 100), 3112)
    'Rows 101\u2013200 of 3,112'
    >>> counted(Looking(find="chile"), Pages(1, 1, 100), 56)
    '1 row with \u201cchile\u201d, of 56'
    """
    if not pages.total:
        return f"No row has \u201c{looking.find}\u201d."
    text = f"{number(pages.total)} {plural('row', pages.total)}"
    if pages.last > 1:
        text = f"Rows {number(pages.start + 1)}\u2013{number(pages.end)} of {number(pages.total)}"
    found = f" with \u201c{looking.find}\u201d, of {number(whole)}" if looking.find else ""
    return text + found


def refuse_reserved(given: Parameters) -> None:
    """A file holds all rows in the order of the question: raises for a wish to see it otherwise."""
    wished = [name for name in RESERVED if name in given]
    if wished:
        raise FileParameterError(
            f"A file takes no {' and no '.join(wished)}: it holds all rows of the answer.",
            remedy=f"Leave out {' and '.join(wished)}.",
        )


def query(*parts: Mapping[str, Sequence[str] | str]) -> str:
    """Parameters as they stand in an address, with the question mark; empty where there are none.

    >>> query({"element": ["samarium"]}, {"page": "2"})
    '?element=samarium&page=2'
    """
    merged: dict[str, Sequence[str] | str] = {}
    for part in parts:
        merged.update(part)
    text = urlencode(merged, doseq=True)
    return f"?{text}" if text else ""
