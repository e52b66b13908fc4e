"""Facts to RDF: carries out the mapping annotations of the table schemas.

The annotations themselves are read by :mod:`kg.facts.mapping`; a new table needs no Python.
"""

from __future__ import annotations

from kg.populate.write import PopulateSummary, Progress, populate

__all__ = ["PopulateSummary", "Progress", "populate"]
