"""What follows from the facts: the ontology's axioms, shares, exposures, owners, major sources.

:func:`derive` is the step of the build. Axioms are read (:mod:`kg.derive.axioms`), compiled to
rules (:mod:`kg.derive.rules`) and evaluated (:mod:`kg.derive.evaluate`); an axiom added to the
ontology is honoured by the next build. What needs numbers, or to know that nothing is on record,
is Python: :mod:`kg.derive.shares`, :mod:`kg.derive.exposure` with the rule by which one figure is
preferred (:mod:`kg.derive.preference`), :mod:`kg.derive.ownership` and
:mod:`kg.derive.major_sources`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.derive.errors import UnreadableQuadsError
    from kg.derive.major_sources import MajorSourceRule
    from kg.derive.step import DeriveSummary, Progress, derive, infer

_PLACES = {
    "DeriveSummary": "step",
    "MajorSourceRule": "major_sources",
    "Progress": "step",
    "UnreadableQuadsError": "errors",
    "derive": "step",
    "infer": "step",
}

__all__ = [
    "DeriveSummary",
    "MajorSourceRule",
    "Progress",
    "UnreadableQuadsError",
    "derive",
    "infer",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for.

    Whoever only reads axioms, as the service does to explain a triple, needs none of the libraries
    for numbers that deriving takes half a second to load.
    """
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"kg.derive.{_PLACES[name]}"), name)
