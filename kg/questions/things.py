"""Things that parameters may name: looking one up, and listing those worth offering."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.engines.engine import Engine, Query
from kg.namespaces import expand, shorten, sparql_prologue
from kg.questions.binding import (
    ANY,
    ParameterError,
    Term,
    candidate_iris,
    collecting,
    literal,
    raise_collected,
)
from kg.questions.question import Parameter, ParameterType

#: Longest value that any parameter takes, in characters.
MAXIMUM_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a parameter may take: ``value`` as a user writes it, ``label`` to read."""

    value: str
    label: str
    iri: str


def solutions(engine: Engine, text: str) -> list[dict[str, str]]:
    """Run a query of our own and give its rows as plain strings, unbound variables left out."""
    with engine.query(Query(text)) as answer:
        found = json.loads(answer.read())
    return [
        {name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]
    ]


def options(engine: Engine, parameter: Parameter) -> tuple[Option, ...]:
    """The things to offer for a parameter, by label; empty for parameters that are no things."""
    if parameter.type is not ParameterType.THING:
        return tuple(Option(name, name, expand(term)) for name, term in parameter.special.items())
    of, among = parameter.of, parameter.among
    rows = solutions(
        engine,
        f"""{sparql_prologue()}
        SELECT DISTINCT ?value ?label ?notation WHERE {{
          {{ SELECT DISTINCT ?value WHERE {{ {among or f"?value a {of}"} }} }}
          ?value a {of} ; rdfs:label|skos:prefLabel ?label .
          FILTER(LANGMATCHES(LANG(?label), "en") || LANG(?label) = "")
          OPTIONAL {{ ?value skos:notation ?notation ; skos:inScheme [] }}
          OPTIONAL {{ ?value cm:order ?order }}
        }} ORDER BY ?order LCASE(?label) ?value""",
    )
    return tuple(
        Option(row.get("notation") or _word(row["value"]), row["label"], row["value"])
        for row in rows
    )


def _word(iri: str) -> str:
    """The local name of an IRI of ours, which is what a user would type."""
    curie = shorten(iri)
    return curie.partition(":")[2] if curie.startswith(("cmd:", "cm:")) else iri


def resolve(engine: Engine, parameter: Parameter, values: Iterable[str]) -> tuple[Term, ...]:
    """Turn what a user wrote for one parameter into terms.

    A thing is found by local name, prefixed name, IRI, notation (``CHN``, ``Nd``, ``refining``)
    or label, whatever its case. Raises :class:`ParameterError` (or
    :class:`ParameterErrors`) for what fits nothing.
    """
    given = [value.strip() for value in values if value.strip()]
    if not given:
        given = list(parameter.default)
    for value in given:
        if len(value) > MAXIMUM_LENGTH or "\0" in value or not _is_text(value):
            raise ParameterError(parameter.name, "the value is too long or is no plain text.")
    if len(given) > 1 and not parameter.multiple:
        raise ParameterError(
            parameter.name, "one value only, please.", remedy=f"Keep one of: {', '.join(given)}."
        )
    if any(value.casefold() == ANY for value in given):
        if not parameter.optional:
            raise ParameterError(parameter.name, "this one cannot be left open.")
        return (None,)
    wrong: list[ParameterError] = []
    terms: list[Term] = []
    for value in given:
        with collecting(wrong):
            if parameter.type is ParameterType.THING:
                terms.append(_thing(engine, parameter, value))
            else:
                terms.append(literal(parameter, value))
    raise_collected(wrong)
    return tuple(terms)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _thing(engine: Engine, parameter: Parameter, value: str) -> NamedNode:
    if value in parameter.special:
        return NamedNode(expand(parameter.special[value]))
    iris = " ".join(map(str, candidate_iris(value)))
    # Notations are plain strings, labels English: both are compared without case.
    word = Literal(value.casefold().replace("_", " ")[:200])
    plain = Literal(value.casefold().replace("-", " ").replace("_", " ")[:200])
    rows = solutions(
        engine,
        f"""{sparql_prologue()}
        SELECT ?thing (MIN(?rank) AS ?best) WHERE {{
          {{ VALUES ?thing {{ {iris} }} ?thing a {parameter.of} BIND(1 AS ?rank) }}
          UNION
          {{ ?thing a {parameter.of} ; skos:notation|cm:iso2 ?notation
             FILTER(LCASE(STR(?notation)) = {word}) BIND(2 AS ?rank) }}
          UNION
          {{ ?thing a {parameter.of} ; rdfs:label|skos:prefLabel|skos:altLabel ?label
             FILTER(LCASE(STR(?label)) IN ({word}, {plain})) BIND(3 AS ?rank) }}
        }} GROUP BY ?thing ORDER BY ?best ?thing LIMIT 2""",
    )
    if not rows or "thing" not in rows[0]:
        raise ParameterError(
            parameter.name,
            f"there is no {parameter.label.lower()} {value!r} here.",
            remedy=_near(engine, parameter, value),
        )
    return NamedNode(rows[0]["thing"])


def _near(engine: Engine, parameter: Parameter, value: str) -> str:
    offered = options(engine, parameter)
    words = {option.label.casefold(): option for option in offered}
    words |= {option.value.casefold(): option for option in offered}
    near = difflib.get_close_matches(value.casefold(), words, n=3)
    if near:
        return f"Did you mean {' or '.join(dict.fromkeys(words[n].value for n in near))}?"
    return f"For example: {', '.join(option.value for option in offered[:5])}."
