"""A small published snapshot that holds the shipped ontology and a few things of each kind."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from kg.namespaces import PREFIXES
from kg.ontology import write_ontology_quads
from kg.snapshot import Snapshot, publish

PROLOGUE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())

#: What the sources of this snapshot say, and what follows from it; all of it is invented.
DATA = """
graph:catalogue { graph:office a cm:SourceRelease ; dct:title "Yearbook" . }
graph:office {
  cmd:pit-1 a cm:Mine ; rdfs:label "First pit"@en ; cm:atStage cm:stage-mining ;
    cm:operator cmd:firm ; cm:locatedIn cmd:AUS .
  cmd:pit-2 a cm:Mine ; rdfs:label "Second pit"@en ; cm:atStage cm:stage-mining .
  cmd:firm a cm:Company ; rdfs:label "Firm"@en .
  cmd:AUS a cm:Country ; rdfs:label "Australia"@en .
  cmd:gun a cm:DefenceSystem ; rdfs:label "Gun"@en .
  cmd:neodymium a cm:Element ; rdfs:label "Neodymium"@en .
}
<https://w3id.org/critmat/graph/derived/owl> {
  cmd:pit-1 a cm:Facility . cmd:pit-2 a cm:Facility .
  cmd:gun cm:dependsOnElement cmd:neodymium .
}
"""


def publish_with_ontology(root: Path, extension: str = "") -> Snapshot:
    """Publish the shipped ontology with some data, and what an extension says (TriG), under
    ``root``."""
    ontology = root / "ontology.nq"
    write_ontology_quads(None, ontology)
    quads = parse(PROLOGUE + DATA + extension, format=RdfFormat.TRIG, rename_blank_nodes=True)
    text = serialize(quads, format=RdfFormat.N_QUADS) or b""
    data = root / "data.nq"
    data.write_bytes(b"".join(sorted(set(text.splitlines(keepends=True)))))
    return publish([ontology, data], root, critmat_version="test")
