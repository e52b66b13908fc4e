"""The numbers and the commands of the README are true of the graph that the shipped facts give."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kg.build import BuildResult
from kg.namespaces import CM

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")

#: What the README calls the members of a class.
CLASSES = {
    "sources": "SourceRelease",
    "observations": "Observation",
    "facilities": "Facility",
    "companies": "Company",
    "products": "Product",
    "defence systems": "DefenceSystem",
    "statements": "BomItem",
    "laws": "LegalInstrument",
    "measures": "Measure",
    "agreements": "Agreement",
    "events": "Event",
    "projects": "Project",
}


@pytest.mark.parametrize("word", ["triples", *CLASSES])
def test_the_numbers_are_those_of_the_graph(shipped_build: BuildResult, word: str) -> None:
    """A number after "about" may be one in a hundred away; any other is exact."""
    manifest = shipped_build.snapshot.manifest
    counted = (
        manifest.counts["triples"] if word == "triples" else manifest.classes[CM + CLASSES[word]]
    )
    section = README.partition("## What is in here")[2]
    found = re.search(rf"(about )?([\d,]+) {word}", section)
    assert found, f"the README does not say how many {word} there are: {counted:,}"
    told = int(found[2].replace(",", ""))
    assert abs(told - counted) <= (counted / 100 if found[1] else 0), f"{counted:,} {word}"


def test_every_make_target_that_the_readme_names_is_there() -> None:
    targets = set(re.findall(r"^\$ make (\w+)", README, re.MULTILINE))
    offered = subprocess.run(
        ["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    assert targets >= {"serve", "test"}
    assert targets - {"help"} <= {line.split()[0] for line in offered.splitlines()}


def test_every_page_that_the_readme_and_the_pages_link_to_is_there() -> None:
    for page in (REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")):
        links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == []
    unlinked = {
        p.name for p in (REPOSITORY / "docs").glob("*.md") if f"docs/{p.name}" not in README
    }
    assert unlinked == set()
