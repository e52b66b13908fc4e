"""Mapping sets in SSSOM: which outside identifier means the same, or nearly the same.

A mapping set is a table with tabs between the cells; its metadata, the prefixes among them, stand
as YAML in the leading comment lines (https://mapping-commons.github.io/sssom/). Sets about terms
and codes become triples of the ontology. The set about places is written from the table of places,
for readers who want the identifiers alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kg.errors import CritmatError
from kg.shipped import facts_dir

#: Columns without which a row says nothing.
REQUIRED_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")


class MappingSetError(CritmatError):
    """A mapping set that cannot be read."""

    title = "Unreadable mapping set"


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One mapping, its three terms as IRIs. ``row`` counts lines of the file from 1."""

    subject: str
    predicate: str
    object: str
    justification: str
    subject_label: str
    object_label: str
    row: int


@dataclass(frozen=True, slots=True)
class MappingSet:
    """One file: its metadata, the prefixes it declares, and its rows in the order of the file."""

    path: Path
    metadata: Mapping[str, Any]
    prefixes: Mapping[str, str]
    rows: tuple[MappingRow, ...]


def read_mapping_set(path: Path) -> MappingSet:
    """Read an SSSOM file.

    Raises :class:`MappingSetError` with file and row for metadata that is no YAML, a missing
    column, an empty cell in a required column, or a prefix that the file does not declare.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    head = sum(1 for line in _leading_comments(lines))
    try:
        metadata = yaml.safe_load("\n".join(line[1:] for line in lines[:head])) or {}
    except yaml.YAMLError as error:
        raise MappingSetError(
            f"{path.name}: the comment lines at the top are no YAML: {error}.",
            remedy="Write them as '#key: value', lists and maps indented by two blanks.",
        ) from error
    prefixes: dict[str, str] = dict(metadata.get("curie_map") or {})
    reader = csv.DictReader(lines[head:], delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in REQUIRED_COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise MappingSetError(
            f"{path.name}:{head + 1}: the columns {', '.join(missing)} are missing.",
            remedy="Put the column names, parted by tabs, in the first line after the comments.",
        )
    rows = tuple(
        _row(path, number, cells, prefixes) for number, cells in enumerate(reader, start=head + 2)
    )
    return MappingSet(path, MappingProxyType(metadata), MappingProxyType(prefixes), rows)


def place_mapping_set(places: Path) -> str:
    """Give the text of the mapping set about places, made from the table ``places.csv``.

    A country gets its Wikidata item and its ISO 3166 entry; a place with neither gets no row.
    """
    with places.open(encoding="utf-8", newline="") as file:
        table = [
            (row["id"], row["name"], prefix, row[column])
            for row in csv.DictReader(file)
            for prefix, column in (("iso3166", "iso2"), ("wd", "wikidata"))
            if row[column]
        ]
    rows = "".join(
        f"cmd:{place}\t{name}\tskos:exactMatch\t{prefix}:{code}\t{name}\t"
        "semapv:UnspecifiedMatching\n"
        for place, name, prefix, code in table
    )
    return _PLACES_HEAD + rows


_PLACES_HEAD = """\
#mapping_set_id: https://w3id.org/critmat/mappings/places
#mapping_set_title: "Places to ISO 3166 and Wikidata"
#mapping_set_description: "Written from the fact table of places; change that table, not this file."
#mapping_set_version: "0.1.0"
#license: https://creativecommons.org/licenses/by/4.0/
#mapping_set_source:
#  - https://github.com/datasets/country-codes
#curie_map:
#  cmd: https://w3id.org/critmat/id/
#  iso3166: "https://www.iso.org/obp/ui/#iso:code:3166:"
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#  wd: http://www.wikidata.org/entity/
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification
"""


def _leading_comments(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        if not line.startswith("#"):
            return
        yield line


def _row(
    path: Path, number: int, cells: Mapping[str, str | None], prefixes: Mapping[str, str]
) -> MappingRow:
    empty = [name for name in REQUIRED_COLUMNS if not cells.get(name)]
    if empty:
        raise MappingSetError(
            f"{path.name}:{number}: nothing stands in {', '.join(empty)}.",
            remedy="Fill the cells, or delete the row; cells are parted by tabs.",
        )

    def iri(column: str) -> str:
        prefix, colon, local = (cells[column] or "").partition(":")
        if not colon or prefix not in prefixes:
            raise MappingSetError(
                f"{path.name}:{number}:{column}: the prefix of {cells[column]!r} is not declared.",
                remedy="Add it to curie_map at the top of the file.",
            )
        return prefixes[prefix] + local

    return MappingRow(
        subject=iri("subject_id"),
        predicate=iri("predicate_id"),
        object=iri("object_id"),
        justification=iri("mapping_justification"),
        subject_label=cells.get("subject_label") or "",
        object_label=cells.get("object_label") or "",
        row=number,
    )


if __name__ == "__main__":
    print(place_mapping_set(facts_dir() / "tables" / "places.csv"), end="")
