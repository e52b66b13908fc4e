"""Random SPARQL: queries and updates from a grammar, and texts that were damaged afterwards.

All randomness comes from the generator that is passed in, so a seed gives the same texts again.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_VARIABLES = ("?s", "?p", "?o", "?g", "$x", "?élan", "?_1")
_IRIS = (
    "cmd:neodymium",
    "cm:Element",
    "rdfs:label",
    "<https://w3id.org/critmat/id/CHN>",
    "<urn:x:y>",
    "<../relative>",
    "<http://example.org/%20ß>",
    "a",
)
_LITERALS = (
    '"neodymium"@en',
    '"85.5"^^<http://www.w3.org/2001/XMLSchema#double>',
    "1",
    "-0.0",
    "1e400",
    "99999999999999999999999999999",
    "true",
    '""',
    "'''long\n'' quote'''",
    '"\\u0000"',
    '"\\uD800"',
    '"𝔘\\t\\n"',
    '"2024-02-30"^^<http://www.w3.org/2001/XMLSchema#date>',
)
_FUNCTIONS = (
    "STR", "LANG", "DATATYPE", "BOUND", "STRLEN", "UCASE", "ABS", "CEIL", "YEAR", "MD5", "SHA512",
    "isIRI", "isNumeric", "IRI", "ENCODE_FOR_URI", "TZ", "STRUUID", "NOW", "RAND",
)  # fmt: skip
_PROLOGUE = (
    "PREFIX cm: <https://w3id.org/critmat/ontology#>\n"
    "PREFIX cmd: <https://w3id.org/critmat/id/>\n"
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)
_AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")


class SparqlGrammar:
    """Texts that are mostly well-formed. ``depth`` bounds how deep groups and expressions nest."""

    def __init__(self, random: Random, depth: int = 4) -> None:
        self.random = random
        self.depth = depth

    def query(self) -> str:
        """A query of any form."""
        pick = self.random.random()
        modifiers = self._modifiers()
        where = self._group(self.depth)
        if pick < 0.6:
            return f"{_PROLOGUE}SELECT {self._projection()} WHERE {where} {modifiers}"
        if pick < 0.75:
            return f"{_PROLOGUE}ASK {where}"
        if pick < 0.9:
            triples = " . ".join(self._triple() for _ in range(self.random.randint(1, 3)))
            return f"{_PROLOGUE}CONSTRUCT {{ {triples} }} WHERE {where} {modifiers}"
        return f"{_PROLOGUE}DESCRIBE {self._term()} WHERE {where} {modifiers}"

    def update(self) -> str:
        """One to three operations."""
        operations = [self._operation() for _ in range(self.random.randint(1, 3))]
        return _PROLOGUE + " ;\n".join(operations)

    def _operation(self) -> str:
        data = " . ".join(
            f"<urn:f:{self.random.randint(0, 9)}> <urn:f:p> {self._one(_LITERALS)}"
            for _ in range(self.random.randint(0, 3))
        )
        graph = f"<urn:f:g{self.random.randint(0, 3)}>"
        return self._one(
            (
                f"INSERT DATA {{ GRAPH {graph} {{ {data} }} }}",
                f"DELETE DATA {{ {data} }}",
                f"DELETE WHERE {{ GRAPH {graph} {{ {self._triple()} }} }}",
                f"INSERT {{ GRAPH {graph} {{ {self._triple()} }} }} WHERE {self._group(1)}",
                f"WITH {graph} DELETE {{ ?s ?p ?o }} INSERT {{ ?o ?p ?s }} WHERE {self._group(1)}",
                f"CLEAR SILENT GRAPH {graph}",
                f"CREATE SILENT GRAPH {graph}",
                f"COPY SILENT {graph} TO <urn:f:g0>",
                f"DROP GRAPH {graph}",
                "LOAD SILENT <http://127.0.0.1:9/nothing>",
                "LOAD <http://127.0.0.1:9/nothing>",
            )
        )

    def _one(self, things: tuple[str, ...]) -> str:
        return self.random.choice(things)

    def _projection(self) -> str:
        if self.random.random() < 0.5:
            return "*"
        if self.random.random() < 0.5:
            return f"({self._one(_AGGREGATES)}({self._one(_VARIABLES)}) AS ?n)"
        return " ".join(self.random.sample(_VARIABLES, 2))

    def _modifiers(self) -> str:
        found = []
        if self.random.random() < 0.2:
            found.append(f"GROUP BY {self._one(_VARIABLES)}")
        if self.random.random() < 0.3:
            found.append(f"ORDER BY DESC({self._expression(1)})")
        found.append(f"LIMIT {self.random.choice((0, 1, 10, 100))}")
        if self.random.random() < 0.1:
            found.append(f"OFFSET {self.random.choice((0, 7, 2**70))}")
        return " ".join(found)

    def _term(self) -> str:
        return self._one(_VARIABLES if self.random.random() < 0.5 else _IRIS)

    def _triple(self) -> str:
        value = self._one(_LITERALS) if self.random.random() < 0.3 else self._term()
        predicate = self._path(2) if self.random.random() < 0.2 else self._term()
        return f"{self._term()} {predicate} {value}"

    def _path(self, depth: int) -> str:
        if depth == 0:
            return self._one(_IRIS[:3])
        shape = self._one(("{}/{}", "({}|{})", "^{}", "{}+", "{}*", "({})?", "!({})"))
        return shape.format(*(self._path(depth - 1) for _ in range(shape.count("{}"))))

    def _group(self, depth: int) -> str:
        parts = [self._triple() + " ."]
        for _ in range(self.random.randint(0, 2)):
            parts.append(self._pattern(depth - 1) if depth > 0 else self._triple() + " .")
        return "{ " + " ".join(parts) + " }"

    def _pattern(self, depth: int) -> str:
        makers: tuple[Callable[[], str], ...] = (
            lambda: f"OPTIONAL {self._group(depth)}",
            lambda: f"{self._group(depth)} UNION {self._group(depth)}",
            lambda: f"MINUS {self._group(depth)}",
            lambda: f"GRAPH {self._term()} {self._group(depth)}",
            lambda: f"FILTER ({self._expression(depth)})",
            lambda: f"FILTER NOT EXISTS {self._group(depth)}",
            lambda: f"BIND ({self._expression(depth)} AS ?b{self.random.randint(0, 9)})",
            lambda: f"VALUES ?v {{ {self._one(_LITERALS)} UNDEF }}",
            lambda: f"{{ SELECT * WHERE {self._group(depth)} LIMIT 3 }}",
            lambda: f"SERVICE <http://127.0.0.1:9/> {self._group(depth)}",
        )
        return self.random.choice(makers)()

    def _expression(self, depth: int) -> str:
        if depth <= 0:
            return self._one(_VARIABLES + _LITERALS)
        inner, other = self._expression(depth - 1), self._expression(depth - 1)
        operator = self._one(("+", "-", "*", "/", "=", "!=", "<", ">=", "&&", "||"))
        return self._one(
            (
                f"{self._one(_FUNCTIONS)}({inner})",
                f"REGEX(STR({inner}), '^(a+)+$')",
                f"IF({inner}, {other}, 1/0)",
                f"{inner} IN ({self._one(_LITERALS)}, {self._one(_LITERALS)})",
                f"CONCAT(STR({inner}), {self._one(_LITERALS)})",
                f"({inner} {operator} {other})",
            )
        )


_SPLICES = (
    "{", "}", "(", ")", "[", "]", "<", ">", '"', "'''", "\\", "#", ";", "?", "SERVICE", "LOAD",
    "\x00", "\ufeff", "\u2028", "\ud7ff", "𝔘", "%", "<<", ">>", "\\u0053ERVICE", "/* */", "--",
    "VALUES", "UNION", "^", "*" * 50, "(" * 120, "{" * 120, "!" * 500, "STR(" * 60,
)  # fmt: skip


def damaged(text: str, random: Random) -> str:
    """The text with one to four cuts, repetitions, swaps or insertions."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text) + 1)
        to = min(len(text), at + random.randint(0, 20))
        shape = random.randrange(5)
        if shape == 0:
            text = text[:at] + text[to:]
        elif shape == 1:
            text = text[:at] + random.choice(_SPLICES) + text[at:]
        elif shape == 2:
            text = text[:at] + text[at:to] * random.randint(2, 30) + text[to:]
        elif shape == 3:
            text = text[:at] + chr(random.choice((random.randrange(256), 0x10FFFF))) + text[at:]
        else:
            text = text[:at]
    return text
