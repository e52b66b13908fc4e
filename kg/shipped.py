"""Where the files that come with critmat are, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

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
    """The folder of the shipped data package (``datapackage.json``)."""
    return _PACKAGE / "facts"
