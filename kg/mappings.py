"""Mapping sets in SSSOM: which outside identifier means the same, or nearly the same.

A mapping set is a table with tabs between the cells; its metadata, the prefixes among them, stand
as YAML in the leading comment lines (https://mapping-commons.github.io/sssom/). Sets about terms
and codes become triples of the ontology. Sets about things are written from the fact tables, which
also make the triples of the data; they are for readers who want the identifiers alone.
``python -m kg.mappings FOLDER`` writes them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kg.errors import CritmatError
from kg.namespaces import CMD, PREFIXES, SKOS
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

    A country that the list of country codes has gets its Wikidata item and its ISO 3166 entry. A
    place with another source, such as Kosovo, whose code is no entry of ISO 3166, gets no row.
    """
    rows = [
        (
            f"cmd:{row['id']}",
            row["name"],
            "exactMatch",
            f"{prefix}:{row[column]}",
            row["name"],
            _UNSPECIFIED,
            row["source_ids"],
        )
        for row in _table(places)
        for prefix, column in (("iso3166", "iso2"), ("wd", "wikidata"))
        if row[column] and row["source_ids"] == _COUNTRY_CODES
    ]
    return _text(
        "places",
        "Places to ISO 3166 and Wikidata",
        "places",
        "https://github.com/datasets/country-codes",
        rows,
    )


def thing_mapping_sets(tables: Path) -> dict[str, str]:
    """Give the mapping sets about things by name: ``places``, ``elements``, ``materials`` (groups,
    materials and commodities) and ``customs-codes``, made from the fact tables in ``tables``.
    """
    names = {
        row["id"]: row["name"]
        for table in ("commodities", "groups", "materials", "elements")
        for row in _table(tables / f"{table}.csv")
    }
    elements = {row["id"] for row in _table(tables / "elements.csv")}
    rows: dict[str, list[tuple[str, ...]]] = {"elements": [], "materials": [], "customs-codes": []}
    for row in _table(tables / "identifiers.csv"):
        predicate, prefix, justification = _SCHEMES[row["scheme"]]
        of_elements = "elements" if row["thing"] in elements else "materials"
        rows["customs-codes" if prefix == "hs" else of_elements].append(
            (
                f"cmd:{row['thing']}",
                names[row["thing"]],
                predicate,
                f"{prefix}:{row['identifier']}",
                row["name"],
                justification,
                row["source_ids"],
            )
        )
    return {"places": place_mapping_set(tables / "places.csv")} | {
        name: _text(name, title, "identifiers", source, rows[name])
        for name, title, source in (
            (
                "elements",
                "Elements to Wikidata, CAS, PubChem, EMMO and MinMod",
                "https://www.wikidata.org/",
            ),
            (
                "materials",
                "Groups, materials and commodities to CAS, PubChem, MinMod and EMMO",
                "https://minmod.isi.edu/",
            ),
            (
                "customs-codes",
                "Materials and commodities to codes of the Harmonized System 2022",
                "https://github.com/datasets/harmonized-system",
            ),
        )
    }


#: The source that has the codes of countries.
_COUNTRY_CODES = "datahub-country-codes"
_UNSPECIFIED = "UnspecifiedMatching"
_BY_HAND = "ManualMappingCuration"

#: Scheme of the table of identifiers: predicate, prefix and justification.
_SCHEMES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "wikidata": ("exactMatch", "wd", _UNSPECIFIED),
        "cas": ("closeMatch", "cas", _UNSPECIFIED),
        "pubchem": ("closeMatch", "pubchem", _UNSPECIFIED),
        "minmod": ("closeMatch", "minmod", _BY_HAND),
        "emmo": ("closeMatch", "emmo", "LexicalMatching"),
        "emmo-substance": ("closeMatch", "emmo-substance", _BY_HAND),
        "hs": ("exactMatch", "hs", _BY_HAND),
        "hs-close": ("closeMatch", "hs", _BY_HAND),
        "hs-broader": ("broadMatch", "hs", _BY_HAND),
        "hs-narrower": ("narrowMatch", "hs", _BY_HAND),
    }
)

#: Prefixes of the sets about things; a set declares those that it uses.
_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "cas": "https://commonchemistry.cas.org/detail?cas_rn=",
        "cmd": CMD,
        "emmo": "https://w3id.org/emmo#",
        "emmo-substance": "https://w3id.org/emmo/domain/chemical-substance#",
        "hs": "https://w3id.org/critmat/hs/2022/",
        "iso3166": "https://www.iso.org/obp/ui/#iso:code:3166:",
        "minmod": "https://minmod.isi.edu/resource/",
        "pubchem": "https://pubchem.ncbi.nlm.nih.gov/compound/",
        "semapv": "https://w3id.org/semapv/vocab/",
        "skos": SKOS,
        "wd": PREFIXES["wd"],
    }
)

_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "comment",
)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _text(name: str, title: str, table: str, source: str, rows: Iterable[tuple[str, ...]]) -> str:
    """The text of one set; the cells of a row are those of ``_COLUMNS``, predicate and
    justification without prefix, the sources as the table lists them."""
    body = "".join(
        f"{subject}\t{label}\tskos:{predicate}\t{match}\t{there}\tsemapv:{why}\t"
        f"Source: {', '.join(sources.split(';'))}.\n"
        for subject, label, predicate, match, there, why, sources in rows
    )
    used = {cell.partition(":")[0] for line in body.splitlines() for cell in line.split("\t")}
    prefixes = "".join(
        f'#  {prefix}: "{iri}"\n' for prefix, iri in _PREFIXES.items() if prefix in used
    )
    return (
        f"#mapping_set_id: https://w3id.org/critmat/mappings/{name}\n"
        f'#mapping_set_title: "{title}"\n'
        f'#mapping_set_description: "Written from the fact table {table}; change that table, not '
        'this file. A comment names rows of the table sources."\n'
        '#mapping_set_version: "0.2.0"\n'
        "#license: https://creativecommons.org/licenses/by/4.0/\n"
        f"#mapping_set_source:\n#  - {source}\n"
        f"#curie_map:\n{prefixes}" + "\t".join(_COLUMNS) + "\n" + body
    )


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
    for set_name, text in thing_mapping_sets(facts_dir() / "tables").items():
        Path(sys.argv[1], f"{set_name}.sssom.tsv").write_text(text, encoding="utf-8")
