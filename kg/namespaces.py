"""Prefixes and IRIs of critmat.

Terms of the ontology live in ``cm:``, things and records in ``cmd:``, named graphs in ``graph:``,
and shapes in ``cms:``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

CM = "https://w3id.org/critmat/ontology#"
CMD = "https://w3id.org/critmat/id/"
GRAPH = "https://w3id.org/critmat/graph/"
CMS = "https://w3id.org/critmat/shapes#"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
QUDT = "http://qudt.org/schema/qudt/"

#: Every prefix that critmat writes and that its queries may use without declaring it elsewhere.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "cm": CM,
        "cmd": CMD,
        "graph": GRAPH,
        "cms": CMS,
        "rdf": RDF,
        "rdfs": RDFS,
        "owl": OWL,
        "xsd": XSD,
        "skos": SKOS,
        "dct": DCT,
        "prov": PROV,
        "qudt": QUDT,
        "unit": "http://qudt.org/vocab/unit/",
        "qb": "http://purl.org/linked-data/cube#",
        "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
        "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
        "org": "http://www.w3.org/ns/org#",
        "eli": "http://data.europa.eu/eli/ontology#",
        "geo": "http://www.opengis.net/ont/geosparql#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "void": "http://rdfs.org/ns/void#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "sh": "http://www.w3.org/ns/shacl#",
        "wd": "http://www.wikidata.org/entity/",
    }
)

_LOCAL_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")

GRAPH_ONTOLOGY = f"{GRAPH}ontology"
GRAPH_CATALOGUE = f"{GRAPH}catalogue"
GRAPH_QUESTIONS = f"{GRAPH}questions"
GRAPH_DERIVED_OWL = f"{GRAPH}derived/owl"
GRAPH_DERIVED_SHARES = f"{GRAPH}derived/shares"
GRAPH_DERIVED_EXPOSURE = f"{GRAPH}derived/exposure"
GRAPH_DERIVED_OWNERSHIP = f"{GRAPH}derived/ownership"
GRAPH_DERIVED_NORMALISED = f"{GRAPH}derived/normalised"
GRAPH_DERIVED_COMPARISONS = f"{GRAPH}derived/comparisons"
GRAPH_DERIVED_COVERAGE = f"{GRAPH}derived/coverage"
GRAPH_DERIVED_LISTINGS = f"{GRAPH}derived/listings"
GRAPH_DERIVED_CONTENTS = f"{GRAPH}derived/contents"
GRAPH_DERIVED_CAPACITIES = f"{GRAPH}derived/capacities"
GRAPH_DERIVED_RECORD_COUNTS = f"{GRAPH}derived/record-counts"
#: Below it one graph for each year and threshold, ``.../latest/50``.
GRAPH_DERIVED_MAJOR_SOURCES = f"{GRAPH}derived/major-sources"


def is_local_name(text: str) -> bool:
    """Tell whether ``text`` may stand behind a prefix: letters, digits, ``.``, ``_``, ``-``.

    >>> is_local_name("f-35"), is_local_name("no spaces"), is_local_name("ends.")
    (True, False, False)
    """
    return _LOCAL_NAME.fullmatch(text) is not None


def expand(curie: str) -> str:
    """Give the IRI of a prefixed name.

    Raises ``KeyError`` with the unknown prefix.

    >>> expand("cmd:neodymium")
    'https://w3id.org/critmat/id/neodymium'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """Give the shortest prefixed name of an IRI, or the IRI itself where none of ours fits.

    >>> shorten("https://w3id.org/critmat/id/f-35")
    'cmd:f-35'
    >>> shorten("https://example.org/x")
    'https://example.org/x'
    """
    best = ""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(namespace) > len(PREFIXES.get(best, "")):
            best = prefix
    local = iri[len(PREFIXES[best]) :] if best else ""
    return f"{best}:{local}" if best and is_local_name(local) else iri


def sparql_prologue() -> str:
    """Give ``PREFIX`` lines for every prefix of critmat, one a line."""
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
