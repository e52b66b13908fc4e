"""The workbook of an answer: typed figures, texts that stay texts, and a sheet that tells of it."""

from __future__ import annotations

import datetime
import io
import math
import zipfile
from typing import Any

import pytest
from hypothesis import example, given, settings
from python_calamine import CalamineWorkbook

from kg.questions import Cell, Column, ResultTable
from kg.questions.export import FileTooLargeError, workbook, xlsx_bytes
from kg.questions.export.rows import FileColumn, Part, file_columns
from kg.questions.export.workbook import CUT, MOST_TEXT, REPLACEMENT, fitting, readable, value_of
from tests.kg.questions.answers import CHINA, NOWHERE, answer, answers, literal, source, thing


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def about(content: bytes) -> dict[str, list[Any]]:
    return {line[0]: line[1:] for line in sheets(content)["About"]}


def test_the_first_sheet_is_the_answer_with_units_in_its_head() -> None:
    head, china, nowhere = sheets(xlsx_bytes(answer([CHINA, NOWHERE])))["Answer"]
    assert head == [
        "Place", "Share (%)", "Source", "Because", "Place: id", "Source: address", "Source: kind"
    ]  # fmt: skip
    assert china[:2] == ["China", 62.5]
    assert china[2] == "Yearbook; =cmd|' /C calc'!A0"
    assert china[3:5] == ["cmd:record-2 cmd:record-1", "cmd:CHN"]
    assert nowhere == ["", 0.1, "", "", "", "", ""]


def test_the_second_sheet_tells_what_was_asked_and_where_it_comes_from() -> None:
    table = answer([CHINA, NOWHERE], gaps=("Nobody counts the rest.",))
    told = about(xlsx_bytes(table))
    assert told["Asked"][0] == "Who holds 10 or more?"
    assert told["Parameter least"][0] == "Least share: 10 %"
    assert told["Snapshot"][0] == "5f3a"
    assert told["Rows"][0] == "2"
    assert "CC BY 4.0" in told["Licence"][0]
    assert told["Not in the data"][0] == "Nobody counts the rest."
    assert told["share"] == ["Share", "%", "", ""]
    assert told["graph:office"] == ["Yearbook", "https://office.example/yearbook", "official", "1"]
    assert "No rows" not in told


def test_an_answer_without_rows_says_what_is_missing() -> None:
    content = xlsx_bytes(answer([], missing="Nobody counts."))
    assert sheets(content)["Answer"] == [["Place", "Share (%)", "Source", "Because",
                                          "Source: address", "Source: kind"]]  # fmt: skip
    assert about(content)["No rows"][0] == "Nobody counts."


def test_the_head_is_frozen_and_filters() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(answer([CHINA, NOWHERE])))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:G3"/>' in sheet


def test_the_same_answer_gives_the_same_bytes() -> None:
    assert xlsx_bytes(answer([CHINA])) == xlsx_bytes(answer([CHINA]))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("4.25", "double", 4.25),
        ("INF", "double", "INF"),
        ("NaN", "double", "NaN"),
        ("1.7e308", "double", "1.7e308"),
        ("-1e-310", "double", "-1e-310"),
        ("0.0E0", "double", 0.0),
        ("007", "integer", 7.0),
        ("123456789012345", "integer", 123456789012345.0),
        ("1234567890123456", "integer", "1234567890123456"),
        ("0.1234567890123456", "decimal", "0.1234567890123456"),
        ("2024", "gYear", 2024.0),
        ("-0044", "gYear", "-0044"),
        ("true", "boolean", True),
        ("0", "boolean", False),
        ("2024-02-29", "date", datetime.date(2024, 2, 29)),
        ("1899-12-31", "date", "1899-12-31"),
        ("1900-02-28", "date", "1900-02-28"),
        ("2024-02-29Z", "date", "2024-02-29Z"),
        ("2024-02-30", "date", "2024-02-30"),
        ("4.25", "string", "4.25"),
    ],
)
def test_a_cell_is_what_excel_can_hold_without_changing_it(
    text: str, kind: str, value: object
) -> None:
    cell = literal(text, kind)
    column = FileColumn("x", Column("x", "X"), Part.VALUE)
    found = value_of(column, cell, text)
    assert found == value
    assert type(found) is type(value)


def test_a_long_text_is_cut_and_both_sheets_say_so() -> None:
    content = xlsx_bytes(answer([{"place": literal("y" * 40_000)}]))
    [_, row] = sheets(content)["Answer"]
    assert len(row[0]) == MOST_TEXT
    assert row[0].endswith(CUT)
    assert "1 texts are longer" in about(content)["Texts cut"][0]


def test_a_text_that_just_fits_is_whole() -> None:
    assert fitting("y" * MOST_TEXT) == "y" * MOST_TEXT
    pairs = fitting("\U0001f9f2" * 20_000)
    assert len(pairs.encode("utf-16-le")) // 2 <= MOST_TEXT
    assert pairs.endswith(CUT)


def test_characters_that_xml_cannot_hold_are_replaced_and_it_says_so() -> None:
    content = xlsx_bytes(answer([{"place": literal("a\x00b\x1f\ufffe\ud800c")}]))
    [_, row] = sheets(content)["Answer"]
    assert row[0] == f"a{REPLACEMENT}b{REPLACEMENT * 3}c"
    assert about(content)["Characters replaced"][0].startswith("1 texts")
    assert "Characters replaced" not in about(xlsx_bytes(answer([CHINA])))


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert len(sheets(xlsx_bytes(answer([NOWHERE] * 2)))["Answer"]) == 3
    with pytest.raises(FileTooLargeError, match="3 rows, and a sheet holds 2") as refused:
        xlsx_bytes(answer([NOWHERE] * 3))
    assert "CSV" in refused.value.remedy


@given(table=answers)
@example(answer([{"place": literal("<r><t>x</t></r>")}]))
@example(answer([{"place": literal("<r>_x0041_</r>")}]))
@example(answer([{"place": literal("_x0041_")}]))
@example(answer([{"place": literal("_x005F_x0041_")}]))
@example(answer([{"place": thing("x", "=1+1"), "share": Cell(text="https://a.example/")}]))
@settings(deadline=None)
def test_every_cell_is_read_back_as_it_was(table: ResultTable) -> None:
    content = xlsx_bytes(table)
    columns = file_columns(table)
    [head, *found] = sheets(content)["Answer"]
    assert len(head) == len(columns)
    found += [[""] * len(columns)] * (len(table.rows) - len(found))
    for read, row in zip(found, table.rows, strict=True):
        for held, column in zip(read, columns, strict=True):
            text = column.text(row)
            wanted = value_of(column, row.get(column.column.name), text)
            if isinstance(wanted, str):
                assert held == fitting(readable(wanted))
            elif isinstance(wanted, bool | datetime.date):
                assert held == wanted
                assert type(held) is type(wanted)
            else:
                assert math.isclose(held, wanted, rel_tol=1e-15)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in book.namelist() if "rels" in name and "worksheets" in name]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_sources_are_told_once_with_the_rows_that_name_them() -> None:
    rows = [{"source": Cell(text="", items=(source("a", "A"), source("b", "B")))},
            {"source": Cell(text="", items=(source("a", "A"),))}]  # fmt: skip
    told = about(xlsx_bytes(answer(rows)))
    assert told["graph:a"] == ["A", "", "", "2"]
    assert told["graph:b"] == ["B", "", "", "1"]
