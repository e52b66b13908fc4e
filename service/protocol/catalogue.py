"""``/.well-known/void``: what data are here, in VoID, DCAT and Service Description.

https://www.w3.org/TR/void/#well-known, https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, request
from rdflib import RDF, XSD, BNode, Graph, Literal, Namespace, URIRef

from kg.namespaces import CM, CMD, GRAPH, GRAPH_QUESTIONS, OWL, PREFIXES
from kg.questions.triples import QUESTION, SCHEMA
from service import parameters
from service.addresses import public_address
from service.context import Service, service
from service.protocol import caching
from service.protocol.description import DCT, FORMAT_IRIS, VOID, Endpoint, describe, written
from service.protocol.negotiation import (
    GRAPH_FORMATS,
    SOLUTION_FORMATS,
    by_name,
    choose_or_refuse,
    content_type,
)

blueprint = Blueprint("catalogue", __name__)

DCAT = Namespace(PREFIXES["dcat"])
FOAF = Namespace(PREFIXES["foaf"])
#: Media types have IRIs in DCAT.
_MEDIA = "https://www.iana.org/assignments/media-types/"


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The data set, its source releases, classes and properties, and where to ask."""
    here = service()
    name = parameters.single(parameters.of_url(request), "format")
    if name is None:
        target, label = choose_or_refuse(request.headers.get("Accept", "*/*"), GRAPH_FORMATS)
    else:
        target = by_name(name, GRAPH_FORMATS)
        label = target.media_type
    address, snapshot_id = public_address(), here.engine.snapshot_id
    tag = caching.entity_tag("void", here.version, snapshot_id, address, label)
    if caching.matches(request, tag):
        return _marked(Response(status=304), tag, snapshot_id)
    response = Response(written(describe_data(here, address, snapshot_id), target))
    response.content_type = content_type(label)
    return _marked(response, tag, snapshot_id)


def _marked(response: Response, tag: str, snapshot_id: str) -> Response:
    response.vary.add("Accept")
    response.headers["X-Critmat-Snapshot"] = snapshot_id
    return caching.mark(response, tag)


def endpoint_of(here: Service, address: str, snapshot_id: str) -> Endpoint:
    """The SPARQL endpoint of the service at an address."""
    return Endpoint(
        address=f"{address}/sparql",
        snapshot_id=snapshot_id,
        triples=here.sizes.triples(),
        graphs=here.sizes.graphs(),
        update_address=f"{address}/update" if here.settings.enable_updates else "",
    )


def describe_data(here: Service, address: str, snapshot_id: str) -> Graph:
    """All that is said of the data set, counted in it."""
    graph = describe(endpoint_of(here, address, snapshot_id))
    for prefix, namespace in (("dcat", DCAT), ("foaf", FOAF)):
        graph.bind(prefix, str(namespace))
    document = URIRef(f"{address}/.well-known/void")
    data_set = URIRef(f"{address}/sparql#dataset")
    graph.add((document, RDF.type, VOID.DatasetDescription))
    graph.add((document, DCT.title, Literal("What data are here", lang="en")))
    graph.add((document, FOAF.primaryTopic, data_set))
    graph.add((data_set, RDF.type, DCAT.Dataset))
    graph.add((data_set, FOAF.homepage, URIRef(f"{address}/")))
    graph.add((data_set, DCAT.version, Literal(snapshot_id)))
    graph.add((data_set, VOID.feature, FORMAT_IRIS["text/turtle"]))
    _rights(graph, here, data_set)
    _counts(graph, here, data_set)
    _access(graph, address, data_set)
    _sources(graph, here, data_set)
    _examples(graph, here, address)
    return graph


def _rights(graph: Graph, here: Service, data_set: URIRef) -> None:
    """Rights and vocabulary, as the ontology in the data states them."""
    for row in here.reading.page("ontology_header"):
        graph.add((data_set, VOID.vocabulary, URIRef(CM)))
        if row.get("license", "").startswith(("http://", "https://")):
            graph.add((data_set, DCT.license, URIRef(row["license"])))
        if "creator" in row:
            publisher = BNode("publisher")
            graph.add((data_set, DCT.publisher, publisher))
            graph.add((publisher, RDF.type, FOAF.Agent))
            graph.add((publisher, FOAF.name, Literal(row["creator"])))
        if "title" in row:
            graph.add((data_set, DCT.description, Literal(row["title"], lang="en")))


