"""A small data set in three sorted files, as the steps of a build write them."""

from pathlib import Path

import pytest

SOURCE = "<https://w3id.org/critmat/graph/usgs>"
OTHER = "<https://w3id.org/critmat/graph/iea>"
CATALOGUE = "<https://w3id.org/critmat/graph/catalogue>"
DERIVED = "<https://w3id.org/critmat/graph/derived/owl>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def write(path: Path, lines: list[str]) -> Path:
    path.write_bytes("".join(sorted(f"{line} .\n" for line in lines)).encode())
    return path


@pytest.fixture
def quads(tmp_path: Path) -> list[Path]:
    asserted = [
        f'<x:nd> {LABEL} "neodymium"@en {SOURCE}',
        f'<x:nd> {LABEL} "neodymium"@en {OTHER}',
        f"<x:nd> {TYPE} <x:Element> {SOURCE}",
        f'<x:nd> <x:says> "a <b> c" {SOURCE}',
        f'{SOURCE} <http://purl.org/dc/terms/title> "Summaries \\"2026\\"" {CATALOGUE}',
    ]
    derived = [f"<x:nd> {TYPE} <x:Substance> {DERIVED}", f"<x:nd> {TYPE} <x:Element> {DERIVED}"]
    return [
        write(tmp_path / "asserted.nq", asserted),
        write(tmp_path / "derived.nq", derived),
    ]
