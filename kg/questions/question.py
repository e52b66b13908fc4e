"""A canned question: one SPARQL file with its metadata in the leading comment.

The file runs as it stands in any SPARQL tool. Its metadata is YAML between two ``#---`` lines;
its parameters are ``VALUES`` blocks of one variable, named like the parameter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kg.errors import CritmatError
from kg.namespaces import PREFIXES, is_local_name
from kg.sparql import TokenKind, tokens


class QuestionFileError(CritmatError):
    """A question file that breaks the rules of its format."""


class ParameterType(StrEnum):
    """What values a parameter takes."""

    THING = "thing"
    YEAR = "year"
    INTEGER = "integer"
    DECIMAL = "decimal"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question.

    ``of`` is the class of a thing as a prefixed name, ``among`` a SPARQL pattern that narrows
    ``?value`` to the things worth offering. ``special`` gives names such as ``latest`` that stand
    for a term. An ``optional`` parameter may be ``any``. ``default`` holds values as a user
    would write them; it is ``("any",)`` where the question does not narrow.
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
    special: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer, named like its variable.

    A ``list`` column holds IRIs separated by spaces. ``role`` tells what the column is for, where
    that matters to a page: ``source`` or ``status`` or ``evidence``.
    """

    name: str
    label: str
    unit: str = ""
    help: str = ""
    role: str = ""
    list: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expected answer: with ``params``, some row agrees with ``contains`` in all its columns,
    and none with ``lacks``."""

    params: Mapping[str, tuple[str, ...]]
    contains: Mapping[str, str]
    lacks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its file states it. ``text`` is the whole file, ready to run."""

    id: str
    theme: str
    title: str
    question: str
    description: str
    params: Mapping[str, Parameter]
    columns: tuple[Column, ...]
    views: tuple[Any, ...]
    expect: tuple[Expectation, ...]
    text: str
    missing: str = ""

    @property
    def query(self) -> str:
        """The query without its metadata."""
        return _BLOCK.sub("", self.text, count=1).lstrip("\n")


_BLOCK = re.compile(r"\A(?:[ \t]*\n)*#---\n(?P<yaml>(?:#[^\n]*\n)*?)#---\n")
_KEYS = {"title", "question", "description", "params", "columns", "views", "expect", "missing"}
_PARAMETER_KEYS = {
    "type", "of", "among", "default", "label", "help", "unit", "min", "max", "optional",
    "multiple", "special",
}  # fmt: skip
_COLUMN_KEYS = {"label", "unit", "help", "role", "list"}


def read_question(path: Path) -> Question:
    """Read one question file; its folder is its theme, its name its id.

    Raises :class:`QuestionFileError` with file and key.
    """
    text = path.read_text(encoding="utf-8")
    block = _BLOCK.match(text)
    if block is None:
        raise QuestionFileError(
            f"{path.name} does not begin with a metadata block.",
            remedy="Begin the file with '#---', YAML lines behind '# ', and '#---'.",
        )
    lines = block.group("yaml").splitlines()
    try:
        meta = yaml.safe_load("\n".join(line[1:].removeprefix(" ") for line in lines))
    except yaml.YAMLError as error:
        raise QuestionFileError(f"{path.name}: the metadata is not YAML: {error}") from error
    reader = _Reader(path.name, meta)
    question = Question(
        id=path.stem,
        theme=path.parent.name,
        title=reader.text("title"),
        question=reader.text("question"),
        description=reader.text("description", ""),
        params=MappingProxyType(reader.parameters()),
        columns=reader.columns(),
        views=tuple(reader.meta.get("views") or ("table",)),
        expect=reader.expectations(),
        text=text,
        missing=reader.text("missing", ""),
    )
    _check_slots(question, path.name)
    return question


