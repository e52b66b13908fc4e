"""Material and what is shipped, together: shapes, competency questions, and what changes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from kg.extension.check import Checked, check_extension
from kg.report import Severity
from tests.kg.extension.conftest import MINE, PREFIXES, SOURCES, write
from tests.kg.extension.test_queries import COMPETENCY

STAKES = (
    "id,holder,held,fraction,kind,valid_from,source_ids\n"
    "stake-a,albemarle,north-hill,0.7,equity,2031-01,survey-2031\n"
    "stake-b,alcoa,north-hill,0.6,equity,2031-01,survey-2031\n"
)
ONTOLOGY = """
my:NeodymiumMine a owl:Class ; rdfs:label "neodymium mine"@en ;
  skos:definition "A mine that handles neodymium."@en ;
  owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( cm:Mine
    [ a owl:Restriction ; owl:onProperty cm:handlesElement ; owl:hasValue cmd:neodymium ] ) ] .
my:feeds a owl:ObjectProperty ; rdfs:label "feeds"@en ; skos:definition "Gives ore to."@en ;
  rdfs:domain cm:Facility .
my:fedBy a owl:ObjectProperty ; owl:inverseOf my:feeds ; rdfs:label "fed by"@en ;
  skos:definition "Gets ore from."@en .
my:MineShape a sh:NodeShape ; sh:targetClass my:NeodymiumMine ;
  sh:property my:opening .
my:opening a sh:PropertyShape ; sh:path cm:startYear ; sh:minCount 1 ; sh:severity sh:Warning ;
  sh:message "A mine for neodymium should say when it opens."@en .
cmd:north-hill my:feeds cmd:mp-materials-fort-worth .
"""


@pytest.fixture(scope="module")
def rich(core_facts: Path, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """Tables, ontology, shapes, facts and questions in one folder."""
    known = "mountain-pass-mine"
    folder = write(
        tmp_path_factory.mktemp("rich") / "own",
        {
            "sources.csv": SOURCES,
            "facilities.csv": MINE,
            "own.ttl": PREFIXES + ONTOLOGY.replace("mp-materials-fort-worth", known),
            "competency/01.rq": COMPETENCY,
            "competency/02.rq": COMPETENCY.replace("true", "false"),
        },
    )
    return check_extension([folder], facts=core_facts)


def test_own_shapes_and_competency_questions_are_asked_of_the_whole(rich: Checked) -> None:
    own = [p for p in rich.report.problems if "should say when it opens" in p.message]
    assert any(p.file.endswith("facilities.csv") and p.row == 2 for p in own)
    [failed] = [p for p in rich.report.problems if p.severity is Severity.ERROR]
    assert failed.file.endswith("02.rq")


def test_shipped_shapes_look_at_what_is_touched_and_tell_the_row(
    core_facts: Path, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "own", {"sources.csv": SOURCES, "facilities.csv": MINE, "stakes.csv": STAKES}
    )
    report = check_extension([folder], facts=core_facts).report
    sums = [p for p in report.problems if p.column == "cms:stakes-sum"]
    found = {p.message.partition(": ")[0]: p for p in sums}
    assert found, list(report.lines())
    problem = found["cmd:stake-a"]
    assert problem.severity is Severity.ERROR
    assert (Path(problem.file).name, problem.row) == ("stakes.csv", 2)


def test_the_effect_names_new_members_and_links(core_facts: Path, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "own",
        {
            "sources.csv": SOURCES,
            "facilities.csv": MINE,
            "own.ttl": PREFIXES + ONTOLOGY.replace("mp-materials-fort-worth", "mountain-pass-mine"),
        },
    )
    checked = check_extension([folder], facts=core_facts)
    effect = checked.effect
    assert effect is not None, list(checked.report.lines())
    members = effect.members["https://example.org/my#NeodymiumMine"]
    assert "cmd:north-hill" in members and "cmd:mountain-pass-mine" in members
    assert effect.links["https://example.org/my#fedBy"] == 1
    assert effect.stated["cm:Mine"] == 1
    assert set(effect.terms) == {
        f"https://example.org/my#{n}" for n in ("NeodymiumMine", "feeds", "fedBy")
    }
    assert effect.withdrawn == 0
    assert json.loads(checked.to_json())["effect"]["stated"]["cm:Mine"] == 1


def test_a_new_figure_shows_the_shares_and_exposures_that_change(
    core_facts: Path, tmp_path: Path
) -> None:
    shares = (
        "id,substance,stage,area,year,share,status,source_ids\n"
        "sh-example,germanium,refining,CAN,2031,61,measured,survey-2031\n"
    )
    folder = write(tmp_path / "own", {"sources.csv": SOURCES, "shares.csv": shares})
    checked = check_extension([folder], facts=core_facts)
    assert checked.effect is not None, list(checked.report.lines())
    new = [
        figure for figure in checked.effect.figures if "germanium--refining--CAN" in figure.record
    ]
    assert {figure.after for figure in new} == {"61"}


def test_nothing_is_left_behind(
    core_facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    folder = write(tmp_path / "own", {"facilities.csv": MINE.replace("FIN", "FINLAND")})
    before = {path: path.read_bytes() for path in folder.rglob("*")}
    checked = check_extension([folder], facts=core_facts)
    assert not checked.report.ok and checked.effect is None
    assert not list((tmp_path / "tmp").iterdir())
    assert {path: path.read_bytes() for path in folder.rglob("*")} == before
