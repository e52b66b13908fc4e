"""What must hold of the graph, and of the ontology.

:func:`check_graph` holds the final quads against the shapes of ``ontology/shapes``;
:mod:`kg.check.reasoner` asks a reasoner whether the ontology contradicts itself.
"""

from __future__ import annotations

from kg.check.exceptions import ExceptionsError, read_exceptions
from kg.check.graph import check_graph
from kg.check.shapes import ShapesError, ShapeSet, read_shapes

__all__ = [
    "ExceptionsError",
    "ShapeSet",
    "ShapesError",
    "check_graph",
    "read_exceptions",
    "read_shapes",
]
