"""Asking an engine on behalf of one explanation, within its limits."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.derive.spelling import Term, Triple
from kg.engines.engine import Abandonment, Engine, Query
from kg.namespaces import sparql_prologue

#: Parts of one query that are joined by UNION; the gate of an engine takes many more.
_BRANCHES = 40
#: Terms in one list of values.
_VALUES = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an explanation is looked for.

    ``depth`` counts steps between the triple and the facts, ``queries`` the queries asked,
    ``triples`` the triples looked at on the way, ``seconds`` the time for all of it.
    """

    depth: int = 16
    queries: int = 150
    triples: int = 6_000
    seconds: float = 25.0

    def __post_init__(self) -> None:
        if min(self.depth, self.queries, self.triples) < 1 or self.seconds <= 0:
            raise ValueError("depth, queries and triples must be at least 1, seconds positive")


class LimitReachedError(Exception):
    """The search must stop; the text says by which limit."""


Row = Mapping[str, Term]


class Asker:
    """Asks an engine, counts the queries, and remembers what it was told of each thing."""

    def __init__(self, engine: Engine, limits: Limits, client: Abandonment | None = None) -> None:
        self.limits = limits
        self.queries = 0
        self._engine = engine
        self._client = client
        self._end = time.monotonic() + limits.seconds
        self._rows: dict[str, list[Row]] = {}
        self._facts: dict[Term, dict[Term, list[Term]]] = {}

    def rows(self, text: str) -> list[Row]:
        """The solutions of a query as terms, unbound variables left out.

        Raises :class:`LimitReachedError`, or what the engine raises.
        """
        left = self._end - time.monotonic()
        if self.queries >= self.limits.queries:
            raise LimitReachedError(f"after {self.queries} queries")
        if left <= 0:
            raise LimitReachedError(f"after {self.limits.seconds:g} seconds")
        self.queries += 1
        query = Query(sparql_prologue() + text, timeout=max(left, 0.1), asker=self._client)
        with self._engine.query(query) as answer:
            found = json.loads(answer.read())
        return [
            {name: _term(cell) for name, cell in row.items()}
            for row in found["results"]["bindings"]
        ]

    def remembered(self, text: str) -> list[Row]:
        """The solutions of a query that is asked once, whoever needs it."""
        if text not in self._rows:
            self._rows[text] = self.rows(text)
        return self._rows[text]

    def branches(self, parts: Sequence[str], variables: Iterable[str]) -> Iterator[tuple[int, Row]]:
        """The rows of many small patterns at once, each with the number of its pattern.

        A part is a group graph pattern that may be a sub-select. Rows come in the order of parts
        and, within one, of their terms.
        """
        names = " ".join(f"?{name}" for name in sorted(set(variables)))
        for start in range(0, len(parts), _BRANCHES):
            some = parts[start : start + _BRANCHES]
            union = " UNION ".join(
                f"{{ {part} BIND({number} AS ?part) }}" for number, part in enumerate(some)
            )
            rows = self.rows(f"SELECT ?part {names} WHERE {{ {union} }}")
            numbered = [(start + int(_lexical(row["part"])), row) for row in rows]
            yield from sorted(numbered, key=lambda item: (item[0], sorted(item[1].items())))

    def graphs(self, triples: Sequence[Triple]) -> dict[Triple, list[str]]:
        """The named graphs that hold each triple, by IRI; none for a triple that is not there."""
        found: dict[Triple, list[str]] = {triple: [] for triple in triples}
        for start in range(0, len(triples), _VALUES):
            some = triples[start : start + _VALUES]
            values = " ".join(f"({n} {s} {p} {o})" for n, (s, p, o) in enumerate(some))
            for row in self.rows(
                f"SELECT ?n ?g WHERE {{ VALUES (?n ?s ?p ?o) {{ {values} }} "
                f"GRAPH ?g {{ ?s ?p ?o }} }}"
            ):
                found[some[int(_lexical(row["n"]))]].append(row["g"][1:-1])
        return {triple: sorted(graphs) for triple, graphs in found.items()}

    def facts(self, things: Iterable[Term]) -> Mapping[Term, Mapping[Term, Sequence[Term]]]:
        """All that is said of some things, by predicate, sorted; asked once for each thing."""
        wanted = sorted({thing for thing in things if thing.startswith("<")})
        missing = [thing for thing in wanted if thing not in self._facts]
        for start in range(0, len(missing), _VALUES):
            some = missing[start : start + _VALUES]
            self._facts |= {thing: {} for thing in some}
            for row in self.rows(
                f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {' '.join(some)} }} ?s ?p ?o }}"
            ):
                self._facts[row["s"]].setdefault(row["p"], []).append(row["o"])
            for thing in some:
                for values in self._facts[thing].values():
                    values.sort()
        return {thing: self._facts[thing] for thing in wanted}


def _term(cell: Mapping[str, str]) -> Term:
    match cell["type"]:
        case "uri":
            return f"<{cell['value']}>"
        case "bnode":
            return f"_:{cell['value']}"
    if language := cell.get("xml:lang"):
        return str(Literal(cell["value"], language=language))
    datatype = cell.get("datatype")
    return str(Literal(cell["value"], datatype=NamedNode(datatype) if datatype else None))


def _lexical(term: Term) -> str:
    return term.split('"')[1]
