"""SPARQL constraints, each asked once for all nodes that its shape is for.

The standard asks the query once for each focus node, with ``$this`` replaced by it. Here a
sub-query that gives all focus nodes is put at the beginning of the pattern, so that one answer
holds the findings of all. Both give the same, because a constraint must carry ``$this`` through
every sub-query, and may neither assign it nor use MINUS or VALUES.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions, Store

from kg.check.finding import Finding
from kg.check.shapes import TARGET_PATTERNS, SetRule, ShapesError, in_focus
from kg.namespaces import shorten
from kg.sparql import tokens

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def ask(rule: SetRule, store: Store, focus: Collection[str] | None = None) -> Iterator[Finding]:
    """Give the findings of a rule over the default graph of a store; ``focus`` None is all nodes.

    Raises :class:`ShapesError` for a query that cannot be asked or does not select ``$this``.
    """
    query = rule.prologue + _with_targets(rule, in_focus(focus))
    try:
        solutions = store.query(query)
        if not isinstance(solutions, QuerySolutions):
            raise ShapesError(_place(rule) + "it is no SELECT.", remedy="Select $this.")
        names = [variable.value for variable in solutions.variables]
        if "this" not in names:
            raise ShapesError(
                _place(rule) + "it does not select $this.",
                remedy="Begin the query with SELECT $this.",
            )
        for solution in solutions:
            # An aggregate over nothing gives one row without a node.
            if solution["this"] is not None:
                yield _finding(rule, solution, names)
    except (SyntaxError, RuntimeError, ValueError, OSError) as error:
        raise ShapesError(
            f"{_place(rule)}it cannot be asked: {error}.", remedy="Mend the query of sh:select."
        ) from error


def _place(rule: SetRule) -> str:
    return f"The query of {rule.shape.name}: "


def _with_targets(rule: SetRule, only: str) -> str:
    """The query with its focus nodes given first."""
    opening = next((t for t in tokens(rule.select) if t.text == "{"), None)
    if opening is None:
        raise ShapesError(_place(rule) + "it has no pattern.", remedy="Write SELECT $this WHERE {.")
    targets = " UNION ".join(
        "{ " + TARGET_PATTERNS[kind].format(iri) + " }" for kind, iri in rule.targets
    )
    focus = f" {{ SELECT DISTINCT ?this WHERE {{ {only}{targets} }} }} "
    return rule.select[: opening.end] + focus + rule.select[opening.end :]


def _finding(rule: SetRule, solution: QuerySolution, names: list[str]) -> Finding:
    bound = {name: solution[name] for name in names if solution[name] is not None}

    def put(match: re.Match[str]) -> str:
        term = bound.get(match[1])
        return match[0] if term is None else _shown(term)

    message = _PLACEHOLDER.sub(put, rule.message)
    value = bound.get("value")
    return Finding(
        rule.shape.iri,
        _plain(bound["this"]),
        message,
        "" if value is None else _plain(value),
        rule.shape.severity,
        rule.shape.remedy,
    )


def _plain(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _shown(term: object) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else _plain(term)
