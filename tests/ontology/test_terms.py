"""Every term is defined and used, every code is found, and every name in a mapping exists."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat
from pyoxigraph import parse as parse_with_pyoxigraph
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef, namespace

from kg.namespaces import CM, PREFIXES
from kg.ontology import ontology_dataset, ontology_files
from kg.shipped import facts_dir, ontology_dir, queries_dir

REPOSITORY = Path(__file__).resolve().parents[2]
CM_NS = Namespace(CM)
TERM_KINDS = (
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
)
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
#: Terms that nothing uses yet, each with the reason why it stays.
RESERVED = {
    "OperatorTenure": "a record of the design; the shipped facts name present operators only",
    "tenureHolder": "belongs to OperatorTenure",
    "ProcessStepObservation": "a record of the design; no shipped source states inputs and outputs",
    "performedAt": "belongs to ProcessStepObservation",
    "followsRecipe": "belongs to ProcessStepObservation",
}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """All files of the ontology as rdflib reads them."""
    graph = Graph()
    for path in ontology_files():
        graph.parse(path, format="turtle")
    return graph


def terms(ontology: Graph) -> set[URIRef]:
    """The classes and properties of critmat."""
    return {
        term
        for kind in TERM_KINDS
        for term in ontology.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and term in CM_NS
    }


def concepts(ontology: Graph) -> set[URIRef]:
    """The concepts of all code lists."""
    return {c for c in ontology.subjects(RDF.type, SKOS.Concept) if isinstance(c, URIRef)}


def local(term: URIRef) -> str:
    """The name behind ``cm:``."""
    return str(term).removeprefix(CM)


@pytest.mark.parametrize("path", ontology_files(), ids=lambda path: path.stem)
def test_each_file_is_read_alike_by_rdflib_and_pyoxigraph(path: Path) -> None:
    by_rdflib = len(Graph().parse(path, format="turtle"))
    by_pyoxigraph = sum(1 for _ in parse_with_pyoxigraph(path=path, format=RdfFormat.TURTLE))

    assert by_rdflib == by_pyoxigraph > 0


def test_the_header_imports_every_file_and_says_who_made_it(ontology: Graph) -> None:
    root = URIRef(CM.rstrip("#"))
    parts = set(ontology.subjects(RDF.type, OWL.Ontology)) - {root}

    assert set(ontology.objects(root, OWL.imports)) == parts
    assert len(parts) == len(ontology_files()) - 1
    for predicate in (OWL.versionIRI, DCTERMS.license, DCTERMS.title, DCTERMS.description):
        assert ontology.value(root, predicate) is not None, predicate
    assert str(ontology.value(root, DCTERMS.creator)) == "The critmat project"


def test_protege_finds_every_import_in_the_catalogue(ontology: Graph) -> None:
    catalogue = (ontology_dir() / "catalog-v001.xml").read_text(encoding="utf-8")
    found = dict(re.findall(r'<uri name="([^"]+)" uri="([^"]+)"/>', catalogue))

    assert set(found) == {str(iri) for iri in ontology.objects(None, OWL.imports)}
    for iri, path in found.items():
        assert f"<{iri}>" in (ontology_dir() / path).read_text(encoding="utf-8")


def test_every_term_has_a_label_a_definition_and_an_example_or_note(ontology: Graph) -> None:
    lacking = [
        (local(term), need)
        for term in sorted(terms(ontology))
        for need, predicates in (
            ("label", [RDFS.label]),
            ("definition", [SKOS.definition]),
            ("example or scope note", [SKOS.example, SKOS.scopeNote]),
        )
        if not any(
            getattr(text, "language", None) == "en"
            for predicate in predicates
            for text in ontology.objects(term, predicate)
        )
    ]

    assert not lacking


def test_every_term_says_in_which_module_it_is_defined() -> None:
    for path in ontology_files()[1:]:
        part = Graph().parse(path, format="turtle")
        (module,) = part.subjects(RDF.type, OWL.Ontology)
        defined = {
            term
            for term in part.subjects(RDFS.label, None)
            if isinstance(term, URIRef) and term in CM_NS
        }
        assert defined
        assert {part.value(term, RDFS.isDefinedBy) for term in defined} == {module}, path.name


def test_no_two_terms_share_a_label(ontology: Graph) -> None:
    labels = [str(ontology.value(term, RDFS.label)) for term in terms(ontology)]

    assert sorted(label for label in set(labels) if labels.count(label) > 1) == []


def test_no_range_names_a_datatype_that_owl_lacks(ontology: Graph) -> None:
    ranges = {str(r).rpartition("#")[2] for r in ontology.objects(None, RDFS.range)}

    assert not ranges & {"date", "gYear", "gYearMonth", "duration"}


def test_every_concept_can_be_looked_up_by_its_notation(ontology: Graph) -> None:
    for concept in concepts(ontology):
        (scheme,) = ontology.objects(concept, SKOS.inScheme)
        (notation,) = ontology.objects(concept, SKOS.notation)
        assert (scheme, RDF.type, SKOS.ConceptScheme) in ontology
        assert local(concept).endswith(f"-{notation}"), concept
        for predicate in (RDFS.label, SKOS.prefLabel, SKOS.definition):
            assert ontology.value(concept, predicate) is not None, (concept, predicate)


def test_every_code_list_has_one_prefix_and_an_order_without_ties(ontology: Graph) -> None:
    for scheme in ontology.subjects(RDF.type, SKOS.ConceptScheme):
        members = list(ontology.subjects(SKOS.inScheme, scheme))
        orders = [ontology.value(c, CM_NS.order) for c in members]
        prefixes = {
            local(c).removesuffix(str(ontology.value(c, SKOS.notation)))
            for c in members
            if isinstance(c, URIRef)
        }
        assert members
        assert None not in orders
        assert len(set(orders)) == len(orders), scheme
        assert len(prefixes) == 1, prefixes


def test_a_stage_covers_itself_and_everything_narrower(ontology: Graph) -> None:
    for stage in ontology.subjects(SKOS.inScheme, CM_NS.stages):
        covered = set(ontology.objects(stage, CM_NS.coversStage))

        assert covered == set(ontology.transitive_subjects(SKOS.broader, stage)), stage


def test_units_convert_to_a_unit_of_their_own_kind(ontology: Graph) -> None:
    multiplier = URIRef(PREFIXES["qudt"] + "conversionMultiplier")
    for unit in ontology.subjects(SKOS.inScheme, CM_NS.units):
        normal = ontology.value(unit, CM_NS.normalUnit)
        factor = ontology.value(unit, multiplier)
        assert (normal is None) == (factor is None), unit
        assert ontology.value(unit, CM_NS.unitSymbol) is not None, unit
        if normal is not None:
            assert ontology.value(normal, CM_NS.normalUnit) == normal, unit
            assert float(str(ontology.value(normal, multiplier))) == 1.0, unit


# Names in the schemas of the fact tables


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
            known = prefix in PREFIXES
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


# Nothing is defined that nothing uses


def used_in_axioms(ontology: Graph) -> set[str]:
    """Terms that an axiom derives or that another term's axiom needs."""
    derives = (OWL.propertyChainAxiom, OWL.inverseOf)
    needs = (
        *derives,
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.onProperty,
        OWL.someValuesFrom,
        OWL.hasValue,
        RDF.first,
    )
    subjects = (s for predicate in derives for s in ontology.subjects(predicate, None))
    objects = (o for predicate in needs for o in ontology.objects(None, predicate))
    predicates = set(ontology.predicates())
    return {str(t).removeprefix(CM) for t in (*subjects, *objects, *predicates)}


