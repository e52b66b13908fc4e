"""The workbook of the fixture ``world-mining-data``, all invented; run this file to make it anew.

``python -m tests.kg.sources.mining_workbooks``
"""

from __future__ import annotations

from pathlib import Path

from tests.kg.sources.workbooks import Sheet, workbook

FILE = (
    Path(__file__).parent
    / "fixtures"
    / "world-mining-data"
    / "6.5._Share_of_World_Mineral_Production_2021_by_Countries.xlsx"
)
TITLE = (
    "6.5. Share of World Mineral Production 2021, by Countries; column A Rank in 2021, column B "
    "Rank in 2020, column C Country, column D physical unit, column E production in 2021"
)
HEADER = (
    "Rank 2021",
    "Rank 2020",
    "Country",
    "unit",
    "Production 2021",
    "Share in %",
    "Share cum.%",
    "Share HHI",
)


def sheet(unit: str, *figures: tuple[str, float], total: float | None = None) -> Sheet:
    """A sheet of table 6.5 with these countries, and their sum as its total."""
    whole = sum(figure for _, figure in figures) if total is None else total
    rows: list[tuple[str | float | None, ...]] = [
        (number, f"({number:3d})", country, unit, figure, 100 * figure / whole, 50.5, 1000.25)
        for number, (country, figure) in enumerate(figures, start=1)
    ]
    return [(TITLE,), HEADER, *rows, (None, None, "Total", unit, whole, 100, None, 2000.5)]


SHEETS = {
    "Rare Earths (REO)": sheet("metr. t", ("China", 9000), ("Myanmar", 1000.5)),
    "Platinum": sheet("kg", ("South Africa", 800), ("Russia", 150)),
    "Steam Coal ": sheet("metr. t", ("China", 5)),
    "Diamonds (Ind)": sheet("ct", ("Russia", 7)),
}

if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(workbook(SHEETS))
