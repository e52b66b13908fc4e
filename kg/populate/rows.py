"""From the cells of a row to its triples, as the mapping of the table says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha1

from kg.facts.cells import read_language, split_list
from kg.facts.mapping import ChosenIri, IriValue, LiteralValue, Rule, TableMapping, Template
from kg.namespaces import CM, CMD, DCT, GRAPH, PROV, RDF, shorten
from kg.populate.terms import TermError, check_identifier, iri_term, literal_term, quoted

#: Cells of a row by column.
Cells = Mapping[str, str]
#: Gives the term for the cells of a row, or nothing where a cell is empty.
_Term = Callable[[Cells], str | None]

_TYPE = f"<{RDF}type>"
_DERIVED = f"<{PROV}wasDerivedFrom>"
#: Results of one template that are kept; identifiers repeat, the rest is thrown away in time.
_KEPT = 20_000


def compile_rows(
    mapping: TableMapping, header: Sequence[str]
) -> Callable[[Sequence[str]], Iterator[str]]:
    """A function from the cells of a record to its triples (``<s> <p> "o" ``, no graph yet).

    Raises ``TermError`` while it runs, at the first cell that cannot become a term.
    """
    rules = [_compile_rule(rule, mapping) for rule in mapping.rules]

    def triples(cells: Sequence[str]) -> Iterator[str]:
        row = dict(zip(header, cells, strict=True))
        for rule in rules:
            yield from rule(row)

    return triples


def _compile_rule(rule: Rule, mapping: TableMapping) -> Callable[[Cells], Iterator[str]]:
    subject = _iri(rule.about)
    predicate = iri_term(rule.property)
    value = _value(rule.value)

    def once(row: Cells) -> Iterator[str]:
        about = subject(row)
        object_ = value(row) if about is not None else None
        if object_ is not None:
            yield f"{about} {predicate} {object_} "

    if rule.each is None:
        return once
    column, separator = rule.each, mapping.separators[rule.each]

    def for_each(row: Cells) -> Iterator[str]:
        for item in split_list(row[column], separator):
            if not item:
                raise TermError("the list has an empty item", "Remove the separator.", column)
            yield from once({**row, column: item})

    return for_each


def _iri(template: Template) -> _Term:
    if not template.columns:
        constant = iri_term(template.pieces[0])
        return lambda _: constant
    columns = template.columns
    known: dict[tuple[str, ...], str | None] = {}

    def term(row: Cells) -> str | None:
        key = tuple([row[column] for column in columns])
        if key not in known:
            if len(known) >= _KEPT:
                known.clear()
            for column, text in zip(columns, key, strict=True):
                if text:
                    check_identifier(text, column)
            iri = template.fill(row)
            known[key] = None if iri is None else iri_term(iri)
        return known[key]

    return term


def _value(value: IriValue | ChosenIri | LiteralValue) -> _Term:
    if isinstance(value, IriValue):
        return _iri(value.template)
    return _chosen(value) if isinstance(value, ChosenIri) else _literal(value)


def _chosen(value: ChosenIri) -> _Term:
    choices = {key: _iri(t) if t is not None else None for key, t in value.choices.items()}
    otherwise = _iri(value.otherwise) if value.otherwise is not None else None

    def term(row: Cells) -> str | None:
        text = row[value.column]
        if not text:
            return None
        if text not in choices and not value.open:
            raise TermError(
                f"{text!r} has no IRI in valueUrls",
                f"Use one of {', '.join(choices)}, or add it to the schema.",
                value.column,
            )
        chosen = choices.get(text, otherwise)
        return chosen(row) if chosen is not None else None

    return term


def _literal(value: LiteralValue) -> _Term:
    template, datatype = value.template, value.datatype
    column = template.columns[0] if len(template.columns) == 1 else None
    language = _language(value)

    def term(row: Cells) -> str | None:
        text = template.fill(row)
        if not text:
            return None
        try:
            return literal_term(text, datatype, language(row))
        except TermError as error:
            raise TermError(error.message, error.remedy, error.column or column) from None

    return term


def _language(value: LiteralValue) -> Callable[[Cells], str | None]:
    """The language tag of a literal: the same for all rows, or what the row says."""
    column = value.language_column
    if column is None:
        return lambda _: value.language

    def tag(row: Cells) -> str:
        try:
            return read_language(row[column])
        except ValueError as error:
            raise TermError(str(error), "Mend the cell.", column) from None

    return tag


class Placement:
    """Which graphs the triples of a row go to, and the citations that say so.

    A row goes into the graph of each of its sources, ``graph:<source>``. There it is derived from
    ``cmd:citation-<source>``, or from ``cmd:citation-<source>-<hash>`` where a locator (table,
    row, page) is given; the hash is the first ten hexadecimal digits of the locator's SHA-1.
    """

    def __init__(self, mapping: TableMapping) -> None:
        self._mapping = mapping
        self._about = _iri(mapping.about)
        self._constant = None if mapping.graph is None else iri_term(mapping.graph)
        self._citations: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}

    def place(self, row: Cells, triples: Sequence[str]) -> Iterator[str]:
        """The lines of N-Quads of a row; raises ``TermError`` by cell."""
        if self._constant is not None:
            yield from (f"{triple}{self._constant} .\n" for triple in triples)
            return
        mapping = self._mapping
        column = mapping.sources or ""
        named = split_list(row[column], mapping.separators.get(column, ";"))
        if not named:
            raise TermError(
                "the row names no source", "No fact without a source: add its id.", column
            )
        about = self._about(row)
        locator = row[mapping.locator] if mapping.locator is not None else ""
        for source in named:
            graph = iri_term(GRAPH + check_identifier(source, column))
            end = f"{graph} .\n"
            yield from (triple + end for triple in triples)
            if about is None:
                continue
            citation, lines = self._citation(source, locator, graph)
            yield from lines
            yield f"{about} {_DERIVED} {citation} {end}"

    def _citation(self, source: str, locator: str, graph: str) -> tuple[str, tuple[str, ...]]:
        """The term of a citation and the lines that describe it."""
        key = (source, locator)
        if key not in self._citations:
            # Not for secrecy: a short, stable name for a text.
            digest = sha1(locator.encode(), usedforsecurity=False).hexdigest()[:10]
            node = iri_term(f"{CMD}citation-{source}" + (f"-{digest}" if locator else ""))
            lines = [
                f"{node} {_TYPE} <{CM}Citation> {graph} .\n",
                f"{node} <{DCT}isPartOf> {graph} {graph} .\n",
                f"{node} {_DERIVED} {graph} {graph} .\n",
            ]
            if locator:
                lines.append(f"{node} <{CM}locator> {quoted(locator)} {graph} .\n")
            self._citations[key] = node, tuple(lines)
        return self._citations[key]


def source_of(graph: str) -> str:
    """The id of a source from the IRI of its graph, as summaries show it.

    >>> source_of("https://w3id.org/critmat/graph/usgs-mcs2026-data")
    'usgs-mcs2026-data'
    """
    return graph.removeprefix(GRAPH) if graph.startswith(GRAPH) else shorten(graph)
