"""Looking up in the graph the things that a user names."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from kg.engines.engine import Engine, Query
from kg.namespaces import expand, sparql_prologue
from kg.questions.binding import (
    ANY,
    ParameterError,
    Term,
    candidate_iris,
    collecting,
    literal,
    raise_collected,
)
from kg.questions.question import Parameter

#: Longest value that any parameter takes, in characters.
MAXIMUM_LENGTH = 500
#: Most values of one parameter.
MAXIMUM_VALUES = 200


def solutions(engine: Engine, text: str) -> list[dict[str, str]]:
    """Run a query of our own and give its rows as plain strings, unbound variables left out."""
    with engine.query(Query(text)) as answer:
        found = json.loads(answer.read())
    return [
        {name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]
    ]


def resolve(engine: Engine, parameter: Parameter, values: Iterable[str]) -> tuple[Term, ...]:
    """Turn what a user wrote for one parameter into terms.

    A thing is found by local name, prefixed name, IRI, notation (``CHN``, ``Nd``, ``refining``)
    or label, whatever its case. Raises :class:`ParameterError` (or
    :class:`ParameterErrors`) for what fits nothing.
    """
    wrong: list[ParameterError] = []
    terms = resolve_all(engine, {parameter.name: parameter}, {parameter.name: tuple(values)}, wrong)
    raise_collected(wrong)
    return terms[parameter.name]


def resolve_all(
    engine: Engine,
    parameters: Mapping[str, Parameter],
    values: Mapping[str, Sequence[str]],
    wrong: list[ParameterError],
) -> dict[str, tuple[Term, ...]]:
    """Turn what a user wrote for several parameters into terms; what fits nothing goes to
    ``wrong``, and its parameter is left out. Things are looked up together."""
    given: dict[str, list[str]] = {}
    for name, parameter in parameters.items():
        with collecting(wrong):
            given[name] = _given(parameter, values.get(name, ()))
    known = _by_identifier(
        engine,
        [(p, v) for n, p in parameters.items() if p.is_thing for v in given.get(n, ()) if v != ANY],
    )
    terms: dict[str, tuple[Term, ...]] = {}
    for name, words in given.items():
        with collecting(wrong):
            terms[name] = _terms(engine, parameters[name], words, known)
    return terms


def _given(parameter: Parameter, values: Iterable[str]) -> list[str]:
    """The values that count, checked as texts; the default where there are none, and ``ANY``
    alone where it is among them."""
    given = [value.strip() for value in values if value.strip()]
    if not given:
        given = list(parameter.default)
    for value in given:
        if len(value) > MAXIMUM_LENGTH or "\0" in value or not _is_text(value):
            raise ParameterError(
                parameter.name, "the value is too long or is no plain text.",
                remedy=f"Give at most {MAXIMUM_LENGTH} characters.",
            )  # fmt: skip
    if any(value.casefold() == ANY for value in given):
        if not parameter.optional:
            raise ParameterError(
                parameter.name, "this one cannot be left open.", remedy="Give a value."
            )
        given = [ANY]
    given = list(dict.fromkeys(given))
    if len(given) > 1 and not parameter.multiple:
        raise ParameterError(
            parameter.name, "one value only, please.", remedy=f"Keep one of: {', '.join(given)}."
        )
    if len(given) > MAXIMUM_VALUES:
        raise ParameterError(
            parameter.name, f"these are {len(given)} values.",
            remedy=f"Give at most {MAXIMUM_VALUES}.",
        )  # fmt: skip
    return given


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _terms(
    engine: Engine, parameter: Parameter, given: Sequence[str], known: Mapping[_Named, NamedNode]
) -> tuple[Term, ...]:
    if given == [ANY]:
        return (None,)
    wrong: list[ParameterError] = []
    terms: list[Term] = []
    for value in given:
        with collecting(wrong):
            if not parameter.is_thing:
                terms.append(literal(parameter, value))
            elif value in parameter.special:
                terms.append(NamedNode(expand(parameter.special[value])))
            else:
                found = known.get((parameter.of, value))
                terms.append(found or _by_name(engine, parameter, value))
    raise_collected(wrong)
    return tuple(dict.fromkeys(terms))


#: A class and what a user calls a thing of it.
_Named = tuple[str, str]


def _by_identifier(
    engine: Engine, wanted: Sequence[tuple[Parameter, str]]
) -> dict[_Named, NamedNode]:
    """The things whose names or IRIs are given, all in one query."""
    candidates: dict[_Named, list[NamedNode]] = {
        (parameter.of, value): candidate_iris(value)
        for parameter, value in wanted
        if value not in parameter.special
    }
    rows = {(iri, of) for (of, _), iris in candidates.items() for iri in iris}
    if not rows:
        return {}
    block = " ".join(sorted(f"({iri} {of})" for iri, of in rows))
    found = {
        (row["thing"], row["class"])
        for row in solutions(
            engine,
            f"{sparql_prologue()}SELECT DISTINCT ?thing ?class WHERE {{ "
            f"VALUES (?thing ?class) {{ {block} }} ?thing a ?class }}",
        )
    }
    known = {}
    for (of, value), iris in candidates.items():
        fitting = [iri for iri in iris if (iri.value, expand(of)) in found]
        if fitting:
            known[(of, value)] = fitting[0]
    return known


def _by_name(engine: Engine, parameter: Parameter, value: str) -> NamedNode:
    """The thing with a notation or a label, written as it is or in other case."""
    for query in (_same_name(parameter.of, value), _similar_name(parameter.of, value)):
        rows = solutions(engine, query)
        if rows and "thing" in rows[0]:
            return NamedNode(rows[0]["thing"])
    raise ParameterError(
        parameter.name,
        f"there is no {parameter.label.lower()} {value!r} here.",
        remedy=_near(engine, parameter, value),
    )


_LABELS = ("rdfs:label", "skos:prefLabel", "skos:altLabel")


def _same_name(of: str, value: str) -> str:
    """Exactly the name: a look-up, where the other one reads every name of the class."""
    branches = " UNION ".join(
        f"{{ ?thing {name} {word} BIND({rank} AS ?rank) }}"
        for rank, names in ((2, ("skos:notation", "cm:iso2")), (3, _LABELS))
        for name in names
        for word in (Literal(value), Literal(value, language="en"))
    )
    return f"""{sparql_prologue()}
        SELECT ?thing (MIN(?rank) AS ?best) WHERE {{
          {branches}
          FILTER EXISTS {{ ?thing a {of} }}
        }} GROUP BY ?thing ORDER BY ?best ?thing LIMIT 1"""


def _similar_name(of: str, value: str) -> str:
    # Notations are plain strings, labels English: both are compared without case.
    word = Literal(value.casefold().replace("_", " "))
    plain = Literal(value.casefold().replace("-", " ").replace("_", " "))
    return f"""{sparql_prologue()}
        SELECT ?thing (MIN(?rank) AS ?best) WHERE {{
          {{ ?thing a {of} ; skos:notation|cm:iso2 ?notation
             FILTER(LCASE(STR(?notation)) = {word}) BIND(2 AS ?rank) }}
          UNION
          {{ ?thing a {of} ; rdfs:label|skos:prefLabel|skos:altLabel ?label
             FILTER(LCASE(STR(?label)) IN ({word}, {plain})) BIND(3 AS ?rank) }}
        }} GROUP BY ?thing ORDER BY ?best ?thing LIMIT 1"""


def _near(engine: Engine, parameter: Parameter, value: str) -> str:
    from kg.questions.options import offered  # noqa: PLC0415 - options look things up, too

    found = offered(engine, parameter).options
    words = {option.label.casefold(): option for option in found}
    words |= {option.value.casefold(): option for option in found}
    near = difflib.get_close_matches(value.casefold(), words, n=3)
    if near:
        return f"Did you mean {' or '.join(dict.fromkeys(words[n].value for n in near))}?"
    return f"For example: {', '.join(option.value for option in found[:5])}."
