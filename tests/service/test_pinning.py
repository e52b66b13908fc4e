"""Permanent links: answers of the snapshot that an address names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.engines.embedded import EmbeddedEngine, PoolSettings
from kg.questions import Catalogue
from kg.snapshot import Snapshot, open_snapshot, publish
from service.app import create_app
from service.archive import Archive
from service.settings import Settings

QUESTION = """#---
# title: Values
# question: Which value has {thing}?
# params:
#   thing: {type: enum, values: {it: it, other: the other}, default: it}
# columns:
#   value: {label: Value}
#   thing: {label: Thing}
# why:
#   - cmd:it cm:is ?value
#---
PREFIX cm: <https://w3id.org/critmat/ontology#>
PREFIX cmd: <https://w3id.org/critmat/id/>
SELECT ?value ?thing WHERE { VALUES ?thing { "it" } cmd:it cm:is ?value FILTER(?thing = "it") }
"""


def publish_value(root: Path, value: int) -> Snapshot:
    quads = root / "in.nq"
    quads.write_text(
        "<https://w3id.org/critmat/id/it> <https://w3id.org/critmat/ontology#is> "
        f'"{value}" <https://w3id.org/critmat/graph/g> .\n',
        encoding="utf-8",
    )
    return publish([quads], root, critmat_version="test")


@pytest.fixture
def shelf(tmp_path: Path) -> tuple[Snapshot, Snapshot]:
    """The snapshot of yesterday, where the value is 1, and the current one, where it is 2."""
    return publish_value(tmp_path, 1), publish_value(tmp_path, 2)


@pytest.fixture
def client(tmp_path: Path, shelf: tuple[Snapshot, Snapshot]) -> Iterator[FlaskClient]:
    theme = tmp_path / "queries" / "data"
    theme.mkdir(parents=True)
    (theme / "values.rq").write_text(QUESTION, encoding="utf-8")
    settings = Settings(data=tmp_path, client_seconds=0, client_errors=0, client_queries=0)
    pool = PoolSettings(workers=2)
    archive = Archive(tmp_path, pool)
    with EmbeddedEngine(open_snapshot(tmp_path), pool) as engine:
        app = create_app(settings, engine, Catalogue.load(theme.parent), archive=archive)
        assert engine.snapshot_id == shelf[1].id
        yield app.test_client()
    archive.close()


def value(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return str(answer.json["rows"][0]["value"])


def test_a_named_snapshot_answers_and_the_others_do_not_notice(
    client: FlaskClient, shelf: tuple[Snapshot, Snapshot]
) -> None:
    old, new = shelf
    assert value(client, "/questions/values.json") == "2"
    assert value(client, f"/questions/values.json?snapshot={old.id}") == "1"
    assert value(client, f"/questions/values.json?snapshot={new.id}") == "2"
    assert value(client, "/questions/values.json") == "2"
    assert client.get(f"/questions/values.json?snapshot={old.id}").json["snapshot"] == old.id


def test_snapshots_have_validators_of_their_own(
    client: FlaskClient, shelf: tuple[Snapshot, Snapshot]
) -> None:
    tags = {
        client.get(f"/questions/values.csv{pin}").headers["ETag"]
        for pin in ("", f"?snapshot={shelf[0].id}")
    }
    assert len(tags) == 2


def test_the_permanent_link_of_a_page_stays_with_its_snapshot(
    client: FlaskClient, shelf: tuple[Snapshot, Snapshot]
) -> None:
    page = client.get("/questions/values").text
    assert f'href="?thing=it&amp;snapshot={shelf[1].id}" rel="bookmark"' in page
    assert 'role="note"' not in page
    old = client.get(f"/questions/values?snapshot={shelf[0].id}").text
    assert 'role="note"' in old
    assert f'href="/questions/values.csv?thing=it&amp;snapshot={shelf[0].id}"' in old
    assert f'href="?thing=it&amp;snapshot={shelf[0].id}" rel="bookmark"' in old
    assert old.count(f'<input type="hidden" name="snapshot" value="{shelf[0].id}">') == 2
    assert '<a href="/questions/values?thing=it">Ask the data as they are now</a>' in old


def test_a_row_is_explained_from_the_named_snapshot(
    client: FlaskClient, shelf: tuple[Snapshot, Snapshot]
) -> None:
    for name, stated in ((shelf[0].id, "1"), (shelf[1].id, "2")):
        explained = client.get(f"/questions/values/why?row=1&snapshot={name}")
        assert explained.status_code == 200
        assert f"<dd>{stated}</dd>" in explained.text


@pytest.mark.parametrize("name", ["0123456789ab", "current", "../x"])
def test_what_is_not_kept_is_refused_with_a_remedy(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/questions/values.json?snapshot={name}")
    assert answer.status_code == 404
    assert "not kept here" in answer.json["detail"]
    assert "as they are now" in answer.json["remedy"]


def test_a_snapshot_that_was_removed_is_refused(
    client: FlaskClient, shelf: tuple[Snapshot, Snapshot]
) -> None:
    shutil.rmtree(shelf[0].path)
    assert client.get(f"/questions/values?snapshot={shelf[0].id}").status_code == 404


def test_without_an_archive_only_the_current_one_is_known(
    tmp_path: Path, shelf: tuple[Snapshot, Snapshot], client: FlaskClient
) -> None:
    del client  # wrote the question
    with EmbeddedEngine(shelf[1], PoolSettings(workers=2)) as engine:
        app = create_app(Settings(data=tmp_path), engine, Catalogue.load(tmp_path / "queries"))
        alone = app.test_client()
        assert value(alone, f"/questions/values.json?snapshot={shelf[1].id}") == "2"
        assert alone.get(f"/questions/values.json?snapshot={shelf[0].id}").status_code == 404
