"""One finding of a shape."""

from __future__ import annotations

from dataclasses import dataclass

from kg.report import Severity


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A node that does not meet a shape; ``shape`` and ``node`` are IRIs or blank nodes as text.

    ``value`` is what was found there, if anything.
    """

    shape: str
    node: str
    message: str
    value: str
    severity: Severity
    remedy: str
