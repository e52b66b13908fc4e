"""The fact tables: a Frictionless data package, its reader and its checks.

>>> from kg.facts import load_package
>>> "sources" in load_package().tables
True
"""

from __future__ import annotations

from kg.facts.check import check_folder, check_package
from kg.facts.errors import FactsError
from kg.facts.package import Package, Row, Table, load_package, read_package
from kg.facts.schema import Field, Reference, Schema

__all__ = [
    "FactsError",
    "Field",
    "Package",
    "Reference",
    "Row",
    "Schema",
    "Table",
    "check_folder",
    "check_package",
    "load_package",
    "read_package",
]
