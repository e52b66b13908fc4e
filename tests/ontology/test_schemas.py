"""Every name in the schemas of the fact tables exists, and fits the rows it is said of."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Namespace, URIRef, namespace

from kg.namespaces import CM, PREFIXES
from kg.shipped import facts_dir

CM_NS = Namespace(CM)
#: Vocabularies whose terms rdflib knows, so that a slip of the pen is found.
CLOSED = {
    "dcat": "DCAT",
    "dct": "DCTERMS",
    "geo": "GEO",
    "org": "ORG",
    "prov": "PROV",
    "qb": "QB",
    "rdf": "RDF",
    "rdfs": "RDFS",
    "skos": "SKOS",
}
QUDT_TERMS = {"numericValue", "unit", "conversionMultiplier"}


def concepts(ontology: Graph) -> set[URIRef]:
    """The concepts of all code lists."""
    return {c for c in ontology.subjects(RDF.type, SKOS.Concept) if isinstance(c, URIRef)}


def local(term: object) -> str:
    """The name behind ``cm:``."""
    return str(term).removeprefix(CM)


def schemas() -> list[Path]:
    """The schemas of the fact tables."""
    return sorted((facts_dir() / "schemas").glob("*.json"))


def mapped_names(node: Any) -> Iterator[str]:
    """Every name or template in ``propertyUrl``, ``valueUrl``, ``valueUrls`` and ``stated``."""
    if isinstance(node, list):
        for part in node:
            yield from mapped_names(part)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("propertyUrl", "valueUrl", "stated") and isinstance(value, str):
                yield value
            elif key == "valueUrls":
                yield from (name for name in value.values() if isinstance(name, str))
            else:
                yield from mapped_names(value)


def defined_names(ontology: Graph) -> set[str]:
    """All of critmat's terms, concepts, schemes and individuals."""
    return {local(s) for s in ontology.subjects(RDFS.label, None) if str(s).startswith(CM)}


@pytest.mark.parametrize("path", schemas(), ids=lambda path: path.stem)
def test_every_name_in_a_schema_is_defined(path: Path, ontology: Graph) -> None:
    defined = defined_names(ontology)
    unknown = []
    for name in mapped_names(json.loads(path.read_text(encoding="utf-8"))):
        prefix, _, rest = name.partition(":")
        if prefix == "cm":
            known = rest in defined if "{" not in rest else bool(codes_of(rest, ontology))
        elif prefix in CLOSED:
            known = rest in getattr(namespace, CLOSED[prefix])
        elif prefix == "qudt":
            known = rest in QUDT_TERMS
        else:
            # An address in full leads out of critmat, to a list without a prefix here.
            known = prefix in PREFIXES or name.startswith("https://")
        if not known:
            unknown.append(name)

    assert not unknown


def codes_of(template: str, ontology: Graph) -> set[str]:
    """The notations of the code list that ``status-{status}`` points into."""
    prefix = template.partition("{")[0]
    return {
        str(ontology.value(c, SKOS.notation))
        for c in concepts(ontology)
        if local(c) == f"{prefix}{ontology.value(c, SKOS.notation)}"
    }


def coded_fields(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Column, template and field of each column whose cells are notations of a code list."""
    fields = {field["name"]: field for field in schema["fields"]}
    for part in [*schema["fields"], *schema.get("virtual", [])]:
        template = part.get("valueUrl", "")
        columns = re.findall(r"\{(\w+)\}", template)
        if template.startswith("cm:") and len(columns) == 1:
            yield columns[0], template.removeprefix("cm:"), fields[columns[0]]


@pytest.mark.parametrize("path", schemas(), ids=lambda path: path.stem)
def test_every_notation_that_a_schema_allows_exists(path: Path, ontology: Graph) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    for column, template, field in coded_fields(schema):
        allowed = set(field.get("constraints", {}).get("enum", ()))

        assert allowed <= codes_of(template, ontology), column


def tables() -> list[tuple[Path, Path]]:
    """Table and schema of each resource of the data package that maps to RDF."""
    package = json.loads((facts_dir() / "datapackage.json").read_text(encoding="utf-8"))
    return [
        (facts_dir() / r["path"], facts_dir() / r["schema"])
        for r in package["resources"]
        if (facts_dir() / r["path"]).is_file() and (facts_dir() / r["schema"]).is_file()
    ]


@pytest.mark.parametrize(("table", "schema"), tables(), ids=[t.stem for t, _ in tables()])
def test_every_notation_in_a_table_exists(table: Path, schema: Path, ontology: Graph) -> None:
    coded = list(coded_fields(json.loads(schema.read_text(encoding="utf-8"))))
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column, template, field in coded:
        separator = field.get("separator")
        cells = {row[column] for row in rows}
        used = {part.strip() for c in cells for part in (c.split(separator) if separator else [c])}

        assert used - {""} <= codes_of(template, ontology), column


def classes_of_rows(schema: dict[str, Any]) -> set[str]:
    """The classes that the rows of a table are said to be in; none where they add to things that
    another table describes."""
    return {
        name.removeprefix("cm:")
        for part in [*schema["fields"], *schema.get("virtual", [])]
        if part.get("propertyUrl") == "rdf:type" and "aboutUrl" not in part
        for name in mapped_names(part)
        if name.startswith("cm:")
    }


@pytest.mark.parametrize("path", schemas(), ids=lambda path: path.stem)
def test_the_domain_of_every_mapped_property_fits_the_rows(path: Path, ontology: Graph) -> None:
    # The build derives the domain as a class: one that does not fit would make a contradiction.
    schema = json.loads(path.read_text(encoding="utf-8"))
    classes = classes_of_rows(schema)
    for part in [*schema["fields"], *schema.get("virtual", [])]:
        name = part.get("propertyUrl", "")
        domain = ontology.value(CM_NS[name.removeprefix("cm:")], RDFS.domain)
        if name.startswith("cm:") and "aboutUrl" not in part and isinstance(domain, URIRef):
            below = {local(c) for c in ontology.transitive_subjects(RDFS.subClassOf, domain)}
            assert not classes or classes & below, (
                f"{name} belongs to {local(domain)}, rows are {classes}"
            )
