"""A data set of the release before is served and written to; one of a later release is refused."""

from __future__ import annotations

import json
from pathlib import Path

from kg.snapshot import Snapshot
from tests.service.running import refused, running, token
from tests.small import publish_small


def rewrite(snapshot: Snapshot, **changes: object) -> None:
    """Write the manifest as another release does; what is ``None`` it does not know."""
    file = snapshot.path / "manifest.json"
    value = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({name: it for name, it in value.items() if it is not None}))


def test_format_1_is_served_and_takes_changes(tmp_path: Path) -> None:
    old = publish_small(tmp_path)
    rewrite(old, format=1, kind=None, base=None, parent=None, extension=None)
    with running(tmp_path / "log", f"--data={tmp_path}", "--enable-updates") as service:
        before = service.count()
        assert before > 100
        assert service.update("INSERT DATA { <x:a> <x:b> 1 }", token(tmp_path)) == 204
        assert service.count() == before + 1
    newest = json.loads((tmp_path / "current" / "manifest.json").read_text())
    assert (newest["format"], newest["base"], newest["parent"]) == (2, old.id, old.id)


def test_a_later_format_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    snapshot = publish_small(tmp_path)
    rewrite(snapshot, format=3)
    held = {path: path.stat().st_mtime_ns for path in snapshot.path.rglob("*")}
    for options in ((), ("--enable-updates",)):
        said = refused(tmp_path, *options)
        assert "has format 3; this release of critmat reads up to format 2" in said
        assert "critmat build" in said
    assert held == {path: path.stat().st_mtime_ns for path in snapshot.path.rglob("*")}
