"""The reference of the ontology: its modules, terms, codes and axioms in words."""

from kg.reference.model import (
    AxiomKind,
    AxiomText,
    CodeList,
    Module,
    Reference,
    Term,
    TermKind,
)
from kg.reference.reading import read_reference

__all__ = [
    "AxiomKind",
    "AxiomText",
    "CodeList",
    "Module",
    "Reference",
    "Term",
    "TermKind",
    "read_reference",
]
