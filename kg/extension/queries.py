"""An expert's own questions: canned questions, and competency questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from kg.check.competency import CompetencyFileError, read_competency_question
from kg.errors import CritmatError
from kg.extension.documents import syntax_fault
from kg.extension.material import Kind, Material, MaterialFile
from kg.facts.schema import did_you_mean
from kg.namespaces import CM, shorten
from kg.questions import Catalogue
from kg.questions.reading import read_question
from kg.report import Problem
from kg.sparql import Token, TokenKind, line_and_column, tokens


def check_questions(material: Material, terms: Collection[str]) -> Iterator[Problem]:
    """Check the form of every question, and that the terms of critmat in it are among ``terms``
    (IRIs); whether answers come out right is asked of the whole."""
    shipped = Catalogue.load()
    seen: dict[str, str] = {}
    for file in material.of(Kind.QUESTION, Kind.COMPETENCY):
        fault = syntax_fault(file)
        if fault is not None:
            yield fault
            continue
        yield from _unknown_terms(file, terms)
        try:
            if file.kind is Kind.COMPETENCY:
                read_competency_question(file.path, file.shown)
            else:
                yield from _taken(file, read_question(file.path).id, shipped, seen)
        except CompetencyFileError as error:
            yield error.problem
        except CritmatError as error:
            message = error.message.removeprefix(f"{file.path.name}: ")
            yield Problem(file.shown, message, error.remedy)


def _unknown_terms(file: MaterialFile, terms: Collection[str]) -> Iterator[Problem]:
    """Names that begin like critmat's and that the ontology does not have: nothing matches them."""
    text = file.data.decode("utf-8-sig")
    prefixes: dict[str, str] = {}
    told: set[str] = set()
    for first, second, third in _triplewise(tokens(text)):
        if first.text.upper() == "PREFIX" and third.kind is TokenKind.IRI:
            prefixes[second.text] = third.text[1:-1]
            continue
        prefix, colon, local = third.text.partition(":")
        iri = ""
        if third.kind is TokenKind.IRI and second.kind is not TokenKind.PREFIXED_NAME:
            iri = third.text[1:-1]
        elif third.kind is TokenKind.PREFIXED_NAME and local:
            iri = prefixes.get(prefix + colon, "") + local
        if not iri.startswith(CM) or iri in terms or iri in told or iri == CM:
            continue
        told.add(iri)
        yield Problem(
            file.shown,
            f"critmat has no term {shorten(iri)}, so nothing can match it",
            f"Mend its spelling.{did_you_mean(shorten(iri), map(shorten, terms))}",
            row=line_and_column(text, third.start)[0],
        )


def _triplewise(found: Iterable[Token]) -> Iterator[tuple[Token, Token, Token]]:
    """Each token with the two before it; two empty ones stand before the first."""
    empty = Token(TokenKind.WORD, "", 0, 0)
    before = (empty, empty)
    for token in found:
        yield (*before, token)
        before = (before[1], token)


def _taken(
    file: MaterialFile, id_: str, shipped: Catalogue, seen: dict[str, str]
) -> Iterator[Problem]:
    other = "a shipped question" if id_ in shipped else seen.setdefault(id_, file.shown)
    if other != file.shown:
        yield Problem(file.shown, f"{other} is called {id_} already", "Give the file another name.")