def _counts(graph: Graph, here: Service, data_set: URIRef) -> None:
    """Sizes: subjects, and the members of each class and triples of each property."""
    classes, properties = here.sizes.classes(), here.sizes.properties()
    graph.add((data_set, VOID.distinctSubjects, _number(here.sizes.subjects())))
    graph.add((data_set, VOID.classes, _number(len(classes))))
    graph.add((data_set, VOID.properties, _number(len(properties))))
    for number, (iri, members) in enumerate(sorted(classes.items())):
        part = BNode(f"class{number}")
        graph.add((data_set, VOID.classPartition, part))
        graph.add((part, VOID["class"], URIRef(iri)))
        graph.add((part, VOID.entities, _number(members)))
    for number, (iri, triples) in enumerate(sorted(properties.items())):
        part = BNode(f"property{number}")
        graph.add((data_set, VOID.propertyPartition, part))
        graph.add((part, VOID.property, URIRef(iri)))
        graph.add((part, VOID.triples, _number(triples)))
    used = classes.keys() | properties.keys()
    for namespace in PREFIXES.values():
        if namespace != OWL and any(iri.startswith(namespace) for iri in used):
            graph.add((data_set, VOID.vocabulary, URIRef(namespace)))


def _access(graph: Graph, address: str, data_set: URIRef) -> None:
    """Where the data can be had: the endpoint as a service, each format as a distribution."""
    graph.add((data_set, VOID.uriSpace, Literal(CMD)))
    graph.add((data_set, VOID.uriLookupEndpoint, URIRef(f"{address}/id?iri=")))
    service_iri = URIRef(f"{address}/sparql#service")
    graph.add((service_iri, RDF.type, DCAT.DataService))
    graph.add((service_iri, DCT.title, Literal("SPARQL endpoint", lang="en")))
    graph.add((service_iri, DCAT.endpointURL, URIRef(f"{address}/sparql")))
    graph.add((service_iri, DCAT.endpointDescription, URIRef(f"{address}/openapi.json")))
    graph.add((service_iri, DCAT.servesDataset, data_set))
    everything = quote("CONSTRUCT WHERE { ?s ?p ?o }")
    for number, format_ in enumerate((*GRAPH_FORMATS, *SOLUTION_FORMATS)):
        distribution = BNode(f"distribution{number}")
        graph.add((data_set, DCAT.distribution, distribution))
        graph.add((distribution, RDF.type, DCAT.Distribution))
        graph.add((distribution, DCAT.accessService, service_iri))
        graph.add((distribution, DCAT.mediaType, URIRef(_MEDIA + format_.media_type)))
        graph.add((distribution, DCT["format"], FORMAT_IRIS[format_.media_type]))
        if format_ in GRAPH_FORMATS:
            file = f"{address}/sparql?query={everything}&format={format_.names[0]}"
            graph.add((distribution, DCAT.downloadURL, URIRef(file)))
            graph.add((data_set, VOID.dataDump, URIRef(file)))
        graph.add((distribution, DCAT.accessURL, URIRef(f"{address}/sparql")))


def _sources(graph: Graph, here: Service, data_set: URIRef) -> None:
    """The source releases that the data rest on, each with its own rights."""
    for row in here.reading.page("sources"):
        source = URIRef(row["source"])
        if not row["source"].startswith(GRAPH):
            continue
        graph.add((data_set, DCT.source, source))
        graph.add((source, RDF.type, DCAT.Dataset))
        graph.add((source, DCT.title, Literal(row["title"])))
        for name, term in (("publisher", DCT.publisher), ("licence", DCT.rights)):
            if name in row:
                graph.add((source, term, Literal(row[name])))
        if "date" in row:
            graph.add((source, DCT.issued, Literal(row["date"])))


def _examples(graph: Graph, here: Service, address: str) -> None:
    """Where the questions in the data can be asked, which the data themselves do not know."""
    if GRAPH_QUESTIONS not in here.sizes.graphs():
        return
    graph.bind("schema", SCHEMA)
    endpoint = URIRef(f"{address}/sparql")
    for question in here.catalogue:
        graph.add((URIRef(QUESTION + question), URIRef(f"{SCHEMA}target"), endpoint))


def _number(count: int) -> Literal:
    return Literal(count, datatype=XSD.integer)
