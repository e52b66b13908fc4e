"""Material of an expert, written into a folder and read with the shipped facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kg.extension.baseline import Baseline
from kg.extension.check import shipped_baseline
from kg.extension.extension import Extension, read_extension
from kg.report import Problem

#: Files by name; text or bytes.
Files = Mapping[str, str | bytes]
#: Writes files and reads them as an extension: what was read, and its problems.
Reader = Callable[[Files], tuple[Extension, list[Problem]]]

SOURCES = (
    "id,title,publisher,date,url,kind,retrieved\n"
    "survey-2031,A survey,A publisher,2031-02,https://example.org/survey,academic,2031-03-01\n"
)
MINE = (
    "id,name,kind,country,status,elements,source_ids\n"
    "north-hill,North Hill mine,mine,FIN,development,neodymium,survey-2031\n"
)
#: The names that the tests use, nine lines, and who speaks.
PREFIXES = """\
@prefix cm: <https://w3id.org/critmat/ontology#> .
@prefix cmd: <https://w3id.org/critmat/id/> .
@prefix graph: <https://w3id.org/critmat/graph/> .
@prefix my: <https://example.org/my#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .""" + (
    " <https://example.org/my> a owl:Ontology ;"
    ' <http://purl.org/dc/terms/modified> "2031-03-01"^^xsd:date .\n'
)


@pytest.fixture(scope="session")
def baseline(core_facts: Path, tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """What is shipped, without the rows of large official releases."""
    return shipped_baseline(tmp_path_factory.mktemp("baseline"), core_facts, None)


@pytest.fixture
def read(baseline: Baseline, tmp_path: Path) -> Reader:
    def written_and_read(files: Files) -> tuple[Extension, list[Problem]]:
        folder = write(tmp_path / "own", files)
        extension, report = read_extension([folder], baseline, tmp_path / "work")
        return extension, report.problems

    return written_and_read


@pytest.fixture
def turtle(read: Reader) -> Callable[[str], list[str]]:
    """The messages for one Turtle file, whose prefixes stand in the first nine lines."""

    def messages(text: str) -> list[str]:
        _, problems = read({"own.ttl": PREFIXES + text})
        return [f"{problem.row}: {problem.message}" for problem in problems]

    return messages


def write(folder: Path, files: Files) -> Path:
    """A folder with some files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def only(problems: list[Problem]) -> Problem:
    """The one problem that there is."""
    assert len(problems) == 1, list(map(str, problems))
    return problems[0]
