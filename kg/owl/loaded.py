"""The files of one request as the OWL API reads them; for the side with Java in it only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

#: Where the classes of the OWL API are.
OWL_API = "org.semanticweb.owlapi"


def java_class(name: str) -> Any:
    """A class of Java by its full name; the Java machine must run."""
    return import_module("jpype").JClass(name)


def axiom_type(name: str) -> Any:
    """A kind of axiom, such as ``DATA_PROPERTY_ASSERTION``."""
    return getattr(java_class(f"{OWL_API}.model.AxiomType"), name)


def kind_of(entity: Any) -> str:
    """What a name stands for: ``Class``, ``ObjectProperty``, ``DataProperty`` and so on."""
    return str(entity.getEntityType().getName())


def is_value(axiom: Any) -> bool:
    """Tell whether an axiom is a fact with a literal."""
    return str(axiom.getAxiomType().getName()) == "DataPropertyAssertion"


class LoadedFiles:
    """The axioms of each file, and of all together as ``ontology``.

    ``unread`` holds triples that are part of no axiom; ``whole`` may name the axiom that an axiom
    is a part of, so that :meth:`statement` knows its files.
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.manager = java_class(f"{OWL_API}.apibinding.OWLManager").createOWLOntologyManager()
        self.factory = self.manager.getOWLDataFactory()
        self.unread: list[dict[str, str]] = []
        self.whole: dict[Any, Any] = {}
        self._files = [
            (document["name"], self._read(document, request["declarations"]))
            for document in request["documents"]
        ]
        everything = java_class("java.util.HashSet")()
        for _, axioms in self._files:
            everything.addAll(axioms)
        self.ontology = self.manager.createOntology(everything)

    def _read(self, document: Mapping[str, Any], declarations: str) -> Any:
        """The axioms of one file. What other files declare is told to the parser beforehand, since
        it could not tell a class from an individual otherwise."""
        text = declarations + Path(document["path"]).read_text(encoding="utf-8")
        manager = java_class(f"{OWL_API}.apibinding.OWLManager").createOWLOntologyManager()
        ontology = manager.createOntology()
        parser = java_class("uk.ac.manchester.cs.owl.owlapi.turtle.parser.TurtleOntologyParser")()
        form = parser.parse(java_class(f"{OWL_API}.io.StringDocumentSource")(text), ontology)
        for triple in form.getOntologyLoaderMetaData().getUnparsedTriples():
            self.unread.append({"file": document["name"], "triple": str(triple)})
        axioms = java_class("java.util.HashSet")(ontology.getAxioms())
        own = {tuple(pair) for pair in document["declares"]}
        for axiom in ontology.getAxioms(axiom_type("DECLARATION")):
            entity = axiom.getEntity()
            if (kind_of(entity), str(entity.getIRI())) not in own:
                axioms.remove(axiom)
        header = ontology.getOntologyID().getOntologyIRI()
        for note in ontology.getAnnotations():
            axioms.add(self.factory.getOWLAnnotationAssertionAxiom(header, note))
        return axioms

    def statement(self, axiom: Any) -> dict[str, Any]:
        """An axiom in the functional syntax of OWL, and the files in which it stands."""
        whole = self.whole.get(axiom, axiom)
        writer = java_class("java.io.StringWriter")()
        renderer = java_class("org.coode.owlapi.functionalrenderer.OWLObjectRenderer")
        axiom.getAxiomWithoutAnnotations().accept(renderer(self.ontology, writer))
        files = [name for name, axioms in self._files if axioms.contains(whole)]
        return {"text": str(writer), "files": files}

    def unknown_datatypes(self) -> Iterator[tuple[Any, str]]:
        """Logical axioms with a datatype that is neither in the OWL 2 map nor defined."""
        built_in = java_class(f"{OWL_API}.vocab.OWL2Datatype")
        for datatype in self.ontology.getDatatypesInSignature():
            defined = not self.ontology.getDatatypeDefinitions(datatype).isEmpty()
            if defined or built_in.isBuiltIn(datatype.getIRI()):
                continue
            for axiom in self.ontology.getReferencingAxioms(datatype):
                if axiom.isLogicalAxiom():
                    yield axiom, str(datatype.getIRI())
