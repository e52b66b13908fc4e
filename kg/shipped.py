"""Where the files that come with critmat are, in a checkout and in an installed wheel."""

from __future__ import annotations

import os
from pathlib import Path

#: Names the folder of another data package of facts, to be used in place of the shipped one.
FACTS_VARIABLE = "CRITMAT_FACTS"

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def ontology_dir() -> Path:
    """The folder with ``critmat.ttl``, ``modules/`` and ``codes/``."""
    return _shipped("ontology")


def queries_dir() -> Path:
    """The folder with the canned queries, one sub-folder for each theme."""
    return _shipped("queries")


def facts_dir() -> Path:
    """The folder of the shipped data package (``datapackage.json``), or the one that the
    environment variable ``CRITMAT_FACTS`` names."""
    other = os.environ.get(FACTS_VARIABLE)
    return Path(other) if other else _PACKAGE / "facts"
