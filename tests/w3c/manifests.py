"""Test suites in the layout of the W3C's, read from their manifests.

The files of the W3C's suites are those of https://github.com/w3c/rdf-tests, folders
``sparql/sparql11`` and ``sparql/sparql12``. They are no part of this project: they are looked for
in the folders that ``CRITMAT_W3C_TESTS`` and ``CRITMAT_SPARQL12`` name, else in
``shared/data/w3c-sparql11`` and ``shared/data/w3c-sparql12`` beside the checkout. The tests in
``own`` are ours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Edition:
    """A suite: its folder, and the address that its files have for relative IRIs."""

    folder: Path
    base: str

    def iri_of(self, path: Path) -> str:
        """The address of a file."""
        return self.base + path.relative_to(self.folder).as_posix()

    def path_of(self, iri: str) -> Path:
        """The file at an address."""
        return self.folder / iri.removeprefix(self.base)


SPARQL11 = Edition(
    Path(os.environ.get("CRITMAT_W3C_TESTS") or _BESIDE / "w3c-sparql11"),
    "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/",
)
SPARQL12 = Edition(
    Path(os.environ.get("CRITMAT_SPARQL12") or _BESIDE / "w3c-sparql12"),
    "https://w3c.github.io/rdf-tests/sparql/sparql12/",
)
#: Tests of SPARQL 1.2 that were written for this project from the specification.
OWN = Edition(Path(__file__).with_name("own"), "https://example.org/own-tests/")

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")

#: Superseded by ``graph-store-protocol``, as the manifest itself says.
_DEPRECATED = "http-rdf-update"


class Suite(StrEnum):
    """A part of the test suite; the value is its title."""

    QUERY = "Query evaluation"
    QUERY_SYNTAX = "Query syntax"
    UPDATE = "Update evaluation"
    UPDATE_SYNTAX = "Update syntax"
    RESULTS = "Result formats (JSON, CSV, TSV)"
    PROTOCOL = "Protocol"
    GRAPH_STORE = "Graph Store HTTP Protocol"
    DESCRIPTION = "Service description"
    FEDERATED = "Federated query"
    ENTAILMENT = "Entailment regimes"


#: What critmat does not offer, so that there is nothing to pass or fail.
NOT_OFFERED = {
    Suite.FEDERATED: "`SERVICE` is refused with 403, so that nobody can make the service call "
    "other machines. A test sees to it that each of these is refused.",
    Suite.ENTAILMENT: "Queries are answered over the triples that are there. What follows from "
    "the ontology is derived when the graph is built, not when it is asked.",
}


@dataclass(frozen=True, slots=True)
class DataSet:
    """Files that make a data set: those of the default graph, and of each named graph by IRI."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request of a protocol test, and what is said of its response.

    ``statuses`` are names such as ``Created`` or ``StatusCode4xx``, one of which must fit.
    ``location`` is the variable that holds the response's ``Location`` from then on.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    form: str = ""
    boolean: bool | None = None
    content: str | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One test. ``text`` is its query or update, ``positive`` whether it is to be accepted."""

    id: str
    title: str
    suite: Suite
    edition: Edition = SPARQL11
    text: Path | None = None
    positive: bool = True
    before: DataSet = DataSet()
    after: DataSet = DataSet()
    result: Path | None = None
    requests: tuple[Request, ...] = ()

    @property
    def base(self) -> str:
        """The IRI that relative IRIs of the query or update are resolved against."""
        assert self.text is not None
        return self.edition.iri_of(self.text)

    def missing(self) -> list[Path]:
        """The files of this test that are not in the folder, so that it cannot be run."""
        sets = (self.before, self.after)
        files = [path for data in sets for path in (*data.default, *dict(data.named).values())]
        files += [path for path in (self.text, self.result) if path is not None]
        return sorted({path for path in files if not path.is_file()})


def cases(edition: Edition = SPARQL11) -> list[Case]:
    """Every test of a suite in the order of the manifests, without the deprecated ones."""
    found: list[Case] = []
    for path in sorted(edition.folder.glob("*/manifest*.ttl")):
        if path.parent.name != _DEPRECATED:
            found += _Manifest(path, edition).cases()
    return found


class _Manifest:
    def __init__(self, path: Path, edition: Edition) -> None:
        self.folder = path.parent
        self.edition = edition
        self.graph = Graph().parse(path, format="turtle", publicID=edition.iri_of(path))

    def cases(self) -> Iterator[Case]:
        for entries in self.graph.objects(None, MF.entries):
            for entry in Collection(self.graph, entries):
                yield self._case(entry)

    def _case(self, entry: Node) -> Case:
        kind = str(self.graph.value(entry, RDF.type)).removeprefix(str(MF))
        action, result = self._value(entry, MF.action), self._value(entry, MF.result)
        text = next(
            (
                self._path(node)
                for node in (self._value(action, QT.query), self._value(action, UT.request), action)
                if isinstance(node, URIRef)
            ),
            None,
        )
        return Case(
            id=f"{self.folder.name}/{str(entry).rpartition('#')[2]}",
            title=str(self.graph.value(entry, MF.name)),
            suite=self._suite(kind, text),
            edition=self.edition,
            text=text,
            positive=not kind.startswith("Negative"),
            before=self._data_set(entry if kind == "ProtocolTest" else action),
            after=self._data_set(result),
            result=self._path(result) if isinstance(result, URIRef) else None,
            requests=tuple(self._requests(action)),
        )

    def _suite(self, kind: str, text: Path | None) -> Suite:
        in_folder = {
            "service": Suite.FEDERATED,
            "syntax-fed": Suite.FEDERATED,
            "entailment": Suite.ENTAILMENT,
            "csv-tsv-res": Suite.RESULTS,
            "json-res": Suite.RESULTS,
        }
        if self.folder.name in in_folder:
            return in_folder[self.folder.name]
        # Those of SPARQL 1.1 have the number in their name, those of 1.2 have not.
        if kind.removesuffix("11").endswith("SyntaxTest"):
            is_update = text is not None and text.suffix == ".ru"
            return Suite.UPDATE_SYNTAX if is_update else Suite.QUERY_SYNTAX
        return {
            "QueryEvaluationTest": Suite.QUERY,
            "UpdateEvaluationTest": Suite.UPDATE,
            "ProtocolTest": Suite.PROTOCOL,
            "GraphStoreProtocolTest": Suite.GRAPH_STORE,
            "ServiceDescriptionTest": Suite.DESCRIPTION,
        }[kind]

    def _value(self, node: Node | None, predicate: URIRef) -> Node | None:
        return None if node is None else self.graph.value(node, predicate)

    def _path(self, node: Node) -> Path:
        return self.edition.path_of(str(node))

    def _data_set(self, node: Node | None) -> DataSet:
        if node is None:
            return DataSet()
        default = [*self.graph.objects(node, QT.data), *self.graph.objects(node, UT.data)]
        named = [(str(iri), self._path(iri)) for iri in self.graph.objects(node, QT.graphData)]
        for pair in self.graph.objects(node, UT.graphData):
            content = self.graph.value(pair, UT.graph)
            if content is not None:
                named.append((str(self.graph.value(pair, RDFS.label)), self._path(content)))
        return DataSet(tuple(sorted(map(self._path, default))), tuple(sorted(named)))

    def _requests(self, action: Node | None) -> Iterator[Request]:
        requests = self._value(action, HT.requests)
        for node in Collection(self.graph, requests) if requests else ():
            response = self.graph.value(node, HT.resp)
            boolean = self._value(response, MF.expectedBoolean)
            content = self._value(self._value(response, HT.body), CNT.chars)
            statuses = self.graph.objects(response, MF.expectedStatus)
            yield Request(
                method=str(self.graph.value(node, HT.methodName)),
                path=str(self.graph.value(node, HT.absolutePath)),
                headers=tuple(self._headers(node)),
                body=self._body(node),
                statuses=tuple(sorted(str(status).rpartition("#")[2] for status in statuses)),
                form=str(self._value(response, MF.expectedFormat) or ""),
                boolean=None if boolean is None else str(boolean) == "true",
                content=None if content is None else str(content),
                location=str(self._value(response, MF.expectedLocation) or ""),
            )

    def _headers(self, node: Node) -> Iterator[tuple[str, str]]:
        headers = self.graph.value(node, HT.headers)
        for header in Collection(self.graph, headers) if headers else ():
            name, value = (
                self.graph.value(header, HT[part]) for part in ("fieldName", "fieldValue")
            )
            yield str(name), str(value)

    def _body(self, node: Node) -> bytes | None:
        body = self.graph.value(node, HT.body)
        if body is None:
            return None
        encoding = str(self.graph.value(body, CNT.characterEncoding))
        return str(self.graph.value(body, CNT.chars)).encode(encoding)
