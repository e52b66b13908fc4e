"""Reading question files: metadata that fit the schema, and a text that fits the metadata.

What would make a question fail where it is asked or shown is an error here; what merely ought to be
better is found by :mod:`kg.questions.lint`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kg.questions.metadata import Metadata, MetadataError, read_block, read_yaml
from kg.questions.question import (
    COUNTRY,
    Column,
    Expectation,
    Parameter,
    ParameterType,
    Question,
    QuestionFileError,
    Theme,
    TriplePattern,
    View,
)
from kg.questions.schema import check_schema
from kg.questions.structure import QueryText, check_structure, triple_pattern
from kg.report import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file: a question or problems."""

    metadata: Metadata | None
    question: Question | None
    problems: tuple[Problem, ...]


def read_question(path: Path) -> Question:
    """Read one question file; its folder is its theme, its name its id.

    Raises :class:`QuestionFileError` with the first problem as its message, and all in it.
    """
    found = read(path)
    if found.question is None:
        first = found.problems[0]
        place = f"{path.name}: {first.column}" if first.column else path.name
        more = f" ({len(found.problems) - 1} more)" if len(found.problems) > 1 else ""
        raise QuestionFileError(
            f"{place}: {first.message}{more}", remedy=first.remedy, problems=found.problems
        )
    return found.question


def read(path: Path) -> Reading:
    """Read one question file as far as it can be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(str(path), f"the file is not UTF-8: {error.reason}.", "Save it as UTF-8.")
        return Reading(None, None, (problem,))
    return _read_text(path, text)


@lru_cache(maxsize=256)
def _read_text(path: Path, text: str) -> Reading:
    """What comes of a text; kept, as all questions are read anew whenever one is asked for."""
    try:
        metadata = read_block(path, text)
    except MetadataError as error:
        return Reading(None, None, (error.problem,))
    problems = _in_order(check_schema(metadata))
    if problems:
        return Reading(metadata, None, problems)
    query = QueryText.of(text)
    question = _question(path, text, metadata.texts, metadata.data, query)
    problems = _in_order(check_structure(metadata, question, query))
    return Reading(metadata, None if problems else question, problems)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda p: (p.row or 0, p.column or "")))


def read_theme(folder: Path) -> Theme:
    """The theme of a folder; one without ``theme.yaml`` is called like the folder.

    Raises :class:`QuestionFileError`.
    """
    path = folder / "theme.yaml"
    if not path.is_file():
        return Theme(folder.name, folder.name.replace("-", " ").capitalize())
    try:
        metadata = read_yaml(path, path.read_text(encoding="utf-8-sig"))
    except MetadataError as error:
        raise QuestionFileError(str(error.problem), problems=(error.problem,)) from None
    given = metadata.data
    is_theme = (
        set(given) == {"title", "description", "order"}
        and isinstance(given["title"], str)
        and isinstance(given["description"], str)
        and type(given["order"]) is int
    )
    if not is_theme:
        raise QuestionFileError(
            f"{path}: a theme has a title, a description and an order.",
            remedy="Write these three keys, the order as a whole number.",
        )
    return Theme(folder.name, given["title"], _line(given["description"]), given["order"])


def _question(
    path: Path, text: str, texts: Mapping[str, Any], data: Mapping[str, Any], query: QueryText
) -> Question:
    return Question(
        id=path.stem,
        theme=path.parent.name,
        title=_line(texts["title"]),
        question=_line(texts["question"]),
        description=_line(texts.get("description")),
        params=MappingProxyType(
            {
                name: _parameter(name, spec, data["params"][name])
                for name, spec in (texts.get("params") or {}).items()
            }
        ),
        columns=tuple(
            _column(name, spec or {}, data["columns"][name])
            for name, spec in texts["columns"].items()
        ),
        views=tuple(map(_view, texts.get("views") or ["table"])),
        expect=tuple(
            _expectation(spec, data["expect"][i]) for i, spec in enumerate(texts.get("expect", []))
        ),
        text=text,
        missing=_line(texts.get("missing")),
        gaps=tuple(map(_line, texts.get("gaps", []))),
        why=tuple(
            pattern or TriplePattern("", "", "")  # what cannot be read is reported
            for pattern in (triple_pattern(t, query.prefixes) for t in texts.get("why", []))
        ),
    )


def _parameter(name: str, texts: Mapping[str, Any], data: Mapping[str, Any]) -> Parameter:
    kind = ParameterType(texts["type"])
    return Parameter(
        name=name,
        type=kind,
        label=_line(texts.get("label")) or name.replace("_", " "),
        default=_values(texts.get("default", "any")),
        of=texts.get("of") or (COUNTRY if kind is ParameterType.COUNTRY else ""),
        among=texts.get("among", "").strip(),
        help=_line(texts.get("help")),
        unit=texts.get("unit", ""),
        minimum=data.get("min"),
        maximum=data.get("max"),
        optional=data.get("optional", False),
        multiple=data.get("multiple", False),
        special=MappingProxyType(dict(texts.get("special", {}))),
        depends=tuple(texts.get("depends", ())),
        pattern=texts.get("pattern", ""),
        values=MappingProxyType({k: _line(v) for k, v in texts.get("values", {}).items()}),
    )


def _column(name: str, texts: Mapping[str, Any], data: Mapping[str, Any] | None) -> Column:
    return Column(
        name=name,
        label=_line(texts.get("label")) or name.replace("_", " "),
        unit=texts.get("unit", ""),
        help=_line(texts.get("help")),
        role=texts.get("role", ""),
        list=(data or {}).get("list", False),
        unit_from=texts.get("unit_from", ""),
    )


def _view(spec: str | Mapping[str, Mapping[str, str]]) -> View:
    if isinstance(spec, str):
        return View(spec)
    [(kind, columns)] = spec.items()
    return View(kind, MappingProxyType(dict(columns)))


def _expectation(texts: Mapping[str, Any], data: Mapping[str, Any]) -> Expectation:
    return Expectation(
        params=MappingProxyType({k: _values(v) for k, v in texts.get("params", {}).items()}),
        contains=MappingProxyType(dict(texts.get("contains", {}))),
        lacks=MappingProxyType(dict(texts.get("lacks", {}))),
        rows=data.get("rows"),
        by=_line(texts.get("by")),
    )


def _values(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _line(text: str | None) -> str:
    """A text with its line ends and runs of blanks made single blanks."""
    return " ".join((text or "").split())
