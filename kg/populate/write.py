"""Fact tables to N-Quads: the interpreter of the mapping annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.facts.errors import FactsError
from kg.facts.joins import Lookups, check_joins, completed, read_lookups
from kg.facts.mapping import TableMapping, parse_mapping
from kg.facts.package import Package, Table
from kg.facts.records import read_file
from kg.populate.rows import Placement, compile_rows, source_of
from kg.populate.terms import TermError
from kg.quad_file import write_sorted
from kg.report import Problem, Report

#: Called with a table's name, the rows of it that are done, and how many it has.
Progress = Callable[[str, int, int], None]

#: Rows between two calls of the progress function.
_STEP = 2_000


@dataclass(frozen=True, slots=True)
class PopulateSummary:
    """What was written: different quads in all, by table and by graph.

    ``by_table`` counts the different quads that each table gives; a quad that two tables give
    (such as a citation) counts in both. ``by_source`` counts the quads of each graph, by the id
    of the source, and sums up to ``quads``.
    """

    quads: int
    by_table: Mapping[str, int]
    by_source: Mapping[str, int]


def populate(
    package: Package,
    out: Path,
    progress: Progress | None = None,
    lookups: Mapping[str, Lookups] | None = None,
) -> PopulateSummary:
    """Write the tables of a package as N-Quads, sorted, each quad once.

    ``lookups`` are those of a table's joins, by table, where they rest on more than the package.
    The same tables give the same bytes. Raises ``FactsError`` with a report of every mapping or
    cell that cannot become RDF; the file is not touched then.

    Everything is held in memory and sorted there: about 0.4 GB for a million quads. Ten million
    would need an external sort (sorted runs of a million lines, merged with ``heapq.merge``) in
    place of the one set below.
    """
    report = Report("populate")
    lines: set[str] = set()
    by_table: dict[str, int] = {}
    for name, table in package.tables.items():
        mapping, problems = parse_mapping(table.schema)
        report.problems.extend(p for p in problems if p not in report.problems)
        if mapping is not None and not problems:
            found = _table_lines(
                table,
                mapping,
                (lookups or {}).get(name) or _lookups(package, mapping),
                report,
                progress,
            )
            by_table[name] = len(found)
            lines |= found
    if not report.ok:
        raise FactsError.of(report)
    write_sorted(lines, out)
    graphs = Counter(line[line.rindex("<") + 1 : -4] for line in lines)
    return PopulateSummary(
        quads=len(lines),
        by_table=by_table,
        by_source={source_of(graph): graphs[graph] for graph in sorted(graphs)},
    )


def _lookups(package: Package, mapping: TableMapping) -> Lookups:
    """What the joins of a table find in the package."""
    tables = (package.tables.get(name) for join in mapping.joins for name in join.resources)
    readings = {t.name: read_file(t.path, t.file) for t in tables if t is not None}
    return read_lookups(mapping.joins, readings)


def _table_lines(
    table: Table,
    mapping: TableMapping,
    lookups: Lookups,
    report: Report,
    progress: Progress | None,
) -> set[str]:
    reading = read_file(table.path, table.file)
    report.problems.extend(reading.problems)
    missing = [name for name in table.schema.names if name not in reading.header]
    if not reading.readable or missing:
        report.problems.extend(
            Problem(table.file, f"the column {name!r} is missing", "Add it.", 1, name)
            for name in missing
            if reading.readable
        )
        return set()
    report.problems.extend(check_joins(table.file, table.schema, reading, mapping.joins, lookups))
    reading = completed(reading, mapping.joins, lookups)
    triples = compile_rows(mapping, reading.header)
    placement = Placement(mapping)
    lines: set[str] = set()
    total = len(reading.records)
    for done, record in enumerate(reading.sound(), start=1):
        try:
            row = dict(zip(reading.header, record.cells, strict=True))
            lines.update(placement.place(row, list(triples(record.cells))))
        except TermError as error:
            report.add(Problem(table.file, error.message, error.remedy, record.line, error.column))
        if progress is not None and done % _STEP == 0:
            progress(table.name, done, total)
    if progress is not None:
        progress(table.name, total, total)
    return lines
