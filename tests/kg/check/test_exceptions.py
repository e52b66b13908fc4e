"""The list of findings that are known and right: how it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build import BuildResult
from kg.check import ExceptionsError, read_exceptions, read_shapes

HEADER = "shape,node,reason,reviewed\n"


def test_the_shipped_list_names_shapes_that_there_are_and_gives_reasons() -> None:
    shapes = read_shapes()
    rows = read_exceptions().rows.values()
    assert [row.shape for row in rows if row.shape not in shapes.infos] == []
    assert all(row.reason.endswith(".") for row in rows)


def test_a_folder_without_a_list_has_no_exceptions(tmp_path: Path) -> None:
    assert read_exceptions(tmp_path).rows == {}
    assert read_exceptions([tmp_path / "mine.ttl"]).rows == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("shape,node\n", "exceptions.csv:1: the columns are not"),
        (HEADER + "cms:a,cmd:b,,2026-11-23\n", "exceptions.csv:2: reason is empty"),
        (HEADER + "cms:a,cmd:b,x.,2026-11-23,more\n", "too many cells"),
        (HEADER + "cms:a,cmd:b,x.,yesterday\n", "exceptions.csv:2:reviewed: 'yesterday'"),
        (HEADER + "cms:a,nope:b,x.,2026-11-23\n", "exceptions.csv:2:node: 'nope:b'"),
        (HEADER + 'cms:a,"cmd:b', "exceptions.csv: "),
        (HEADER + "cms:a,cmd:b,x.,2026-11-23\n" * 2, "exceptions.csv:3: .* stands twice"),
    ],
)
def test_a_bad_list_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "exceptions.csv").write_text(text)
    with pytest.raises(ExceptionsError, match=says):
        read_exceptions(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "exceptions.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(ExceptionsError, match=r"exceptions\.csv"):
        read_exceptions(tmp_path)


def test_every_exception_is_of_use_in_the_shipped_graph(shipped_build: BuildResult) -> None:
    report = shipped_build.report
    assert report.ok
    assert report.counts["exceptions"] >= len(read_exceptions().rows)
    assert [p for p in report.problems if p.file == "exceptions.csv"] == []
