"""Whether the text of a question file fits its metadata, as far as asking depends on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.engines.engine import QueryError
from kg.engines.failure import malformed
from kg.engines.gate import check_query
from kg.namespaces import PREFIXES, RDF, is_local_name, sparql_prologue
from kg.questions.metadata import KeyPath, Metadata
from kg.questions.question import Parameter, Question, TriplePattern
from kg.questions.slots import DataBlock, data_blocks
from kg.report import Problem
from kg.sparql import TokenKind, tokens

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class QueryText:
    """The query of a file, taken apart. ``fault`` says why it cannot be read."""

    text: str
    columns: tuple[str, ...]
    fault: str
    fault_line: int

    @classmethod
    def of(cls, text: str) -> QueryText:
        """Read a text; nothing is asked but an empty store."""
        try:
            check_query(text)
            found = Store().query(text)
        except QueryError as error:
            return cls(text, (), str(error), getattr(error, "line", None) or 1)
        except (SyntaxError, ValueError, OSError) as error:
            wrong = malformed(str(error), text)
            return cls(text, (), str(wrong), wrong.line or 1)
        if not isinstance(found, QuerySolutions):
            return cls(text, (), "it is no SELECT, so its answer is no table.", 1)
        return cls(text, tuple(v.value for v in found.variables), "", 0)

    @cached_property
    def blocks(self) -> tuple[DataBlock, ...]:
        """Its data blocks."""
        return tuple(data_blocks(self.text))

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that it declares, and those of critmat."""
        found = list(tokens(self.text))
        own = {
            name.text[:-1]: iri.text[1:-1]
            for word, name, iri in zip(found, found[1:], found[2:], strict=False)
            if word.text.upper() == "PREFIX" and iri.kind is TokenKind.IRI
        }
        return {**PREFIXES, **own}


def triple_pattern(text: str, prefixes: Mapping[str, str]) -> TriplePattern | None:
    """Read a triple such as ``?product cm:dependsOnElement ?element``; ``None`` where it is none.

    >>> triple_pattern("?x a cm:Mine", PREFIXES).object
    '<https://w3id.org/critmat/ontology#Mine>'
    """
    terms = [_term(word, prefixes) for word in text.split()]
    if len(terms) != 3 or not all(terms):
        return None
    return TriplePattern(*terms)


def _term(word: str, prefixes: Mapping[str, str]) -> str:
    """A column as ``?name``, an IRI as ``<...>``; empty for anything else."""
    if word == "a":
        return f"<{RDF}type>"
    if word.startswith("?"):
        return word if word[1:].isidentifier() else ""
    prefix, colon, local = word.partition(":")
    if not colon or prefix not in prefixes or not is_local_name(local):
        return ""
    return str(NamedNode(prefixes[prefix] + local))


def check_structure(metadata: Metadata, question: Question, query: QueryText) -> Iterator[Problem]:
    """Give everything that would make the question fail where it is asked or shown."""
    if query.fault:
        yield Problem(
            str(metadata.path), f"the query cannot be used: {query.fault}", "Mend the query.",
            query.fault_line,
        )  # fmt: skip
    for name, parameter in question.params.items():
        yield from _check_parameter(metadata, parameter, question)
        if not any(block.slot == name for block in query.blocks):
            yield metadata.problem(
                ("params", name), "the query has no slot for it.",
                f"Write 'VALUES ?{name} {{ ... }}' with the default value.",
            )  # fmt: skip
        if any(name in block.variables and not block.slot for block in query.blocks):
            yield metadata.problem(
                ("params", name), "it stands in a block with brackets, where nothing is bound.",
                f"Give it a block of its own: 'VALUES ?{name} {{ ... }}'.",
            )  # fmt: skip
    yield from _check_cycle(metadata, question)
    if not query.fault:
        for column in question.columns:
            if column.name not in query.columns:
                yield metadata.problem(
                    ("columns", column.name), "the query has no such variable in its answer.",
                    f"SELECT ?{column.name}, or take the column out.",
                )  # fmt: skip
    yield from _check_references(metadata, question)
    for name in _SLOT.findall(question.question):
        if name not in question.params:
            yield metadata.problem(
                ("question",), f"there is no parameter {name!r}.", _known(question.params)
            )


