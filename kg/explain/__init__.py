"""Why a triple is in the data: its sources, or the axiom or rule and the facts that it rests on.

:func:`explain` asks an engine and nothing else, so that it works over the embedded store and over
a remote endpoint alike. What is asserted is explained by its sources, what is derived by the axiom
or the rule that gives it, and by what that needs, down to asserted facts.
"""

from __future__ import annotations

from kg.explain.asking import Limits
from kg.explain.explainer import Explainer, NotInDataError, explain
from kg.explain.explanation import Explanation, Kind, Node, Source

__all__ = [
    "Explainer",
    "Explanation",
    "Kind",
    "Limits",
    "Node",
    "NotInDataError",
    "Source",
    "explain",
]
