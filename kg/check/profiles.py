"""Check that the ontology stays inside OWL 2 DL, and its axioms inside OWL 2 RL.

OWL 2 DL is what reasoners such as HermiT take; OWL 2 RL is what the build can turn into rules
(https://www.w3.org/TR/owl2-profiles/). The OWL API decides both. Three things go beyond its version
of 2013: a datatype that OWL 2 does not have is outside OWL 2 DL in an axiom, a triple that is part
of no axiom is reported, and reflexive properties are outside OWL 2 RL.

Values of facts and of notes may have any datatype (``xsd:date``, ``geo:wktLiteral``): no axiom
looks at them, and shapes say which datatype a value must have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from kg.check.justification import place_of, speaker_for
from kg.namespaces import shorten
from kg.owl.documents import OwlDocument, read_documents
from kg.owl.process import Answer, Leftover, Task, Violation, ask
from kg.report import Problem, Report, Severity

_DECLARE = "Check the spelling, or declare it."
_SPLIT = "Give one of the two another name."
_SIMPLE = "Take the axiom back, or say it in a shape."
#: What each kind of violation means, and what to do. ``{}`` is the name that it is about.
_MEANINGS: Mapping[str, tuple[str, str]] = {
    "UseOfUndeclaredClass": ("{} is used as a class and declared nowhere", _DECLARE),
    "UseOfUndeclaredObjectProperty": (
        "{} is used as a property between things and declared nowhere",
        _DECLARE,
    ),
    "UseOfUndeclaredDataProperty": (
        "{} is used as a property with a value and declared nowhere",
        _DECLARE,
    ),
    "UseOfUndeclaredAnnotationProperty": ("{} is used and declared nowhere", _DECLARE),
    "UseOfUndeclaredDatatype": ("{} is used as a datatype and declared nowhere", _DECLARE),
    "UseOfUnknownDatatype": ("{} is no datatype of OWL 2", "Say the datatype in a shape."),
    "DatatypeOutsideOwl": (
        "{} is no datatype of OWL 2 and is not defined from one",
        "Say the datatype in a shape, not in an axiom.",
    ),
    "LexicalNotInLexicalSpace": ("{} does not fit its datatype", "Mend the value."),
    "IllegalPunning": ("the same name stands for two kinds of property", _SPLIT),
    "DatatypeIRIAlsoUsedAsClassIRI": ("{} is both a class and a datatype", _SPLIT),
    "UseOfPropertyInChainCausesCycle": (
        "{} comes back to itself over property chains in a way that cannot be decided",
        "A chain may begin or end with the property that it gives, not lead to it through others.",
    ),
    "InsufficientOperands": ("fewer than two members stand in a list", "Mend the list."),
    "InsufficientPropertyExpressions": ("too few properties stand in a list", "Mend the list."),
    "InsufficientIndividuals": ("too few things stand in a list", "Mend the list."),
    "EmptyOneOfAxiom": ("a list of members is empty", "Mend the list."),
    "CyclicNamelessThings": (
        "things without a name are joined in a circle",
        "Give each of them an IRI.",
    ),
    "UseOfNonSubClassExpression": (
        "no rule can be made of what stands on the side of the conditions",
        "Conditions may be classes, some, value, one of, and, or.",
    ),
    "UseOfNonSuperClassExpression": (
        "no rule can be made of what should follow",
        "What follows may be a named class, only, value, at most one, and, not.",
    ),
    "UseOfNonEquivalentClassExpression": (
        "one direction of this equivalence gives no rule",
        "Write the direction that is needed as a sub-class axiom.",
    ),
    "UseOfIllegalAxiom": ("OWL 2 RL has no such axiom", "Say it in a shape or by a rule."),
    "UseOfIllegalDataRange": (
        "OWL 2 RL has no such range of values",
        "Name a datatype of OWL 2 RL, and say the rest in a shape.",
    ),
}
_NON_SIMPLE = "a property that is transitive or follows from a chain must not be limited like this"
_RESERVED = "{} is in a namespace that belongs to OWL itself"


def check_profiles(folder: Path | None = None, extra: Sequence[Path] = ()) -> Report:
    """Check the ontology in ``folder`` (default: the shipped one) with the files ``extra``.

    Each violation is one problem, with the axiom and the file where it stands. Outside OWL 2 DL is
    always an error. Outside OWL 2 RL is an error in the ontology, and a warning in ``extra``: there
    the axiom says what its author means, HermiT looks at it, and the build derives nothing from it.
    ``extra`` is for facts and ontologies; shapes are not OWL.

    Raises what :func:`kg.check.reasoner.check_ontology` raises.
    """
    documents, report = read_documents(folder, extra)
    report.step = "profiles"
    report.extend(profile_report(ask(documents, [Task.PROFILES]), documents))
    return report


def profile_report(answer: Answer, documents: Sequence[OwlDocument]) -> Report:
    """What the OWL API said of the profiles of ``documents``, as a report."""
    report = Report("profiles")
    report.counts["axioms that derive or forbid"] = answer.logical
    for profile in ("DL", "RL"):
        found = [one for one in answer.violations if one.profile == profile]
        report.counts[f"outside OWL 2 {profile}"] = len(found)
        for problem in _violations(profile, found, documents):
            report.add(problem)
    undeclared = {one.about for one in answer.violations if one.kind.startswith("UseOfUndeclared")}
    for problem in _leftovers(answer.leftovers, undeclared):
        report.add(problem)
    return report


def _violations(
    profile: str, found: Sequence[Violation], documents: Sequence[OwlDocument]
) -> Iterator[Problem]:
    """One problem for each kind and name in a file, however often it occurs there."""
    by_name, speaker = {document.name: document for document in documents}, speaker_for(documents)

    def group(one: Violation) -> tuple[tuple[str, ...], str, str]:
        # Without a name to be about, each axiom is a case of its own.
        return one.statement.files, one.kind, one.about or one.statement.text

    for _, same in groupby(sorted(found, key=lambda v: (group(v), v.statement.text)), key=group):
        first, *others = same
        meaning, remedy = _meaning(first.kind)
        file, row = place_of(first.statement, by_name)
        shipped = file not in by_name or by_name[file].shipped
        more = f" (and {len(others)} more like it)" if others else ""
        yield Problem(
            file,
            f"Outside OWL 2 {profile}: {meaning.format(_about(first.about))}: "
            f"{speaker.sentence(first.statement.text)}{more}.",
            remedy=remedy,
            row=row,
            severity=Severity.ERROR if profile == "DL" or shipped else Severity.WARNING,
        )


def _meaning(kind: str) -> tuple[str, str]:
    if kind.startswith("UseOfNonSimpleProperty"):
        return _NON_SIMPLE, _SIMPLE
    if kind.startswith("UseOfReservedVocabulary"):
        return _RESERVED, "Choose a name in a namespace of your own."
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    return _MEANINGS.get(kind, (words, "See https://www.w3.org/TR/owl2-syntax/ for what is meant."))


def _about(about: str) -> str:
    return shorten(about.strip("<>"))


def _leftovers(leftovers: Sequence[Leftover], undeclared: set[str]) -> Iterator[Problem]:
    """One problem for each subject with triples that no axiom is made of."""
    spoken = [one for one in leftovers if not any(f"<{iri}>" in one.triple for iri in undeclared)]
    key = sorted(spoken, key=lambda one: (one.file, one.triple))
    for file, same in groupby(key, key=lambda one: one.file):
        for _, triples in groupby(same, key=lambda one: one.triple.split(" ")[0]):
            first, *others = (
                re.sub(r"<([^>]*)>", lambda found: shorten(found[1]), one.triple).rstrip(". ")
                for one in triples
            )
            more = f" (and {len(others)} more of it)" if others else ""
            yield Problem(
                file,
                f"Outside OWL 2 DL: this statement is part of no axiom: {first}{more}.",
                remedy="Mend the axiom that it should be part of, or declare its property.",
            )
