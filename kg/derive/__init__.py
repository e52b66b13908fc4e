"""What follows from the facts: the ontology's axioms, shares, and exposures.

:func:`derive` is the step of the build. Axioms are read (:mod:`kg.derive.axioms`), compiled to
rules (:mod:`kg.derive.rules`) and evaluated (:mod:`kg.derive.evaluate`); an axiom added to the
ontology is honoured by the next build. What needs numbers is Python: :mod:`kg.derive.shares` and
:mod:`kg.derive.exposure`, where the rule stands by which one figure is preferred.
"""

from __future__ import annotations

from kg.derive.errors import UnreadableQuadsError
from kg.derive.step import DeriveSummary, Progress, derive, infer

__all__ = ["DeriveSummary", "Progress", "UnreadableQuadsError", "derive", "infer"]
