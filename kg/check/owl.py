"""Everything that OWL tools can say of the ontology, in one run of Java."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.check.profiles import profile_report
from kg.check.reasoner import reasoner_report
from kg.owl.documents import read_documents
from kg.owl.process import Task, ask
from kg.report import Report


def check_owl(folder: Path | None = None, extra: Sequence[Path] = ()) -> Report:
    """Check contradictions, members of classes and properties, OWL 2 DL and OWL 2 RL.

    The same as :func:`kg.check.reasoner.check_ontology` and
    :func:`kg.check.profiles.check_profiles` together, in little more than the time of one.
    """
    documents, report = read_documents(folder, extra)
    report.step = "ontology"
    answer = ask(documents, list(Task))
    report.extend(reasoner_report(answer, documents))
    report.extend(profile_report(answer, documents))
    return report