def _check_parameter(
    metadata: Metadata, parameter: Parameter, question: Question
) -> Iterator[Problem]:
    key: KeyPath = ("params", parameter.name)
    for i, name in enumerate(parameter.depends):
        if name not in question.params or name == parameter.name:
            others = [n for n in question.params if n != parameter.name]
            yield metadata.problem(
                (*key, "depends", i), f"there is no other parameter {name!r}.", _known(others)
            )
    for word, curie in parameter.special.items():
        if curie.partition(":")[0] not in PREFIXES:
            yield metadata.problem(
                (*key, "special", word), f"the prefix of {curie!r} is none of critmat's."
            )
    if parameter.of and parameter.of.partition(":")[0] not in PREFIXES:
        yield metadata.problem(
            (*key, "of"), f"the prefix of {parameter.of!r} is none of critmat's."
        )
    if parameter.pattern:
        try:
            re.compile(parameter.pattern)
        except re.error as error:
            yield metadata.problem((*key, "pattern"), f"this is no regular expression: {error}.")
    if parameter.depends and not parameter.among:
        yield metadata.problem(
            (*key, "depends"), "there is no among that could depend on it.", "Write among."
        )
    if parameter.among:
        yield from _check_among(metadata, (*key, "among"), parameter)


def _check_among(metadata: Metadata, key: KeyPath, parameter: Parameter) -> Iterator[Problem]:
    asked = QueryText.of(f"{sparql_prologue()}SELECT ?value WHERE {{ {parameter.among} }}")
    if asked.fault:
        yield metadata.problem(
            key, f"the pattern cannot be used: {asked.fault}", "Write it as it stands in WHERE { }."
        )
        return
    variables = {t.text[1:] for t in tokens(parameter.among) if t.kind is TokenKind.VARIABLE}
    for name in ("value", *parameter.depends):
        if name not in variables:
            yield metadata.problem(key, f"the pattern has no variable ?{name}.")


def _check_cycle(metadata: Metadata, question: Question) -> Iterator[Problem]:
    graph = {name: parameter.depends for name, parameter in question.params.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " on ".join(error.args[1][::-1])
        yield metadata.problem(
            ("params", error.args[1][0], "depends"), f"{circle}: that is a circle.",
            "Take one of them out.",
        )  # fmt: skip


def _check_references(metadata: Metadata, question: Question) -> Iterator[Problem]:
    """Views, units, triples and expectations name columns and parameters that there are."""
    columns = [column.name for column in question.columns]
    named: list[tuple[KeyPath, str]] = []
    for column in question.columns:
        if column.unit_from:
            named.append((("columns", column.name, "unit_from"), column.unit_from))
    for i, view in enumerate(question.views):
        named += [(("views", i, view.kind, part), name) for part, name in view.columns.items()]
    for i, pattern in enumerate(question.why):
        if not pattern.subject:
            yield metadata.problem(
                ("why", i), "this is no triple of ?columns and prefixed names.",
                "Write e.g. ?product cm:dependsOnElement ?element.",
            )  # fmt: skip
        named += [(("why", i), name) for name in pattern.columns]
    for i, expected in enumerate(question.expect):
        for key, cells in (("contains", expected.contains), ("lacks", expected.lacks)):
            named += [(("expect", i, key, name), name) for name in cells]
        for name in expected.params:
            if name not in question.params:
                yield metadata.problem(
                    ("expect", i, "params", name), f"there is no parameter {name!r}.",
                    _known(question.params),
                )  # fmt: skip
    for place, name in named:
        if name not in columns:
            yield metadata.problem(place, f"there is no column {name!r}.", _known(columns))


def _known(names: Iterable[str]) -> str:
    return f"There are: {', '.join(names) or 'none'}."
