"""The ontology as files: which ones there are, and all of them as one graph.

The graph holds the modules, the code lists and the mappings of terms and codes. It is written as
quads for the build, and as triples without imports for tools that read one file, such as owlready2.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from kg.errors import CritmatError
from kg.mappings import read_mapping_set
from kg.namespaces import CM, GRAPH_ONTOLOGY, OWL
from kg.quad_file import write_sorted
from kg.shipped import ontology_dir

_IMPORTS = NamedNode(f"{OWL}imports")


class OntologyError(CritmatError):
    """A file of the ontology that cannot be read."""

    title = "Unreadable ontology"


def ontology_files(folder: Path | None = None) -> list[Path]:
    """Give the Turtle files of the ontology, in an order that never changes: ``critmat.ttl`` first,
    then code lists and modules by name.

    Raises :class:`OntologyError` where ``folder`` has no ``critmat.ttl``.
    """
    folder = folder or ontology_dir()
    root = folder / "critmat.ttl"
    if not root.is_file():
        raise OntologyError(
            f"There is no critmat.ttl in {folder}.",
            remedy="Give the folder that holds critmat.ttl, modules/ and codes/.",
        )
    parts = (path for part in ("codes", "modules") for path in (folder / part).glob("*.ttl"))
    return [root, *sorted(parts)]


def mapping_files(folder: Path | None = None) -> list[Path]:
    """Give the mapping sets (SSSOM) of the ontology by name."""
    return sorted(((folder or ontology_dir()) / "mappings").glob("*.sssom.tsv"))


def ontology_dataset(folder: Path | None = None) -> Dataset:
    """Read every file of the ontology into the default graph of one data set.

    Blank nodes are named by the standard algorithm (https://www.w3.org/TR/rdf-canon/), so the same
    files give the same triples. Of the mappings, those whose subject is a term or code are taken.

    Raises :class:`OntologyError` with file and place for Turtle that does not parse, and
    :class:`kg.mappings.MappingSetError` for a mapping set that does not.
    """
    dataset = Dataset()
    for path in ontology_files(folder):
        try:
            for quad in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True):
                dataset.add(quad)
        except SyntaxError as error:
            raise OntologyError(
                f"{path.name}: {error}.", remedy="Mend the Turtle at that place."
            ) from error
    for path in mapping_files(folder):
        for row in read_mapping_set(path).rows:
            if row.subject.startswith(CM):
                subject, predicate, match = map(NamedNode, (row.subject, row.predicate, row.object))
                dataset.add(Quad(subject, predicate, match, DefaultGraph()))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def write_ontology_quads(folder: Path | None, out: Path) -> int:
    """Write the ontology as sorted N-Quads in its named graph and give the number of quads.

    The same files give the same bytes.
    """
    graph = NamedNode(GRAPH_ONTOLOGY)
    return _write(
        {str(Quad(q.subject, q.predicate, q.object, graph)) for q in ontology_dataset(folder)}, out
    )


def write_ontology_triples(out: Path, folder: Path | None = None) -> int:
    """Write the ontology as one file of sorted N-Triples and give the number of triples.

    Import statements are left out, since everything is inside: no reader has a reason to reach
    for the network.
    """
    return _write({str(q.triple) for q in ontology_dataset(folder) if q.predicate != _IMPORTS}, out)


def _write(statements: set[str], out: Path) -> int:
    write_sorted((f"{statement} .\n" for statement in statements), out)
    return len(statements)
