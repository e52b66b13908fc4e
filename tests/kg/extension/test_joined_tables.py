"""Tables of an expert that look something up in another table: in the shipped one and in theirs."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.extension.baseline import statements
from kg.extension.check import shipped_baseline
from kg.extension.extension import read_extension
from kg.namespaces import CM, CMD
from tests.kg.extension.conftest import SOURCES, Reader, only, write

RECORDS = (
    "id,name,kind,country,latitude,longitude,substances,elements,source_ids\n"
    "survey-1,Mountain Pass,mine,USA,35.48,-115.53,neodymium,neodymium,survey-2031\n"
)
IDENTITIES = "record,facility,rule,decided_by\nsurvey-1,mountain-pass-mine,expert,A. Name\n"
CAPACITIES = (
    "id,record,measure,words,material,value,unit,year,status,source_ids\n"
    "survey-1-capacity,survey-1,capacity,oxide,rare-earths,9,tonne-per-year,2030,measured,"
    "survey-2031\n"
)
SITE = {"sources.csv": SOURCES, "my-site-records.csv": RECORDS, "site-identities.csv": IDENTITIES}


def test_a_record_of_ones_own_speaks_of_a_shipped_facility(read: Reader) -> None:
    extension, problems = read({**SITE, "my-site-capacities.csv": CAPACITIES})

    assert not problems
    triples = {(s, p, o) for s, p, o, _ in statements(extension.facts)}
    mine, record = f"<{CMD}mountain-pass-mine>", f"<{CMD}survey-1>"
    assert (record, f"<{CM}recordOf>", mine) in triples
    assert (mine, f"<{CM}handlesElement>", f"<{CMD}neodymium>") in triples
    assert (f"<{CMD}survey-1-capacity>", f"<{CM}facility>", mine) in triples


def test_a_record_without_a_facility_is_told_by_row_and_column(read: Reader) -> None:
    _, problems = read({"sources.csv": SOURCES, "my-site-records.csv": RECORDS})

    problem = only(problems)
    assert (problem.file.rpartition("/")[2], problem.row) == ("my-site-records.csv", 2)
    assert (problem.column, "site-identities" in problem.message) == ("id", True)


def test_a_figure_of_a_shipped_record_needs_no_record_of_ones_own(
    core_facts: Path, tmp_path: Path
) -> None:
    facts = shutil.copytree(core_facts, tmp_path / "facts")
    identities = facts / "tables" / "site-identities.csv"
    record = "shipped-record,mountain-pass-mine,expert,,,A. Name\n"
    identities.write_text(identities.read_text(encoding="utf-8") + record, encoding="utf-8")
    (tmp_path / "baseline").mkdir()
    baseline = shipped_baseline(tmp_path / "baseline", facts, None)
    rows = CAPACITIES.replace(",survey-1,", ",shipped-record,")
    own = write(tmp_path / "own", {"sources.csv": SOURCES, "my-site-capacities.csv": rows})

    _, report = read_extension([own], baseline, tmp_path / "work")

    assert not report.problems
