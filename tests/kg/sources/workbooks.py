"""Small Excel workbooks in the form in which publishers issue them, written for the tests.

The workbook of the fixture ``icmm`` is made here too; run this file to make it anew.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | int | float | None
Sheet = Sequence[Sequence[Cell]]

ICMM = Path(__file__).parent / "fixtures" / "icmm" / "global-mining-dataset.xlsx"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

#: The columns of the sheet External, with the blank behind "Mine Name" that the release has.
ICMM_COLUMNS = (
    "ICMMID",
    "Confidence Factor",
    "Mine Name ",
    "Group Names",
    "Latitude",
    "Longitude",
    "Asset Type",
    "Country",
    "Primary Commodity",
    "Secondary Commodity",
    "Other Commodities",
)
#: Sites as the release has them, all invented.
ICMM_ROWS: Sheet = (
    ("ICMM90001", "High", "Bergsöe Works", None, 55.87, 12.85, "Smelter;Refinery", "Sweden",
     "lead", "tin", "sulphuric acid"),
    ("ICMM90002", "Very Low", "Hill", "Hill;HILL", 41.8, 109.97, "Mine", "China",
     "iron ore ", "lanthanides", "niobium;cadmiuum"),
    ("ICMM90003", "Moderate", "PyhÃ¤salmi", "PyhÃ¤salmi;Unknown;North Pit", 63.66, 26.04,
     "Mine;Plant", "Finland", "copper", None, "zinc;"),
    ("ICMM90004", "Moderate", "Black Seam", None, -32.5, 150.9, "Mine", "Australia",
     "thermal coal", "coal", None),
    ("ICMM90005", "Very Low", "Red Ridge", None, "\N{MINUS SIGN}23.8901", 30.6952, "Mine",
     "South Africa", "gold", "bopper", None),
    ("ICMM90006", "High", "Far Off", None, -21.06, 118.9, "Mine", "New Caledonia",
     "lithium", None, None),
    ("ICMM90007", "High", "Unclear", None, 10, 20, "Mine", "Atlantis", "gold", None, None),
)  # fmt: skip


def workbook(sheets: Mapping[str, Sheet]) -> bytes:
    """A workbook with these sheets; the same bytes for the same sheets."""
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        f'ContentType="{_DOCUMENT}.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_DOCUMENT}.sheet.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{links}</Relationships>",
    }
    for n, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = sheet_part(rows)
    return archive({name: _XML + text for name, text in parts.items()})


def sheet_part(rows: Sheet) -> str:
    """The part of one sheet; an empty cell is not written, as Excel does it."""
    lines = "".join(
        f'<row r="{line}">'
        + "".join(_cell(f"{chr(ord('A') + n)}{line}", c) for n, c in enumerate(row))
        + "</row>"
        for line, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c r="{place}" t="inlineStr">{text}</c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def archive(parts: Mapping[str, str]) -> bytes:
    """The parts as a compressed archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def icmm_workbook() -> bytes:
    """The workbook of the fixture: the sheet that is read, and one that explains."""
    return workbook({"About": [("Invented sites",)], "External": [ICMM_COLUMNS, *ICMM_ROWS]})


if __name__ == "__main__":
    ICMM.write_bytes(icmm_workbook())
