"""What must hold of the graph, and of the ontology.

:func:`check_graph` runs the queries of ``ontology/checks`` over the final quads;
:mod:`kg.check.reasoner` asks a reasoner whether the ontology contradicts itself.
"""

from __future__ import annotations

from kg.check.checks import Check, CheckError, read_checks
from kg.check.graph import check_graph

__all__ = ["Check", "CheckError", "check_graph", "read_checks"]
