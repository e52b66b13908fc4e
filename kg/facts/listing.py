"""The list of tables as documentation shows it."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts.package import Package


def table_list(package: Package) -> Iterator[str]:
    """The tables of a package as the lines of a Markdown table, by name.

    A table whose schema has no ``aboutUrl`` is kept for reference and not loaded into the graph.
    """
    yield "| table | what it holds | schema | in the graph |"
    yield "| --- | --- | --- | --- |"
    for name, table in sorted(package.tables.items()):
        loaded = "yes" if "aboutUrl" in table.schema.descriptor else "no"
        yield f"| `{name}` | {table.title} | `{table.schema.file}` | {loaded} |"