class _Reader:
    """Reads the metadata of one file and names file and key where it is wrong."""

    def __init__(self, file: str, meta: object) -> None:
        self.file = file
        if not isinstance(meta, dict):
            raise QuestionFileError(f"{file}: the metadata holds no keys.")
        self.meta: dict[str, Any] = meta
        self._only(meta, _KEYS, "metadata")

    def _only(self, given: Mapping[str, Any], known: set[str], where: str) -> None:
        unknown = sorted(set(map(str, given)) - known)
        if unknown:
            raise QuestionFileError(
                f"{self.file}: {where} has the unknown key {unknown[0]!r}.",
                remedy=f"Known keys: {', '.join(sorted(known))}.",
            )

    def _fail(self, key: str, message: str) -> QuestionFileError:
        return QuestionFileError(f"{self.file}: {key}: {message}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.meta.get(key, default)
        if not isinstance(value, str):
            raise self._fail(key, "a text is needed here.")
        return " ".join(value.split())

    def parameters(self) -> dict[str, Parameter]:
        given = self.meta.get("params") or {}
        return {name: self._parameter(name, spec) for name, spec in given.items()}

    def _parameter(self, name: str, spec: Any) -> Parameter:
        key = f"params.{name}"
        if not isinstance(spec, dict):
            raise self._fail(key, "give a type, a label and a default.")
        self._only(spec, _PARAMETER_KEYS, key)
        try:
            kind = ParameterType(str(spec.get("type")))
        except ValueError:
            known = ", ".join(ParameterType)
            raise self._fail(f"{key}.type", f"one of {known} is needed here.") from None
        if kind is ParameterType.THING and not _is_curie(spec.get("of")):
            raise self._fail(f"{key}.of", "a class such as cm:Element is needed here.")
        special = {str(k): str(v) for k, v in (spec.get("special") or {}).items()}
        for term in special.values():
            if not _is_curie(term):
                raise self._fail(f"{key}.special", f"{term!r} is no prefixed name.")
        optional = bool(spec.get("optional", False))
        if "default" not in spec and not optional:
            raise self._fail(f"{key}.default", "a default is needed, so that the page answers.")
        return Parameter(
            name=name,
            type=kind,
            label=str(spec.get("label") or name.replace("_", " ")),
            default=_values(spec.get("default", "any")),
            of=str(spec.get("of") or ""),
            among=str(spec.get("among") or ""),
            help=" ".join(str(spec.get("help") or "").split()),
            unit=str(spec.get("unit") or ""),
            minimum=spec.get("min"),
            maximum=spec.get("max"),
            optional=optional,
            multiple=bool(spec.get("multiple", False)),
            special=MappingProxyType(special),
        )

    def columns(self) -> tuple[Column, ...]:
        given = self.meta.get("columns")
        if not isinstance(given, dict) or not given:
            raise self._fail("columns", "name the columns of the answer.")
        columns = []
        for name, spec in given.items():
            spec = spec or {}  # noqa: PLW2901 - an empty column takes its name as label
            self._only(spec, _COLUMN_KEYS, f"columns.{name}")
            columns.append(
                Column(
                    name=name,
                    label=str(spec.get("label") or name.replace("_", " ")),
                    unit=str(spec.get("unit") or ""),
                    help=" ".join(str(spec.get("help") or "").split()),
                    role=str(spec.get("role") or ""),
                    list=bool(spec.get("list", False)),
                )
            )
        return tuple(columns)

    def expectations(self) -> tuple[Expectation, ...]:
        given = self.meta.get("expect") or []
        for entry in given:
            self._only(entry, {"params", "contains", "lacks"}, "expect")
        return tuple(
            Expectation(
                params={k: _values(v) for k, v in (entry.get("params") or {}).items()},
                contains={k: str(v) for k, v in (entry.get("contains") or {}).items()},
                lacks={k: str(v) for k, v in (entry.get("lacks") or {}).items()},
            )
            for entry in given
        )


def _values(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _is_curie(value: object) -> bool:
    if not isinstance(value, str):
        return False
    prefix, colon, local = value.partition(":")
    return bool(colon) and prefix in PREFIXES and is_local_name(local)


def _check_slots(question: Question, file: str) -> None:
    """Every parameter has a slot, every column a variable in the text."""
    found = list(tokens(question.text))
    slots = {
        after.text[1:]
        for before, after in pairwise(found)
        if before.kind is TokenKind.WORD and before.text.upper() == "VALUES"
    }
    for name in question.params:
        if name not in slots:
            raise QuestionFileError(
                f"{file}: params.{name}: the query has no slot for it.",
                remedy=f"Write 'VALUES ?{name} {{ ... }}' with the default value.",
            )
    variables = {t.text[1:] for t in found if t.kind is TokenKind.VARIABLE}
    for column in question.columns:
        if column.name not in variables:
            raise QuestionFileError(
                f"{file}: columns.{column.name}: the query has no such variable."
            )
