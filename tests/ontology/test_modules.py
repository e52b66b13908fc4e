"""Each module and code list stands on its own: with what it imports, it declares all it uses."""

from __future__ import annotations

import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat
from pyoxigraph import parse as parse_with_pyoxigraph
from rdflib import DCTERMS, OWL, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef

from kg.namespaces import CM, expand
from kg.ontology import ontology_files
from kg.shipped import ontology_dir

CM_NS = Namespace(CM)
VANN = Namespace("http://purl.org/vocab/vann/")
ROOT = URIRef(CM.rstrip("#"))
VERSION = "0.2.0"
#: What every reader of OWL knows without being told.
BUILT_IN = (str(OWL), str(RDF), str(RDFS), str(XSD))
#: Terms that stand in the text of a definition or a note.
NAMED = re.compile(r"\bcm:[A-Za-z][\w-]*\w")


@cache
def files() -> dict[URIRef, Graph]:
    """Every file of the ontology by its ontology IRI."""
    found = {}
    for path in ontology_files():
        graph = Graph().parse(path, format="turtle")
        (iri,) = graph.subjects(RDF.type, OWL.Ontology)
        assert isinstance(iri, URIRef)
        found[iri] = graph
    return found


def name(iri: URIRef) -> str:
    """The short name of a file: ``products``, ``codes/stages``."""
    return str(iri).removeprefix(f"{ROOT}/")


def imports(iri: URIRef) -> set[URIRef]:
    """What a file imports itself."""
    return {
        target for target in files()[iri].objects(iri, OWL.imports) if isinstance(target, URIRef)
    }


def closure(iri: URIRef) -> set[URIRef]:
    """A file and everything that it imports, directly or not."""
    found: set[URIRef] = set()
    todo = [iri]
    while todo:
        part = todo.pop()
        if part not in found:
            found.add(part)
            todo.extend(imports(part))
    return found


def declared(iri: URIRef) -> set[URIRef]:
    """What a file says the kind of."""
    return {s for s in files()[iri].subjects(RDF.type, None) if isinstance(s, URIRef)} - {iri}


def used(iri: URIRef) -> set[URIRef]:
    """What a file speaks of: classes, properties and individuals; not headers and addresses."""
    graph = files()[iri]
    plain = {OWL.imports, OWL.versionIRI, DCTERMS.license, RDFS.isDefinedBy}
    return {
        term
        for s, p, o in graph
        for term in (s, p, *(() if p in plain else (o,)))
        if isinstance(term, URIRef) and term != iri and not str(term).startswith(BUILT_IN)
    }


def spoken_of(iri: URIRef) -> set[URIRef]:
    """What a file uses or names in a definition or a note."""
    texts = (str(o) for o in files()[iri].objects() if isinstance(o, Literal))
    return used(iri) | {URIRef(expand(found)) for text in texts for found in NAMED.findall(text)}


parts = pytest.mark.parametrize("iri", sorted(files()), ids=name)


@pytest.mark.parametrize("path", ontology_files(), ids=lambda path: path.stem)
def test_each_file_is_read_alike_by_rdflib_and_pyoxigraph(path: Path) -> None:
    by_rdflib = len(Graph().parse(path, format="turtle"))
    by_pyoxigraph = sum(1 for _ in parse_with_pyoxigraph(path=path, format=RdfFormat.TURTLE))

    assert by_rdflib == by_pyoxigraph > 0


@parts
def test_each_header_says_version_licence_maker_prefix_and_what_it_covers(iri: URIRef) -> None:
    header = files()[iri]

    assert header.value(iri, OWL.versionIRI) == URIRef(f"{iri}/{VERSION}")
    assert str(header.value(iri, OWL.versionInfo)) == VERSION
    assert str(header.value(iri, DCTERMS.creator)) == "The critmat project"
    assert "creativecommons.org/licenses/by/4.0" in str(header.value(iri, DCTERMS.license))
    assert str(header.value(iri, VANN.preferredNamespacePrefix)) == "cm"
    assert str(header.value(iri, VANN.preferredNamespaceUri)) == CM
    assert header.value(iri, DCTERMS.title)
    assert header.value(iri, DCTERMS.description)


@pytest.mark.parametrize("path", sorted((ontology_dir() / "modules").glob("*.ttl")), ids=str)
def test_each_module_says_what_it_does_not_cover(path: Path) -> None:
    header = Graph().parse(path, format="turtle")
    (iri,) = header.subjects(RDF.type, OWL.Ontology)

    assert re.search(r"\bnot\b|\bnothing\b", str(header.value(iri, DCTERMS.description)))


@parts
def test_each_file_declares_all_it_uses_with_what_it_imports(iri: URIRef) -> None:
    known = set().union(*map(declared, closure(iri)))

    assert {str(term) for term in used(iri) - known} == set()


@parts
def test_each_file_imports_what_it_uses_and_nothing_else(iri: URIRef) -> None:
    if iri == ROOT:
        return  # it imports all of them, see below
    mine = declared(iri)
    homes = {part: declared(part) for part in files() if part != iri}
    needed = {term for term in used(iri) if any(term in terms for terms in homes.values())} - mine
    direct = set().union(*(homes[part] for part in imports(iri)))

    assert {str(term) for term in needed - direct} == set(), "import the module that declares it"
    idle = {name(part) for part in imports(iri) if not spoken_of(iri) & (homes[part] - mine)}
    assert idle == set(), "nothing of it is used"


def test_imports_go_one_way() -> None:
    order = list(TopologicalSorter({iri: imports(iri) for iri in files()}).static_order())

    assert order[-1] == ROOT
    assert name(order[0]) == "evidence"


def test_the_root_imports_every_file() -> None:
    assert imports(ROOT) == set(files()) - {ROOT}


@pytest.mark.parametrize("folder", [".", "modules", "codes"])
def test_protege_finds_every_import_in_the_catalogue(folder: str) -> None:
    # Protégé looks for a catalogue in the folder of the file that is opened, and in no other.
    here = ontology_dir() / folder
    catalogue = (here / "catalog-v001.xml").read_text(encoding="utf-8")
    found = dict(re.findall(r'<uri name="([^"]+)" uri="([^"]+)"/>', catalogue))

    assert set(found) == {str(iri) for iri in imports(ROOT)}
    for iri, path in found.items():
        assert f"<{iri}>\n" in (here / path).read_text(encoding="utf-8")


@parts
def test_every_term_says_in_which_file_it_is_defined(iri: URIRef) -> None:
    graph = files()[iri]
    defined = {s for s in graph.subjects(RDFS.label, None) if isinstance(s, URIRef) and s in CM_NS}

    assert defined or iri == ROOT
    assert {graph.value(term, RDFS.isDefinedBy) for term in defined} <= {iri}


def test_no_term_is_defined_in_two_files() -> None:
    labelled = [s for graph in files().values() for s in graph.subjects(RDFS.label, None)]

    assert len(labelled) == len(set(labelled))


def test_kinds_of_things_and_records_of_all_modules_share_no_members() -> None:
    root = files()[ROOT]
    (members,) = root.objects(None, OWL.members)
    apart = set(root.items(members))
    every = Graph()
    for graph in files().values():
        every += graph
    tops = {
        c
        for c in every.subjects(RDF.type, OWL.Class)
        if isinstance(c, URIRef)
        and c in CM_NS
        and not any(str(up).startswith(CM) for up in every.objects(c, RDFS.subClassOf))
    }

    # Stages and levels of evidence are concepts.
    assert {str(c) for c in tops - apart} == {f"{CM}Stage", f"{CM}EvidenceLevel"}
