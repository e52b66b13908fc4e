"""A canned question: one SPARQL file with its metadata in the leading comment.

The file runs as it stands in any SPARQL tool. Its metadata is YAML between two ``#---`` lines;
its parameters are ``VALUES`` blocks of one variable, named like the parameter. What the keys mean
is written in ``docs/questions.md``; :mod:`kg.questions.reading` reads the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kg.errors import CritmatError
from kg.questions.metadata import BLOCK
from kg.report import Problem

#: The class of the things that a parameter of type ``country`` names.
COUNTRY = "cm:Country"

#: Names that mean something else in addresses or on the command line.
RESERVED = frozenset(
    {"sort", "find", "page", "rows", "row", "fragment", "snapshot", "format", "q"}
    | {"data", "endpoint", "questions", "help"}
)


class QuestionFileError(CritmatError):
    """A question file that breaks the rules of its format, with all ``problems`` of it."""

    def __init__(
        self, message: str, *, remedy: str = "", problems: tuple[Problem, ...] = ()
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.problems = problems


class ParameterType(StrEnum):
    """What values a parameter takes."""

    THING = "thing"
    COUNTRY = "country"
    YEAR = "year"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    STRING = "string"
    ENUM = "enum"
    BOOLEAN = "boolean"


_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question.

    ``of`` is the class of a thing as a prefixed name, ``among`` a SPARQL pattern that narrows
    ``?value`` to the things worth offering; in it stand, as variables, the parameters that it
    ``depends`` on. ``values`` are the words of an enum with their labels, ``pattern`` is what a
    string must match. ``special`` gives names such as ``latest`` that stand for a term. An
    ``optional`` parameter may be ``any``. ``default`` holds values as a user would write them; it
    is ``("any",)`` where the question does not narrow.
    """

    name: str
    type: ParameterType
    label: str
    default: tuple[str, ...]
    of: str = ""
    among: str = ""
    help: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    multiple: bool = False
    special: Mapping[str, str] = field(default_factory=lambda: _NONE)
    depends: tuple[str, ...] = ()
    pattern: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: _NONE)

    @property
    def is_thing(self) -> bool:
        """True where values are things of the graph; a country is one."""
        return self.type in (ParameterType.THING, ParameterType.COUNTRY)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer, named like its variable.

    A ``list`` column holds IRIs separated by spaces. ``unit_from`` is the name of the column that
    holds the unit of each row. ``role`` tells what the column is for, where that matters to a page:
    ``source``, ``status``, ``evidence``, or ``record`` for the records that a row rests on.
    """

    name: str
    label: str
    unit: str = ""
    help: str = ""
    role: str = ""
    list: bool = False
    unit_from: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How an answer can be shown: ``kind`` is ``table``, ``bar``, ``line``, ``map``, ``sankey`` or
    ``network``; ``columns`` says which column has which part in it (none for a table)."""

    kind: str
    columns: Mapping[str, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple that holds for a row: each term is ``?column`` or an IRI as ``<...>``."""

    subject: str
    predicate: str
    object: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it takes its terms from."""
        return tuple(term[1:] for term in self.terms if term.startswith("?"))

    @property
    def terms(self) -> tuple[str, str, str]:
        """Subject, predicate and object."""
        return (self.subject, self.predicate, self.object)


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expected answer.

    With ``params``, some row agrees with ``contains`` in all its columns, none with ``lacks``, and
    there are exactly ``rows`` rows; what is not given is not asked. An empty value stands for an
    empty cell. ``by`` tells how it was worked out from the source.
    """

    params: Mapping[str, tuple[str, ...]]
    contains: Mapping[str, str]
    lacks: Mapping[str, str]
    rows: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A folder of questions, described in its ``theme.yaml``; themes stand by ``order``."""

    id: str
    title: str
    description: str = ""
    order: int = 1_000

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its file states it. ``text`` is the whole file, ready to run.

    ``missing`` is said where an answer has no rows, ``gaps`` below every answer; ``why`` are the
    triples that explain a row.
    """

    id: str
    theme: str
    title: str
    question: str
    description: str
    params: Mapping[str, Parameter]
    columns: tuple[Column, ...]
    views: tuple[View, ...]
    expect: tuple[Expectation, ...]
    text: str
    missing: str = ""
    gaps: tuple[str, ...] = ()
    why: tuple[TriplePattern, ...] = ()

    @property
    def query(self) -> str:
        """The query without its metadata."""
        return BLOCK.sub("", self.text, count=1).lstrip("\n")
