"""Functions that nobody here knows: an error of their expression, not of the whole text.

So says SPARQL: what such a call would give stays unbound. The engine sees it otherwise, while it
plans, and names one function; so it is told of each, and asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from pyoxigraph import NamedNode

from kg.engines.engine import QueryTooLargeError

#: Functions in a text that nobody knows; it is planned once more for each.
MOST_UNKNOWN = 100
_UNKNOWN = re.compile(r"The custom function <([^<>]*)> is not supported")

_Found = TypeVar("_Found")


def with_unknown(run: Callable[[dict[NamedNode, Any]], _Found], what: str = "query") -> _Found:
    """Run a text with functions that give no value in the place of those that nobody knows.

    ``run`` is given them; what it does before it fails must be undone by then. ``what`` is how the
    text is called. Raises :class:`~kg.engines.engine.QueryTooLargeError` where they are too many.
    """
    unknown: set[NamedNode] = set()
    while True:
        try:
            return run(dict.fromkeys(unknown, _no_value))
        except RuntimeError as error:
            named = _UNKNOWN.fullmatch(str(error))
            if not named or NamedNode(named[1]) in unknown:
                raise
            if len(unknown) == MOST_UNKNOWN:
                raise QueryTooLargeError(
                    f"The {what} calls more than {MOST_UNKNOWN} functions that this service does "
                    "not know.",
                    remedy="Leave them out: they have no values here.",
                ) from None
            unknown.add(NamedNode(named[1]))


def _no_value(*_: object) -> None:
    """What a function that nobody knows gives: an error, which leaves its variable unbound."""
