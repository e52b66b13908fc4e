"""What the pages of the ontology read, kept as long as the snapshot is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import current_app, url_for

from kg.engines.engine import Engine
from kg.namespaces import CM
from kg.reference import Reference, Term, TermKind, read_reference
from kg.reference.counts import (
    Count,
    Example,
    Habit,
    read_count,
    read_counts,
    read_examples,
    read_habits,
)
from kg.reference.usage import Column, by_term, table_columns
from service.context import service
from service.reading import Memory

_EXTENSION = "critmat.ontology"
_Found = TypeVar("_Found")

#: Pages and documents that are kept ready; the ontology has about as many terms.
REMEMBERED = 512


class Library:
    """The ontology of the snapshot in use, its counts and its pages, each found once."""

    def __init__(self, engine: Engine, questions: Mapping[str, str]) -> None:
        self._engine = engine
        self._found = Memory[Any](REMEMBERED)
        self._pages = Memory[bytes](REMEMBERED)
        self._questions = by_term(questions)
        self._columns = table_columns()

    @property
    def snapshot_id(self) -> str:
        """The snapshot that all this is read from."""
        return self._engine.snapshot_id

    @property
    def reference(self) -> Reference:
        """The ontology."""
        return self._once("reference", "", lambda: read_reference(self._engine))

    @property
    def counts(self) -> Mapping[str, Count]:
        """How much of the data stands under each term."""
        return self._once("counts", "", lambda: read_counts(self._engine))

    def count(self, term: Term) -> Count:
        """How much of the data stands under one term."""
        return self._once("count", term.iri, lambda: read_count(self._engine, term))

    def examples(self, term: Term) -> tuple[Example, ...]:
        """A few members or pairs of a term."""
        return self._once("examples", term.iri, lambda: read_examples(self._engine, term))

    def habits(self, term: Term) -> tuple[Habit, ...]:
        """The properties that members of a class have in the data."""
        return self._once("habits", term.iri, lambda: read_habits(self._engine, term))

    def questions(self, iri: str) -> tuple[str, ...]:
        """The ids of the canned questions that use a term."""
        return self._questions.get(iri, ())

    def columns(self, iri: str) -> tuple[Column, ...]:
        """The columns of fact tables that become a term."""
        return self._columns.get(iri, ())

    def page(self, key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """A page or document, made once for each snapshot."""
        return self._pages.once((self.snapshot_id, *key), make)

    def _once(self, what: str, of: str, find: Callable[[], _Found]) -> _Found:
        return cast(_Found, self._found.once((self.snapshot_id, what, of), find))


def library() -> Library:
    """The library of the present application, opened at first use."""
    extensions = current_app.extensions
    if _EXTENSION not in extensions:
        here = service()
        questions = {question.id: question.text for question in here.catalogue.values()}
        extensions[_EXTENSION] = Library(here.engine, questions)
    return cast(Library, extensions[_EXTENSION])


def term_address(iri: str) -> str:
    """Where the page of a term is; nothing where the ontology has no such term."""
    term = library().reference.terms.get(iri)
    if term is None:
        return ""
    if not term.ours:
        return url_for("ontology.term_by_iri", iri=iri)
    if term.kind is TermKind.CODE_LIST:
        return url_for("ontology.codes", name=term.local)
    return url_for("ontology.term", name=term.local)


def term_link(iri: str) -> str:
    """The address of a page for an IRI in our namespace, without asking whether there is one."""
    local = iri.removeprefix(CM)
    return url_for("ontology.term", name=local) if local != iri and local else ""


def curie_address(name: str) -> str:
    """Where the page of a term is that is written as a prefixed name, such as ``cm:Mine``."""
    prefix, _, local = name.partition(":")
    return term_address(CM + local) if prefix == "cm" else ""


def module_address(iri: str) -> str:
    """Where the page of a module or of a code list's file is; nothing for what is neither."""
    reference = library().reference
    if iri == reference.root.iri:
        return url_for("ontology.index")
    module = next((m for m in reference.modules.values() if m.iri == iri), None)
    if module is None:
        return ""
    prefix, slash, name = module.name.partition("/")
    if slash and prefix == "codes":
        return url_for("ontology.codes", name=name)
    return url_for("ontology.module", name=module.name)


def why(example: Example, term: Term) -> str:
    """Where to see what an example rests on; nothing where it is no triple between things."""
    if term.kind is TermKind.CLASS:
        asked = {"subject": example.iri, "predicate": "a", "object": term.iri}
    elif term.kind is TermKind.OBJECT_PROPERTY and ":" in example.value:
        asked = {"subject": example.iri, "predicate": term.iri, "object": example.value}
    else:
        return ""
    return f"{url_for('explanation.explain')}?{urlencode(asked)}"
