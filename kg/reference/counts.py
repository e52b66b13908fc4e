"""How much of the data stands under each term, and examples of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.engines.engine import Engine
from kg.namespaces import CM, GRAPH, RDFS, shorten, sparql_prologue
from kg.questions.things import solutions
from kg.reference.model import Term, TermKind

#: Examples shown of one term.
SHOWN = 5
#: Characters shown of a literal.
LONGEST = 160


@dataclass(frozen=True, slots=True)
class Count:
    """Members of a class, statements with a property, or statements with a code as value.

    ``derived`` of the ``total`` stand in a derived graph: nobody typed them in.
    """

    total: int = 0
    derived: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A member of a class, or for a property a thing and its value."""

    iri: str
    label: str
    value: str = ""
    value_label: str = ""

    @property
    def name(self) -> str:
        """What to call the thing: its label, or its name."""
        return self.label or shorten(self.iri)

    @property
    def value_name(self) -> str:
        """What to call the value: its label, its name, or the beginning of a literal."""
        return self.value_label or shorten(self.value)[:LONGEST]


_TOTALS = (
    "SELECT ?term (COUNT(*) AS ?number) WHERE { ?thing a ?term } GROUP BY ?term",
    "SELECT ?term (COUNT(*) AS ?number) WHERE { ?thing ?term ?value } GROUP BY ?term",
    "SELECT ?term (COUNT(*) AS ?number) WHERE { ?term skos:inScheme ?scheme . ?thing ?link ?term "
    f'FILTER(!STRSTARTS(STR(?thing), "{CM}")) }} GROUP BY ?term',
)
_GRAPHS = f"""SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{}}
  FILTER(STRSTARTS(STR(?graph), "{GRAPH}derived/")) }}"""
# One pass over the derived graphs counts both properties and classes.
_DERIVED = """SELECT ?link ?class (COUNT(*) AS ?number) WHERE {
  VALUES ?graph { %s } GRAPH ?graph { ?thing ?link ?value }
  BIND(IF(?link = rdf:type, ?value, "") AS ?class) } GROUP BY ?link ?class"""


def read_counts(engine: Engine) -> Mapping[str, Count]:
    """Count by term over the whole snapshot, with a few grouped queries."""
    prologue = sparql_prologue()
    graphs = [NamedNode(row["graph"]) for row in solutions(engine, prologue + _GRAPHS)]
    derived: dict[str, int] = {}
    if graphs:
        for row in solutions(engine, prologue + _DERIVED % " ".join(map(str, graphs))):
            term = row.get("class") or row["link"]
            derived[term] = derived.get(term, 0) + int(row["number"])
    total: dict[str, int] = {}
    for query in _TOTALS:
        for row in solutions(engine, prologue + query):
            if "term" in row:
                total[row["term"]] = total.get(row["term"], 0) + int(row["number"])
    # What is derived twice, into two graphs, is one triple of the data set.
    return {
        term: Count(number, min(number, derived.get(term, 0))) for term, number in total.items()
    }


def read_count(engine: Engine, term: Term) -> Count:
    """Count for one term alone, which is quicker than for all."""
    node = NamedNode(term.iri)
    if term.kind is TermKind.CODE:
        pattern = f'?thing ?link {node} FILTER(!STRSTARTS(STR(?thing), "{CM}"))'
    else:
        pattern = f"?thing {node} ?value" if term.kind.is_property else f"?thing a {node}"
    within = f'GRAPH ?graph {{ {pattern} }} FILTER(STRSTARTS(STR(?graph), "{GRAPH}derived/"))'
    total, derived = (
        int(solutions(engine, f"SELECT (COUNT(*) AS ?number) WHERE {{ {where} }}")[0]["number"])
        for where in (pattern, within)
    )
    return Count(total, 0 if term.kind is TermKind.CODE else min(total, derived))


def read_examples(engine: Engine, term: Term) -> tuple[Example, ...]:
    """A few members of a class, things with a code, or pairs of a property, by label."""
    if term.kind.is_property:
        return _pairs(engine, NamedNode(term.iri))
    if term.kind is TermKind.CLASS:
        return _members(engine, f"?thing a {NamedNode(term.iri)}")
    if term.kind is TermKind.CODE:
        return _members(engine, f"?thing ?link {NamedNode(term.iri)}")
    return ()


def _members(engine: Engine, pattern: str) -> tuple[Example, ...]:
    """Things that fit; those with a label where there are any."""
    labelled = f"{pattern} . ?thing <{RDFS}label> ?said ."
    bare = f"{pattern} ."
    for found in (labelled, bare):
        rows = solutions(
            engine,
            f"""{sparql_prologue()}SELECT ?thing (MIN(STR(?said)) AS ?label) WHERE {{
              {{ SELECT DISTINCT ?thing WHERE {{ {found}
                FILTER(ISIRI(?thing) && !STRSTARTS(STR(?thing), "{CM}")) }} LIMIT {SHOWN} }}
              OPTIONAL {{ ?thing <{RDFS}label> ?said }}
            }} GROUP BY ?thing ORDER BY ?label ?thing""",
        )
        if rows and "thing" in rows[0]:
            return tuple(Example(row["thing"], row.get("label", "")) for row in rows)
    return ()


def _pairs(engine: Engine, node: NamedNode) -> tuple[Example, ...]:
    rows = solutions(
        engine,
        f"""{sparql_prologue()}
        SELECT ?thing ?value (MIN(STR(?said)) AS ?label) (MIN(STR(?meant)) AS ?value_label) WHERE {{
          {{ SELECT ?thing ?value WHERE {{ ?thing {node} ?value
             FILTER(ISIRI(?thing) && !ISBLANK(?value)
               && !STRSTARTS(STR(?thing), "{CM}")) }} LIMIT {SHOWN} }}
          OPTIONAL {{ ?thing <{RDFS}label> ?said }}
          OPTIONAL {{ ?value <{RDFS}label> ?meant }}
        }} GROUP BY ?thing ?value ORDER BY ?label ?thing ?value""",
    )
    return tuple(
        Example(row["thing"], row.get("label", ""), row["value"], row.get("value_label", ""))
        for row in rows
        if "thing" in row and "value" in row
    )


@dataclass(frozen=True, slots=True)
class Habit:
    """A property that members of a class have in the data, and how many statements say so."""

    iri: str
    number: int


def read_habits(engine: Engine, term: Term) -> tuple[Habit, ...]:
    """The properties that members of a class have in the data, the most frequent first."""
    rows = solutions(
        engine,
        f"""{sparql_prologue()}SELECT ?link (COUNT(*) AS ?number) WHERE {{
          ?thing a {NamedNode(term.iri)} ; ?link ?value FILTER(?link != rdf:type)
        }} GROUP BY ?link ORDER BY DESC(?number) ?link LIMIT 60""",
    )
    return tuple(Habit(row["link"], int(row["number"])) for row in rows if "link" in row)
