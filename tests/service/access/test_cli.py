"""``critmat token`` and ``critmat audit``, as an operator runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.access.principal import Role
from service.access.tokens import Tokens
from service.audit import AuditLog, Entry, Outcome
from service.cli import command


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command(), [*arguments, "--data", str(root)])


def test_create_prints_the_token_on_its_last_line(tmp_path: Path) -> None:
    result = run(
        tmp_path, "token", "create", "ada", "--role", "editor", "--graph", "http://a/*",
        "--graph", "http://b", "--days", "7",
    )  # fmt: skip
    assert result.exit_code == 0
    holder = Tokens(tmp_path).holder(result.stdout.splitlines()[-1])
    assert holder is not None
    assert (holder.name, holder.role, holder.graphs) == (
        "ada", Role.EDITOR, ("http://a/*", "http://b"),
    )  # fmt: skip


def test_a_token_without_a_name_is_called_by_its_role(tmp_path: Path) -> None:
    result = run(tmp_path, "token", "create", "--role", "admin")
    holder = Tokens(tmp_path).holder(result.stdout.splitlines()[-1])
    assert holder is not None
    assert holder.name.startswith("admin-")
    assert run(tmp_path, "token", "revoke", holder.name).exit_code == 0


def test_list_and_revoke(tmp_path: Path) -> None:
    run(tmp_path, "token", "create", "ada")
    secret = run(tmp_path, "token", "create", "bob", "--days", "0").stdout.splitlines()[-1]
    listed = run(tmp_path, "token", "list").stdout
    assert [line.split()[1:3] for line in listed.splitlines()] == [
        ["ada", "writer"], ["bob", "writer"],
    ]  # fmt: skip
    assert "never expires" in listed
    assert secret.rpartition("_")[2] not in listed
    assert run(tmp_path, "token", "revoke", "ada").exit_code == 0
    assert "ada" not in run(tmp_path, "token", "list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "a b"), ("create", "ada", "--role", "king"), ("create", "ada", "--days", "-1"),
        ("create", "ada", "--graph", "mine"), ("revoke", "nobody"),
        ("create", "ada", "--days", "99999999"),
    ],
)  # fmt: skip
def test_what_is_not_understood_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run(tmp_path, "token", *arguments)
    assert result.exit_code == 2
    assert "critmat_" not in result.stdout


@pytest.fixture
def log(tmp_path: Path) -> Path:
    audit = AuditLog(tmp_path)
    for name, operation, graph, text in (
        ("ada", "update", "", "INSERT DATA {\n <a> <b> \x1b[31m }"),
        ("bob", "replace", "http://example.org/g", ""),
        ("ada", "drop", "http://example.org/g", ""),
    ):
        entry = Entry("", "", "t1", name, "editor", "", "", operation, graph, 12, "", text)
        audit.conclude(audit.intend(entry), Outcome.COMMITTED, snapshot="0123456789ab.1")
    return tmp_path


def test_audit_list_says_who_did_what(log: Path) -> None:
    lines = run(log, "audit", "list").stdout.splitlines()
    assert len(lines) == 3
    assert "ada (editor)  update  INSERT DATA { <a> <b> ?[31m }" in lines[0]
    assert (
        "bob (editor)  replace  http://example.org/g  12 bytes  committed: 0123456789ab.1"
        in (lines[1])
    )


def test_audit_list_is_narrowed(log: Path) -> None:
    assert len(run(log, "audit", "list", "--by", "ada").stdout.splitlines()) == 2
    assert len(run(log, "audit", "list", "--by", "t1").stdout.splitlines()) == 3
    assert (
        len(run(log, "audit", "list", "--graph", "http://example.org/g").stdout.splitlines()) == 2
    )
    assert run(log, "audit", "list", "--since", "2999-01-01").stdout == ""
    (last,) = run(log, "audit", "list", "--last", "1").stdout.splitlines()
    assert "drop" in last


def test_audit_list_as_json_holds_everything(log: Path) -> None:
    first = json.loads(run(log, "audit", "list", "--format", "json").stdout.splitlines()[0])
    assert first["text"] == "INSERT DATA {\n <a> <b> \x1b[31m }"
    assert first["outcome"] == "committed"
