"""Patterns and their flowcharts, the shipped ones among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.namespaces import CM
from kg.reference.flowcharts import read_flowchart
from kg.reference.patterns import UnknownPatternError, pattern_of, read_patterns

CHART = """flowchart LR
  Plant["Plant<br>cm:Mine"] -->|cm:operator| Firm
  Ore --> Metal[cm:Metal] -.->|"made, later"| Plant
"""


def test_a_flowchart_becomes_boxes_with_lines() -> None:
    chart = read_flowchart(CHART)
    assert chart is not None
    told = {box.title: [(r.text, r.leads_to) for r in box.rows] for box in chart.picture.boxes}

    assert told == {
        "Plant": [("cm:Mine", ()), ("cm:operator → Firm", ("Firm",))],
        "Firm": [],
        "Ore": [("→ cm:Metal", ("Metal",))],
        "cm:Metal": [("made, later → Plant", ("Plant",))],
    }
    assert chart.terms["Plant"] == f"{CM}Mine"


@pytest.mark.parametrize(
    "text",
    ["", "sequenceDiagram\n A->>B: x", "flowchart LR\n A -->", "flowchart LR\n style A fill:#f00"],
)
def test_what_is_no_such_flowchart_is_not_drawn(text: str) -> None:
    assert read_flowchart(text) is None


def test_a_pattern_is_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a-plant"
    folder.mkdir()
    (folder / "README.md").write_text("# A plant\n\nUse it\nfor plants.\n", encoding="utf-8")
    (folder / "example.ttl").write_text("# nothing", encoding="utf-8")
    found = pattern_of(read_patterns(tmp_path), "a-plant")

    assert (found.title, found.summary) == ("A plant", "Use it for plants.")
    assert dict(found.files) == {"example.ttl": "# nothing"}
    with pytest.raises(UnknownPatternError, match="a-plant"):
        pattern_of(read_patterns(tmp_path), "a-plent")


@pytest.mark.parametrize("name", read_patterns())
def test_the_flowcharts_of_the_shipped_patterns_can_be_drawn(name: str) -> None:
    charts = re.findall(r"```mermaid\n(.*?)```", read_patterns()[name].text, re.DOTALL)

    assert all(read_flowchart(chart) for chart in charts)
