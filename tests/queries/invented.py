"""Questions asked of a few invented facts, where the shipped ones cannot show a difference."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from kg.namespaces import expand, shorten, sparql_prologue
from kg.questions import Catalogue
from kg.questions.binding import bind

PREFIXES = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")

#: The cells of a row that are not empty: prefixed names, and texts as they are.
Told = Mapping[str, str]


def told(question: str, facts: str, **values: str) -> list[Told]:
    """The rows of a question over facts in TriG, asked for things given as prefixed names."""
    store = Store()
    store.load(f"{PREFIXES}{facts}".encode(), format=RdfFormat.TRIG)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }")
    terms = {
        name: [None if value == "any" else NamedNode(expand(value))]
        for name, value in values.items()
    }
    found = store.query(bind(Catalogue.load()[question], terms).text)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows: list[Told] = []
    for row in found:
        cells = {name: row[name] for name in names}
        rows.append({name: _spelled(cell) for name, cell in cells.items() if cell is not None})
    return rows


def _spelled(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return shorten(term.value) if isinstance(term, NamedNode) else term.value


def listed(cell: str | None) -> set[str]:
    """The things of a cell that lists several, as prefixed names."""
    return {shorten(item) for item in (cell or "").split()}
