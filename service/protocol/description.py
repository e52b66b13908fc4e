"""What this endpoint is, in the words of SPARQL 1.1 Service Description and VoID."""

from __future__ import annotations

from rdflib import RDF, XSD, BNode, Graph, Literal, Namespace, URIRef

from kg.namespaces import GRAPH_CATALOGUE
from service.protocol.negotiation import GRAPH_FORMATS, SOLUTION_FORMATS, Format

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
DCT = Namespace("http://purl.org/dc/terms/")
FORMATS = Namespace("http://www.w3.org/ns/formats/")

_FORMAT_IRIS = {
    "application/sparql-results+json": FORMATS.SPARQL_Results_JSON,
    "application/sparql-results+xml": FORMATS.SPARQL_Results_XML,
    "text/csv": FORMATS.SPARQL_Results_CSV,
    "text/tab-separated-values": FORMATS.SPARQL_Results_TSV,
    "text/turtle": FORMATS.Turtle,
    "application/n-triples": FORMATS["N-Triples"],
    "application/rdf+xml": FORMATS.RDF_XML,
}
_SERIALISERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}


def describe(
    endpoint: str, snapshot_id: str, triples: int, graphs: dict[str, int], target: Format
) -> bytes:
    """Write the description of the endpoint at the address ``endpoint``.

    ``triples`` counts those of the data set's default graph, ``graphs`` those of each named graph
    by IRI.
    """
    graph = Graph()
    for prefix, namespace in (("sd", SD), ("void", VOID), ("dct", DCT), ("format", FORMATS)):
        graph.bind(prefix, namespace)
    service, data_set, default = URIRef(f"{endpoint}#service"), BNode("dataset"), BNode("default")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(endpoint)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    for written in (*SOLUTION_FORMATS, *GRAPH_FORMATS):
        graph.add((service, SD.resultFormat, _FORMAT_IRIS[written.media_type]))
    graph.add((service, SD.defaultDataset, data_set))
    graph.add((data_set, RDF.type, SD.Dataset))
    graph.add((data_set, RDF.type, VOID.Dataset))
    graph.add((data_set, DCT.title, Literal("critmat", lang="en")))
    graph.add((data_set, DCT.identifier, Literal(snapshot_id)))
    graph.add((data_set, VOID.sparqlEndpoint, URIRef(endpoint)))
    graph.add((data_set, DCT.source, URIRef(GRAPH_CATALOGUE)))
    graph.add((data_set, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    graph.add((default, VOID.triples, Literal(triples, datatype=XSD.integer)))
    for number, (iri, count) in enumerate(sorted(graphs.items())):
        named, content = BNode(f"named{number}"), BNode(f"graph{number}")
        graph.add((data_set, SD.namedGraph, named))
        graph.add((named, SD.name, URIRef(iri)))
        graph.add((named, SD.graph, content))
        graph.add((content, RDF.type, SD.Graph))
        graph.add((content, VOID.triples, Literal(count, datatype=XSD.integer)))
    return graph.serialize(format=_SERIALISERS[target.media_type], encoding="utf-8")
