"""Tests of the service description: https://www.w3.org/TR/sparql11-service-description/

The suite says in a sentence each what is to be seen; "conforms to schema" is taken to mean the
classes, properties, domains and ranges of sections 3 and 4 of the recommendation.
"""

from __future__ import annotations

from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from tests.w3c import graphs
from tests.w3c.client import Client, Reply
from tests.w3c.judgement import Verdict, failed, passed
from tests.w3c.manifests import Case

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

_CLASSES = {
    "Service", "Feature", "Language", "Function", "Aggregate", "EntailmentRegime",
    "EntailmentProfile", "GraphCollection", "Dataset", "Graph", "NamedGraph",
}  # fmt: skip
#: Domain and range of each property (sections 3.4); "" where any resource will do.
_PROPERTIES = {
    "endpoint": ("Service", ""),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
#: A data set is a collection of graphs, and languages and the like are features (section 3.2).
_ABOVE = {
    "Dataset": "GraphCollection", "Language": "Feature", "Function": "Feature",
    "Aggregate": "Feature",
}  # fmt: skip
_INSTANCES = {
    "SPARQL10Query": "Language",
    "SPARQL11Query": "Language",
    "SPARQL11Update": "Language",
    "DereferencesURIs": "Feature",
    "UnionDefaultGraph": "Feature",
    "RequiresDataset": "Feature",
    "EmptyGraphs": "Feature",
    "BasicFederatedQuery": "Feature",
}
#: Classes that share no member (section 3.2 defines them as kinds of different things).
_APART = ("Service", "Feature", "EntailmentRegime", "GraphCollection", "Graph", "NamedGraph")


def service_description(case: Case, client: Client) -> Verdict:
    """Ask the endpoint without a query for its description, and look at that."""
    reply = client.send("GET", "/sparql", {"Accept": "text/turtle"})
    if reply.status != 200:
        return failed(case, reply)
    endpoint = f"{client.address}/sparql"
    try:
        found = graphs.read_graph(reply.body, reply.media_type, endpoint)
    except (ValueError, SyntaxError) as error:
        return failed(case, f"no RDF: {error}")
    looked_at = {
        "returns-rdf": lambda: _without_accept(client),
        "has-endpoint-triple": lambda: _endpoint(found, endpoint),
        "conforms-to-schema": lambda: "; ".join(faults(found)),
    }
    wrong = looked_at[case.id.partition("/")[2]]()
    return failed(case, wrong) if wrong else passed(case)


def _without_accept(client: Client) -> str:
    reply: Reply = client.send("GET", "/sparql")
    try:
        found = graphs.read_graph(reply.body, reply.media_type, f"{client.address}/sparql")
    except (ValueError, SyntaxError) as error:
        return f"a plain GET gives no RDF: {error}"
    return "" if len(found) else "the graph is empty"


def _endpoint(found: Graph, endpoint: str) -> str:
    named = list(found.objects(None, SD.endpoint))
    return "" if URIRef(endpoint) in named else f"{endpoint} expected: {named}"


def faults(found: Graph) -> list[str]:
    """What in a service description goes against its vocabulary; nothing where all is well."""
    return [*_unknown_words(found), *_misplaced(found), *_incomplete(found)]


def _word(node: Node) -> str:
    return str(node).removeprefix(str(SD)) if str(node).startswith(str(SD)) else ""


def _unknown_words(found: Graph) -> list[str]:
    properties = {_word(p) for p in found.predicates()} - {""} - _PROPERTIES.keys()
    classes = {_word(o) for o in found.objects(None, RDF.type)} - {""} - _CLASSES
    others = {_word(o) for o in found.objects()} - {""} - _CLASSES - _INSTANCES.keys()
    return [f"sd:{word} is not in the vocabulary" for word in sorted(properties | classes | others)]


def _misplaced(found: Graph) -> list[str]:
    """Literals where a resource belongs, and things that would be of two kinds at once."""
    kinds: dict[Node, set[str]] = {}
    wrong = []
    for subject, predicate, value in found:
        if predicate == RDF.type and _word(value):
            kinds.setdefault(subject, set()).add(_word(value))
        if _word(predicate) not in _PROPERTIES:
            continue
        domain, range_ = _PROPERTIES[_word(predicate)]
        kinds.setdefault(subject, set()).add(domain)
        if isinstance(value, Literal):
            wrong.append(f"{predicate} has the literal {value}")
        elif range_:
            kinds.setdefault(value, set()).add(range_)
    for node, of in kinds.items():
        if _word(node) in _INSTANCES:
            of.add(_INSTANCES[_word(node)])
        top = {_ABOVE.get(kind, kind) for kind in of} & set(_APART)
        if len(top) > 1:
            wrong.append(f"{node} would be {' and '.join(sorted(top))}")
    return wrong


def _incomplete(found: Graph) -> list[str]:
    """A service without an endpoint, a named graph without a name, a name that is none."""
    wrong = [
        f"{node} has {len(list(found.objects(node, SD.endpoint)))} endpoints"
        for node in found.subjects(RDF.type, SD.Service)
        if len(list(found.objects(node, SD.endpoint))) != 1
    ]
    if (None, RDF.type, SD.Service) not in found:
        wrong.append("no sd:Service")
    for node in found.objects(None, SD.namedGraph):
        names = list(found.objects(node, SD.name))
        if len(names) != 1 or isinstance(names[0], BNode):
            wrong.append(f"{node} has the names {names}")
    return wrong
