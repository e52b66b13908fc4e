"""What this endpoint is, in the words of SPARQL 1.1 Service Description and VoID.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import RDF, XSD, BNode, Graph, Literal, Namespace, URIRef

from kg.namespaces import GRAPH_CATALOGUE
from service.protocol.negotiation import GRAPH_FORMATS, SOLUTION_FORMATS, Format

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
DCT = Namespace("http://purl.org/dc/terms/")
FORMATS = Namespace("http://www.w3.org/ns/formats/")

#: The IRIs of the formats, https://www.w3.org/ns/formats/.
FORMAT_IRIS = {
    "application/sparql-results+json": FORMATS.SPARQL_Results_JSON,
    "application/sparql-results+xml": FORMATS.SPARQL_Results_XML,
    "text/csv": FORMATS.SPARQL_Results_CSV,
    "text/tab-separated-values": FORMATS.SPARQL_Results_TSV,
    "text/turtle": FORMATS.Turtle,
    "application/n-triples": FORMATS["N-Triples"],
    "application/rdf+xml": FORMATS.RDF_XML,
    "application/ld+json": FORMATS["JSON-LD"],
    "application/trig": FORMATS.TriG,
    "application/n-quads": FORMATS["N-Quads"],
}
# A description has no named graphs: its N-Quads are N-Triples, its TriG is Turtle.
_SERIALISERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/trig": "turtle",
    "application/n-quads": "nt",
}
_PREFIXES = {"sd": SD, "void": VOID, "dct": DCT, "format": FORMATS}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint over a data set: its address, the snapshot it answers from, the triples of the
    default graph, those of each named graph by IRI; and where updates go, empty where none do."""

    address: str
    snapshot_id: str
    triples: int
    graphs: Mapping[str, int]
    update_address: str = ""


def describe(endpoint: Endpoint) -> Graph:
    """The description of an endpoint and its data set."""
    graph = Graph()
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace)
    service, data_set = URIRef(f"{endpoint.address}#service"), URIRef(f"{endpoint.address}#dataset")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(endpoint.address)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    for written in (*SOLUTION_FORMATS, *GRAPH_FORMATS):
        graph.add((service, SD.resultFormat, FORMAT_IRIS[written.media_type]))
    graph.add((service, SD.defaultDataset, data_set))
    if endpoint.update_address:
        _describe_updates(graph, endpoint.update_address, data_set)
    default = BNode("default")
    graph.add((data_set, RDF.type, SD.Dataset))
    graph.add((data_set, RDF.type, VOID.Dataset))
    graph.add((data_set, DCT.title, Literal("critmat", lang="en")))
    graph.add((data_set, DCT.identifier, Literal(endpoint.snapshot_id)))
    graph.add((data_set, VOID.sparqlEndpoint, URIRef(endpoint.address)))
    graph.add((data_set, VOID.triples, _count(endpoint.triples)))
    if GRAPH_CATALOGUE in endpoint.graphs:
        graph.add((data_set, DCT.source, URIRef(GRAPH_CATALOGUE)))
    graph.add((data_set, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    graph.add((default, VOID.triples, _count(endpoint.triples)))
    for number, (iri, count) in enumerate(sorted(endpoint.graphs.items())):
        named, content = BNode(f"named{number}"), BNode(f"graph{number}")
        graph.add((data_set, SD.namedGraph, named))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, URIRef(iri)))
        graph.add((named, SD.graph, content))
        graph.add((content, RDF.type, SD.Graph))
        graph.add((content, VOID.triples, _count(count)))
    return graph


def _describe_updates(graph: Graph, address: str, data_set: URIRef) -> None:
    """Updates have an endpoint of their own, so they are a service of their own."""
    service = URIRef(f"{address}#service")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(address)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Update))
    graph.add((service, SD.defaultDataset, data_set))
    for read in GRAPH_FORMATS:
        graph.add((service, SD.inputFormat, FORMAT_IRIS[read.media_type]))


def written(graph: Graph, target: Format) -> bytes:
    """A description in one of the formats of graphs."""
    return graph.serialize(format=_SERIALISERS[target.media_type], encoding="utf-8")


def _count(number: int) -> Literal:
    return Literal(number, datatype=XSD.integer)
