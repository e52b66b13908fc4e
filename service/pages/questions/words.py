"""Answers in words, with the code lists of the snapshot in use."""

from __future__ import annotations

from kg.questions import ResultTable
from service.context import service
from service.pages.answer_in_words import Words, in_words


def answer_in_words(table: ResultTable) -> Words:
    """An answer of at least one row in words."""
    reading = service().reading
    roles = {column.role for column in table.columns}
    return in_words(
        table,
        reading.page("evidence") if "evidence" in roles else (),
        reading.page("statuses") if "status" in roles else (),
    )
