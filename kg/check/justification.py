"""Why an ontology, alone or with facts, contradicts itself: the statements that do it, in words.

HermiT finds that something is wrong; :func:`kg.owl.conflict.find_conflict` finds few statements of
which none can be left out; here they become one finding that names each of them and its file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.namespaces import shorten
from kg.owl.documents import OwlDocument
from kg.owl.process import Empty, Reasoning, Statement
from kg.owl.words import Speaker, read_axiom, subject_of
from kg.report import Problem

#: Facts come first in an explanation, then what follows from them, then what forbids it.
_ORDER = {"Assertion": 0, "DisjointClasses": 2, "Negative": 2}


def explain(reasoning: Reasoning, documents: Sequence[OwlDocument]) -> Iterator[Problem]:
    """One problem for each contradiction, and for each class or property without members."""
    explainer = _Explainer(documents)
    for conflict in reasoning.conflicts:
        yield explainer.contradiction(conflict)
    for empty in reasoning.empty:
        yield explainer.nothing_in(empty)
    if reasoning.cut_short:
        some = bool(reasoning.conflicts or reasoning.empty)
        yield Problem(
            "ontology",
            "There may be more that contradicts: the search was cut short."
            if some
            else "Statements contradict each other; which ones was not found in time.",
            remedy="Mend what is named, then check again."
            if some
            else "Check fewer facts at once.",
        )


def speaker_for(documents: Sequence[OwlDocument]) -> Speaker:
    """A speaker that knows the labels in all documents."""
    return Speaker({iri: label for document in documents for iri, label in document.labels})


def place_of(statement: Statement, documents: Mapping[str, OwlDocument]) -> tuple[str, int | None]:
    """The file in which a statement stands, and the line if it is found."""
    name = next(iter(statement.files), "ontology")
    subject = subject_of(read_axiom(statement.text))
    document = documents.get(name)
    return name, document.line_of(subject) if document and subject else None


class _Explainer:
    def __init__(self, documents: Sequence[OwlDocument]) -> None:
        self._documents = {document.name: document for document in documents}
        self._speaker = speaker_for(documents)

    def contradiction(self, conflict: Sequence[Statement]) -> Problem:
        """Statements that cannot all hold."""
        ordered = sorted(conflict, key=_rank)
        facts = any(_rank(statement) == 0 for statement in ordered)
        file, row = self._place(ordered)
        return Problem(
            file,
            f"These {len(ordered)} statements contradict each other: {self._listed(ordered)}.",
            remedy=(
                "Look which of the facts the source does not say, and mend or take out that one."
                if facts
                else "Take back or loosen one of these axioms."
            ),
            row=row,
        )

    def nothing_in(self, empty: Empty) -> Problem:
        """A class that can have no members, or a property that can join no two things."""
        name, ordered = shorten(empty.iri), sorted(empty.conflict, key=_rank)
        document = next(
            (d for d in self._documents.values() if empty.iri in {iri for _, iri in d.declares}),
            None,
        )
        why = f": {self._listed(ordered)}" if ordered else ""
        what = "can have no members" if empty.kind == "class" else "can join no two things"
        return Problem(
            document.name if document else "ontology",
            f"{name} {what}{why}.",
            remedy="Take back or loosen one of these axioms."
            if ordered
            else "Mend the terms that are explained, then check again.",
            row=document.line_of(empty.iri) if document else None,
        )

    def _listed(self, statements: Sequence[Statement]) -> str:
        return "; ".join(
            f"({number}) {self._speaker.sentence(one.text)} [{', '.join(one.files)}]"
            for number, one in enumerate(statements, 1)
        )

    def _place(self, statements: Sequence[Statement]) -> tuple[str, int | None]:
        """Where to look: a file from outside before a file of the ontology."""

        def shipped(statement: Statement) -> bool:
            return any(self._documents[n].shipped for n in statement.files if n in self._documents)

        return place_of(min(statements, key=shipped), self._documents)


def _rank(statement: Statement) -> int:
    name = read_axiom(statement.text).name
    return next((rank for part, rank in _ORDER.items() if part in name), 1)
