"""IRIs that a request names: absolute, and without any character that ends one in SPARQL."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.errors import UsageError

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\ud800-\udfff]*")


def absolute_iri(parameter: str, text: str) -> str:
    """The IRI in a parameter; raises :class:`~kg.errors.UsageError` where it is none."""
    if not _ABSOLUTE.fullmatch(text):
        raise UsageError(
            f"{parameter}: {text[:200]!r} is no absolute IRI.",
            remedy="Give one such as http://example.org/graph.",
        )
    return text


def absolute_iris(parameter: str, texts: Iterable[str]) -> tuple[str, ...]:
    """The IRIs in a parameter that may be repeated; raises what :func:`absolute_iri` does."""
    return tuple(absolute_iri(parameter, text) for text in texts)
