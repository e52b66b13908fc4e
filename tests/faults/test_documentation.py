"""docs/faults.md is true: each group has its tests, they exist, and none of ours is left out."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
ROWS = [
    row.strip("| ").split(" | ")
    for row in (REPOSITORY / "docs" / "faults.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+\. ", row)
]


def test_there_are_fourteen_groups() -> None:
    assert [int(row[0].partition(".")[0]) for row in ROWS] == list(range(1, 15))
    assert all(len(row) == 4 for row in ROWS)


def test_every_file_is_there_and_has_tests() -> None:
    for group, _, files, _ in ROWS:
        named = re.findall(r"`([^`]+)`", files)
        assert named, group
        for name in named:
            text = (REPOSITORY / name).read_text(encoding="utf-8")
            assert name.startswith("benchmarks/") or "\ndef test_" in text, name


def test_none_of_our_tests_is_left_out() -> None:
    ours = {f"tests/faults/{file.name}" for file in HERE.glob("test_*.py")}
    named = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row[2])}
    assert ours - named == {"tests/faults/test_documentation.py"}
