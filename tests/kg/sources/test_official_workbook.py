"""Reading an Excel workbook as it was issued, and refusing one that would fill the memory."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.report import Report
from kg.sources import official_workbook
from kg.sources.official_workbook import OfficialWorkbook, read_official_sheet
from tests.kg.sources.workbooks import archive, sheet_part, workbook

COLUMNS = ("Name", "Share", "Share")


@pytest.fixture
def report() -> Report:
    return Report("test")


def written(folder: Path, data: bytes) -> Path:
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return path


def parts_of(data: bytes, folder: Path) -> dict[str, str]:
    with zipfile.ZipFile(written(folder, data)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_rows_of_a_sheet_are_read_below_their_header(tmp_path: Path, report: Report) -> None:
    sheet = [("A title",), COLUMNS, ("Zürich ", 12.5, 3), (None, None, None), ("Total", None, "W")]
    path = written(tmp_path, workbook({"About": [("x",)], "Data": sheet}))
    rows = read_official_sheet(path, "Data", COLUMNS, report, header=2)
    assert rows is not None and report.ok
    assert [row.line for row in rows] == [3, 5], "an empty row is passed over"
    assert dict(rows[0].cells) == {"Name": "Zürich ", "Share": "12.5", "Share 2": "3"}
    assert dict(rows[1].cells) == {"Name": "Total", "Share": "", "Share 2": "W"}


@pytest.mark.parametrize(
    ("figure", "spelled"),
    [
        (7.60535, "7.60535"),
        (1.8167740000000001, "1.816774"),
        (-74.0, "-74"),
        (839000, "839000"),
        (0.1 + 0.2, "0.3"),
        (4715302438.0, "4715302438"),
    ],
)
def test_a_figure_has_the_digits_that_excel_shows(
    tmp_path: Path, report: Report, figure: float, spelled: str
) -> None:
    book = OfficialWorkbook.open(written(tmp_path, workbook({"S": [(figure,)]})), report)
    assert book is not None
    assert book.cells("S") == [[spelled]]


def test_several_sheets_of_one_file(tmp_path: Path, report: Report) -> None:
    path = written(tmp_path, workbook({"A": [("a",)], "B": [(None, "b")]}))
    book = OfficialWorkbook.open(path, report)
    assert book is not None
    assert book.names == ("A", "B")
    assert book.cells("B") == [["", "b"]], "from A1 on, as Excel shows it"


@pytest.mark.parametrize(
    ("sheet", "rows", "says"),
    [
        ("Other", [COLUMNS], "There is no sheet"),
        ("Data", [], "is empty"),
        ("Data", [("Name", "Share")], "not those of the release"),
        ("Data", [("Name", "Part", "Share", "Share")], "not known: Part"),
        ("Data", [COLUMNS, ("a", 1, 2, None, "remark")], "beside the columns"),
    ],
)
def test_a_sheet_in_another_form_is_refused(
    tmp_path: Path, report: Report, sheet: str, rows: list[tuple[str, ...]], says: str
) -> None:
    path = written(tmp_path, workbook({"Data": rows}))
    assert read_official_sheet(path, sheet, COLUMNS, report) is None
    assert not report.ok
    assert any(says in str(problem) and problem.file == "book.xlsx" for problem in report.problems)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path, report: Report) -> None:
    assert OfficialWorkbook.open(tmp_path / "none.xlsx", report) is None
    assert "cannot be read" in report.problems[0].message


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"Name,Share\n", archive({"readme.txt": "no workbook"})],
    ids=["empty", "a beginning", "text", "another archive"],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, report: Report, data: bytes) -> None:
    assert OfficialWorkbook.open(written(tmp_path, data), report) is None
    assert "no Excel workbook" in report.problems[0].message


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_workbook_that_is_cut_off_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = workbook({"Data": [COLUMNS, ("a", 1, 2)]})
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    report = Report("test")
    assert OfficialWorkbook.open(written(tmp_path_factory.mktemp("cut"), cut), report) is None
    assert not report.ok


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_is_refused_or_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """The parts have checksums: either a problem, or the cells as they were."""
    rows = [COLUMNS, ("a", 1, 2)]
    whole = bytearray(workbook({"Data": rows}))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    report = Report("test")
    path = written(tmp_path_factory.mktemp("bit"), bytes(whole))
    found = read_official_sheet(path, "Data", COLUMNS, report)
    assert (found is None) == (not report.ok)
    if found is not None:
        assert [list(row.cells.values()) for row in found] == [["a", "1", "2"]]


def test_parts_that_swell_are_not_unpacked(
    tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official_workbook, "MOST_BYTES", 100_000)
    parts = parts_of(workbook({"Data": [("a",)]}), tmp_path) | {"xl/media/x.bin": "0" * 200_000}
    assert OfficialWorkbook.open(written(tmp_path, archive(parts)), report) is None
    assert "more than 100,000 bytes" in report.problems[0].message


def test_two_cells_far_apart_do_not_make_a_sheet_of_milliards(
    tmp_path: Path, report: Report
) -> None:
    parts = parts_of(workbook({"Data": [("a",)]}), tmp_path)
    part = sheet_part([("a",)]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    parts["xl/worksheets/sheet1.xml"] = part
    assert OfficialWorkbook.open(written(tmp_path, archive(parts)), report) is None
    assert "1,048,576 rows and 16,384 columns" in report.problems[0].message


def test_one_long_text_that_many_cells_share_is_refused(
    tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official_workbook, "MOST_TEXT_BYTES", 1_000_000)
    parts = parts_of(workbook({"Data": [tuple([1] * 20)] * 20}), tmp_path)
    parts["xl/sharedStrings.xml"] = f"<sst><si><t>{'x' * 10_000}</t></si></sst>"
    assert OfficialWorkbook.open(written(tmp_path, archive(parts)), report) is None
    assert "could come to more than" in report.problems[0].message


def test_a_file_that_is_too_large_is_not_opened(
    tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official_workbook, "MOST_FILE_BYTES", 10)
    assert OfficialWorkbook.open(written(tmp_path, workbook({"A": [("a",)]})), report) is None
    assert "larger than is read" in report.problems[0].message


def test_a_part_that_stands_twice_is_refused(tmp_path: Path, report: Report) -> None:
    path = written(tmp_path, workbook({"A": [("a",)]}))
    with (
        zipfile.ZipFile(path, "a") as packed,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        packed.writestr("xl/workbook.xml", "<workbook/>")
    assert OfficialWorkbook.open(path, report) is None
    assert "two parts have one name" in report.problems[0].message
