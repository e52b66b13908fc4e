"""``critmat ontology check`` and ``stats`` as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from kg.namespaces import CM, CMD
from kg.ontology_cli import ontology


def test_check_reports_contradictions_profiles_and_bad_files_together(tmp_path: Path) -> None:
    facts, broken, report = (tmp_path / name for name in ("facts.ttl", "broken.ttl", "out.json"))
    facts.write_text(
        f"@prefix cm: <{CM}> .\n@prefix cmd: <{CMD}> .\n"
        "cmd:x a cm:Mine , cm:Company .\ncmd:x cm:misspelt 3 .\n",
        encoding="utf-8",
    )
    broken.write_text("cmd:x a", encoding="utf-8")

    result = CliRunner().invoke(
        ontology,
        ["check", "--with", str(facts), "--with", str(broken), "--report", str(report)],
    )

    assert result.exit_code == 1
    assert "broken.ttl:1:" in result.output
    assert "facts.ttl:3: error: These 4 statements contradict each other" in result.output
    assert "cm:misspelt is used and declared nowhere" in result.output
    assert json.loads(report.read_text(encoding="utf-8"))["counts"]["outside OWL 2 DL"] == 1


def test_stats_are_markdown() -> None:
    result = CliRunner().invoke(ontology, ["stats"])

    assert result.exit_code == 0
    assert result.output.startswith("| terms | number |\n| --- | ---: |\n| classes | ")
