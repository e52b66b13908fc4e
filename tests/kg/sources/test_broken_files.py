"""What every importer says to a file that is not the release: nothing is half imported.

Each importer reads its small fixture, written in the form of its publisher, without an error. Then
one file of the fixture is damaged in the ways in which files are damaged on their way.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.report import Severity
from kg.sources.importer import Importer
from kg.sources.registry import IMPORTERS

FIXTURES = Path(__file__).parent / "fixtures"
Damage = Callable[[bytes], bytes]


def unrelated(_: bytes) -> bytes:
    """Another file under the right name."""
    return b"name,colour\napple,red\npear,green\n"


def truncated(data: bytes) -> bytes:
    """The download stopped in the middle of a record."""
    cut = data.rstrip()
    return cut[: max(cut.rfind(b","), cut.rfind(b":"), len(cut) // 2) - 1]


def empty(_: bytes) -> bytes:
    """The download gave nothing."""
    return b""


def utf16(data: bytes) -> bytes:
    """A spreadsheet program saved the file as "Unicode text"."""
    return data.decode("utf-8-sig", errors="replace").encode("utf-16")


def page(_: bytes) -> bytes:
    """The server answered with a page that says where to log in."""
    return b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>"


def renamed_column(data: bytes) -> bytes:
    """The publisher gave a column another name."""
    header, _, rest = data.partition(b"\n")
    kept, _, _ = header.rpartition(b",")
    return kept + b",Renamed column\n" + rest


def new_column(data: bytes) -> bytes:
    """The publisher added a column."""
    lines = data.splitlines()
    return b"\n".join(line + (b",New column" if n == 0 else b",1") for n, line in enumerate(lines))


def renamed_key(data: bytes) -> bytes:
    """The publisher gave the commonest key of a JSON file another name."""
    keys: dict[str, int] = {}

    def count(pairs: list[tuple[str, object]]) -> dict[str, object]:
        for key, _ in pairs:
            keys[key] = keys.get(key, 0) + 1
        return dict(pairs)

    json.loads(data.decode("utf-8-sig"), object_pairs_hook=count)
    commonest = max(keys, key=lambda key: (keys[key], key))
    return data.replace(json.dumps(commonest).encode() + b":", b'"renamed key":')


ANY = (unrelated, truncated, empty, page)
BY_FORM: dict[str, tuple[Damage, ...]] = {
    ".csv": (*ANY, utf16, renamed_column, new_column),
    ".json": (*ANY, utf16, renamed_key),
    ".geojson": (*ANY, utf16, renamed_key),
    ".xlsx": ANY,
}


def cases() -> Iterator[object]:
    """Importer, file of its fixture and damage."""
    for importer in IMPORTERS:
        for file in files_of(importer):
            for damage in BY_FORM[file.suffix.lower()]:
                name = f"{importer.name}-{file.name}-{damage.__name__}"
                yield pytest.param(importer, file, damage, id=name)


def files_of(importer: Importer) -> list[Path]:
    """The files of an importer's fixture."""
    folder = FIXTURES / importer.name
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_the_fixture_is_read_without_an_error(importer: Importer) -> None:
    tables, report = importer.read(files_of(importer))
    assert report.ok, list(report.lines())
    assert set(tables) <= set(importer.tables)
    assert any(rows for _, rows in tables.values())
    counts = dict(report.counts)
    assert counts.pop("rows read") == sum(
        number for what, number in counts.items() if what.startswith("rows ")
    )


@pytest.mark.parametrize(("importer", "file", "damage"), list(cases()))
def test_a_damaged_file_is_refused_as_a_whole(
    importer: Importer, file: Path, damage: Damage, tmp_path: Path
) -> None:
    folder = tmp_path / importer.name
    shutil.copytree(FIXTURES / importer.name, folder)
    broken = folder / file.relative_to(FIXTURES / importer.name)
    broken.write_bytes(damage(file.read_bytes()))
    tables, report = importer.read(sorted(path for path in folder.rglob("*") if path.is_file()))
    assert not report.ok
    assert tables == {}
    errors = [problem for problem in report.problems if problem.severity is Severity.ERROR]
    assert any(problem.file == file.name for problem in errors), [str(error) for error in errors]
    assert all(problem.remedy for problem in errors)
