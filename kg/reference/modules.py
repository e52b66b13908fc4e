"""The modules of an ontology: its documents, and where each term is at home."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pyoxigraph import NamedNode

from kg.namespaces import DCT, GRAPH, GRAPH_ONTOLOGY, OWL, RDF, RDFS, is_local_name
from kg.reference.model import Module, Term
from kg.reference.statements import Statements

#: The IRI of the ontology as a whole; those of its modules begin with it.
ROOT = "https://w3id.org/critmat/ontology"

_ONTOLOGY = NamedNode(f"{OWL}Ontology")


def home_of(statements: Statements, node: NamedNode) -> str:
    """The IRI of the document that defines a term, or of the graph that it was found in."""
    stated = statements.named(node, f"{RDFS}isDefinedBy")
    if stated:
        return stated[0].value
    graph = statements.about(node)[0].graph
    here = [document for document, of in _documents(statements).items() if of == graph]
    if graph == GRAPH_ONTOLOGY:
        return ROOT
    return here[0] if len(here) == 1 else graph


def find_modules(statements: Statements, terms: Iterable[Term]) -> dict[str, Module]:
    """Every document by IRI: first ours, those that others import before those that import
    them; then those of extensions. A home of terms without a header gets a module too."""
    homes: dict[str, list[str]] = {}
    graphs: dict[str, str] = {}
    for term in terms:
        homes.setdefault(term.module, []).append(term.iri)
        graphs.setdefault(term.module, term.graph)
    documents = _documents(statements)
    found: dict[str, Module] = {}
    for iri in sorted({*documents, *homes}):
        module = _module(statements, iri, documents.get(iri) or graphs.get(iri, ""))
        found[iri] = replace(module, terms=tuple(homes.get(iri, ())))
    ordered = sorted(found.values(), key=lambda m: (not _ours(m.iri), _depth(m.iri, found), m.iri))
    taken: set[str] = set()
    named: dict[str, Module] = {}
    for module in ordered:
        name = _name(module.iri, taken)
        taken.add(name)
        named[module.iri] = replace(module, name=name)
    return named


def _documents(statements: Statements) -> dict[str, str]:
    """Each ontology document and the graph that its header stands in."""
    return {
        s.subject.value: s.graph
        for s in statements.with_predicate(f"{RDF}type")
        if s.object == _ONTOLOGY and isinstance(s.subject, NamedNode)
    }


def _module(statements: Statements, iri: str, graph: str) -> Module:
    node = NamedNode(iri)

    def text(*predicates: str) -> str:
        found = (t for predicate in predicates for t in statements.texts(node, predicate))
        return next(iter(found), "")

    licences = [n.value for n in statements.objects(node, f"{DCT}license")]
    versions = statements.named(node, f"{OWL}versionIRI")
    return Module(
        iri=iri,
        name="",
        title=text(f"{DCT}title", f"{RDFS}label") or iri.rpartition("/")[2] or iri,
        description=text(f"{DCT}description"),
        version=text(f"{OWL}versionInfo"),
        version_iri=versions[0].value if versions else "",
        licence=licences[0] if licences else "",
        creators=tuple(
            n.value
            for predicate in ("creator", "contributor")
            for n in statements.objects(node, DCT + predicate)
        ),
        comments=tuple(statements.texts(node, f"{RDFS}comment")),
        imports=tuple(n.value for n in statements.named(node, f"{OWL}imports")),
        graph=graph,
    )


def _ours(iri: str) -> bool:
    return iri == ROOT or iri.startswith(f"{ROOT}/")


def _depth(iri: str, modules: Mapping[str, Module], above: tuple[str, ...] = ()) -> int:
    """The length of the longest way down over imports; a circle ends where it closes."""
    if iri not in modules or iri in above:
        return 0
    imports = (i for i in modules[iri].imports if "/codes/" not in i)
    return 1 + max((_depth(i, modules, (*above, iri)) for i in imports), default=0)


def _name(iri: str, taken: set[str]) -> str:
    """A name for an address: ``substances``, ``codes/stages``, or for others their last word."""
    if iri == ROOT:
        return ""
    local = iri.removeprefix(f"{ROOT}/") if _ours(iri) else iri.removeprefix(GRAPH)
    parts = local.split("/")
    if _ours(iri) and len(parts) <= 2 and all(map(is_local_name, parts)):
        name = local
    else:
        last = iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
        name = last if is_local_name(last) else "extension"
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique
