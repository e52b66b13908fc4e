"""Tokens: made once, kept as hashes, refused the moment that they are revoked or expired."""

from __future__ import annotations

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.errors import UsageError
from service.access.principal import Principal, Role
from service.access.tokens import Token, TokenFileError, TokenNotFoundError, Tokens

MINE = "http://example.org/mine/*"


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "access" / "tokens.json"


def test_a_token_tells_who_holds_it(tokens: Tokens) -> None:
    made, text = tokens.create("ada", Role.WRITER, (MINE,))
    assert text.startswith(f"critmat_{made.id}_")
    assert len(text.rpartition(f"{made.id}_")[2]) >= 43  # 32 random bytes
    assert tokens.holder(text) == Principal("ada", Role.WRITER, (MINE,), made.id)


def test_the_file_holds_no_secret_and_nobody_else_may_read_it(tokens: Tokens, file: Path) -> None:
    made, text = tokens.create("ada", Role.ADMIN)
    secret = text.removeprefix(f"critmat_{made.id}_")
    assert secret not in file.read_text()
    assert json.loads(file.read_text())["tokens"][0]["hash"].startswith("$argon2id$")
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_what_is_no_token_has_no_holder(tokens: Tokens) -> None:
    made, text = tokens.create("ada", Role.WRITER)
    other = tokens.create("bob", Role.ADMIN)[1]
    swapped = f"critmat_{made.id}_{other.partition('_')[2].partition('_')[2]}"
    for wrong in ("", "critmat", text[:-1], text + "A", text.upper(), swapped, f"x{text}"):
        assert tokens.holder(wrong) is None


def test_a_revoked_token_is_refused_at_once_also_where_it_was_just_verified(
    tokens: Tokens, tmp_path: Path
) -> None:
    made, text = tokens.create("ada", Role.WRITER)
    assert tokens.holder(text)
    assert Tokens(tmp_path).revoke("ada").id == made.id  # another process
    assert tokens.holder(text) is None
    with pytest.raises(TokenNotFoundError, match="ada"):
        tokens.revoke("ada")


def test_an_expired_token_is_refused(tokens: Tokens, file: Path) -> None:
    _, text = tokens.create("ada", Role.WRITER, days=1)
    assert tokens.holder(text)
    value = json.loads(file.read_text())
    value["tokens"][0]["expires"] = "2026-01-01T00:00:00+00:00"
    file.write_text(json.dumps(value))
    assert tokens.holder(text) is None
    assert [token.expired for token in tokens.list()] == [True]


def test_a_token_of_no_days_never_expires(tokens: Tokens) -> None:
    assert tokens.create("ada", Role.WRITER, days=0)[0].expires == ""


def test_verifying_again_needs_no_hashing(tokens: Tokens) -> None:
    """Argon2 takes some ten milliseconds; without it a thousand take less than ten of those."""
    _, text = tokens.create("ada", Role.WRITER)
    begun = time.process_time()
    tokens.holder(text)
    once = time.process_time() - begun
    begun = time.process_time()
    for _ in range(10):
        tokens.holder(text)
    assert (time.process_time() - begun) / 10 < once / 3


@pytest.mark.parametrize("name", ["", "a b", "-a", "a" * 65, "a\n", "ä"])
def test_a_name_must_be_one(tokens: Tokens, name: str) -> None:
    with pytest.raises(UsageError):
        tokens.create(name, Role.WRITER)


def test_the_longest_name_is_taken_but_not_twice(tokens: Tokens) -> None:
    tokens.create("a" * 64, Role.WRITER)
    with pytest.raises(UsageError, match="already"):
        tokens.create("a" * 64, Role.WRITER)


@pytest.mark.parametrize("graph", ["", "relative", "http://a b", "http://a/*/b", "http://a>", "*"])
def test_a_graph_must_be_an_iri(tokens: Tokens, graph: str) -> None:
    with pytest.raises(UsageError):
        tokens.create("ada", Role.WRITER, (graph,))


def test_tokens_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    def make(number: int) -> Token:
        return Tokens(tmp_path).create(f"name{number}", Role.WRITER)[0]

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(make, range(8)))
    assert {t.id for t in Tokens(tmp_path).list()} == {t.id for t in made}


@pytest.mark.parametrize("content", ["", "{", '{"format": 1}', '{"format": 2, "tokens": []}', "[]"])
def test_a_damaged_file_is_named_and_lets_nobody_in(
    tokens: Tokens, file: Path, content: str
) -> None:
    _, text = tokens.create("ada", Role.ADMIN)
    file.write_text(content)
    with pytest.raises(TokenFileError, match=r"tokens\.json"):
        tokens.holder(text)
    with pytest.raises(TokenFileError):
        tokens.create("bob", Role.ADMIN)
    assert file.read_text() == content


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "access").write_text("a file where the folder should be")
    with pytest.raises(TokenFileError):
        Tokens(tmp_path).create("ada", Role.WRITER)


def test_those_who_guess_do_not_make_others_wait_for_long(tokens: Tokens) -> None:
    """Wrong secrets cost a hash each, one at a time; who cannot be served is told to come back."""
    made, text = tokens.create("ada", Role.WRITER)
    tokens.holder(text)
    done = threading.Event()

    def guess() -> None:
        while not done.is_set():
            tokens.holder(f"critmat_{made.id}_{os.urandom(22).hex()[:43]}")

    guessing = [threading.Thread(target=guess) for _ in range(3)]
    for thread in guessing:
        thread.start()
    try:
        for _ in range(20):
            assert tokens.holder(text) == made.principal  # remembered: no hash, no wait
    finally:
        done.set()
        for thread in guessing:
            thread.join()