def used_in_texts() -> set[str]:
    """Names that queries, schemas and code mention as ``cm:name`` or ``{CM}name``."""
    texts = [
        *schemas(),
        *queries_dir().rglob("*.rq"),
        *(path for part in ("kg", "service") for path in (REPOSITORY / part).rglob("*.py")),
        *(REPOSITORY / "service").rglob("*.rq"),
    ]
    named = re.compile(r"""(?:\bcm:|\{CM\}|CM \+ ["']|CM\[["']|\bCM\.|_cm\(["'])([A-Za-z][\w-]*)""")
    return {name for path in texts for name in named.findall(path.read_text(encoding="utf-8"))}


def test_every_term_is_used_or_kept_for_a_written_reason(ontology: Graph) -> None:
    used = used_in_texts() | used_in_axioms(ontology)
    unused = {local(term) for term in terms(ontology)} - used

    assert unused - set(RESERVED) == set(), "define it when something uses it"


def test_the_list_of_reserved_terms_is_true(ontology: Graph) -> None:
    defined = {local(term) for term in terms(ontology)}

    assert set(RESERVED) <= defined
    assert not set(RESERVED) & used_in_texts(), "take it off the list: something uses it now"


def test_mappings_of_terms_and_codes_are_part_of_the_ontology() -> None:
    triples = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in ontology_dataset()
        if not q.subject.value.startswith("c14n")
    }
    match = f"{SKOS}exactMatch"

    assert (f"{CM}unit-tonne", match, f"{PREFIXES['unit']}TONNE") in triples
    assert (f"{CM}status-estimated", match, f"{PREFIXES['sdmx-code']}obsStatus-E") in triples
    assert not [s for s, _, _ in triples if s.startswith(PREFIXES["cmd"] + "CHN")]
