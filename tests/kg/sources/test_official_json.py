"""JSON files of publishers: read exactly, refused where a reader would let something pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.report import Report
from kg.sources.official_json import Figure, Keys, read_features, read_official_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
POINT = '{"type": "Point", "coordinates": [25.5, -10.75]}'


def read(path: Path, text: str | bytes) -> tuple[object | None, list[str]]:
    """What is read of a text, and the messages of the report."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    report = Report("test")
    return read_official_json(path, report), [problem.message for problem in report.problems]


def plain(value: object) -> object:
    """Figures as numbers again."""
    if isinstance(value, Figure):
        return int(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


@given(value=VALUES.filter(lambda value: value is not None))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.mktemp("json") / "file.json"
    whole, said = read(path, json.dumps(value))
    assert plain(whole) == value
    assert said == []


@given(value=VALUES.filter(lambda value: isinstance(value, (dict, list)) and value), data=st.data())
def test_a_list_or_object_that_is_cut_off_is_refused(
    tmp_path_factory: pytest.TempPathFactory, value: object, data: st.DataObject
) -> None:
    text = json.dumps(value)
    cut = text[: data.draw(st.integers(1, len(text) - 1))]
    whole, said = read(tmp_path_factory.mktemp("json") / "file.json", cut)
    assert whole is None
    assert "is not JSON" in said[0]


def test_figures_keep_their_spelling(tmp_path: Path) -> None:
    whole, _ = read(tmp_path / "file.json", '{"a": 1.50, "b": -999, "c": "1.50"}')
    assert whole == {"a": "1.50", "b": "-999", "c": "1.50"}
    assert isinstance(whole, dict)
    assert [isinstance(value, Figure) for value in whole.values()] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "NaN stands where"),
        ('[-Infinity, "x"]', "-Infinity stands where"),
        ("[" * 41 + "]" * 41, "levels are nested"),
        ("[" * 200_000 + "]" * 200_000, "levels are nested"),
        ("null", "nothing but null"),
        ("", "is empty"),
        (b'\xff\xfe{\x00"\x00', "UTF-16"),
        ('{"a": "Étoile"}'.encode("cp1252"), "is not utf-8-sig text"),
    ],
    ids=["key twice", "NaN", "infinity", "deep", "very deep", "null", "empty", "utf-16", "cp1252"],
)
def test_what_other_readers_let_pass_is_refused(
    tmp_path: Path, text: str | bytes, word: str
) -> None:
    whole, said = read(tmp_path / "file.json", text)
    assert whole is None
    assert len(said) == 1
    assert word in said[0]


def test_forty_levels_are_read(tmp_path: Path) -> None:
    whole, said = read(tmp_path / "file.json", "[" * 40 + "]" * 40)
    assert isinstance(whole, list)
    assert said == []


def test_a_file_larger_than_any_release_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    with path.open("wb") as file:
        file.truncate(129 * 1024 * 1024)
    report = Report("test")
    assert read_official_json(path, report) is None
    assert "more than any release" in report.problems[0].message


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    report = Report("test")
    assert read_official_json(tmp_path / "none.json", report) is None
    assert "cannot be read" in report.problems[0].message


def test_keys_name_what_is_missing_and_what_is_new() -> None:
    report = Report("test")
    keys = Keys(("name", "year"), ("note",))
    assert keys.fit({"name": 1, "year": 2, "note": 3}, "Record 1", Path("x.json"), report)
    assert not keys.fit({"name": 1, "Year": 2}, "Record 2", Path("x.json"), report)
    assert "Record 2" in report.problems[0].message
    assert "missing: year; not known: Year" in report.problems[0].message


def features(path: Path, *items: str) -> tuple[list[str], list[str]]:
    """The texts of property ``a`` of each feature, and the messages of the report."""
    path.write_text(f'{{"type": "FeatureCollection", "features": [{", ".join(items)}]}}', "utf-8")
    report = Report("test")
    found = read_features(path, ("a",), report) or []
    return [feature.text("a") for feature in found], [p.message for p in report.problems]


def feature(properties: str, geometry: str = POINT) -> str:
    return f'{{"type": "Feature", "geometry": {geometry}, "properties": {properties}}}'


def test_an_empty_cell_is_null_or_the_text_null(tmp_path: Path) -> None:
    texts, said = features(
        tmp_path / "x.geojson",
        feature('{"a": null}'),
        feature('{"a": "<null>"}'),
        feature('{"a": " two  words "}'),
        feature('{"a": 7.0}'),
    )
    assert texts == ["", "", "two words", "7.0"]
    assert said == []


@pytest.mark.parametrize(
    ("item", "word"),
    [
        (feature('{"b": 1}'), "missing: a; not known: b"),
        (feature('{"a": [1]}'), "neither text nor number"),
        (feature('{"a": 1}', '{"type": "Point", "coordinates": [181, 0]}'), "no point on the"),
        (feature('{"a": 1}', '{"type": "Point", "coordinates": ["1", "2"]}'), "no point on the"),
        (feature('{"a": 1}', '{"type": "Polygon", "coordinates": []}'), "no point on the"),
        (feature('{"a": 1}', "null"), "no point on the"),
        ('{"type": "Feature", "properties": {"a": 1}}', "missing: geometry"),
        ('"text"', "is not an object"),
    ],
)
def test_one_feature_of_another_form_refuses_the_file(tmp_path: Path, item: str, word: str) -> None:
    texts, said = features(tmp_path / "x.geojson", feature('{"a": 1}'), item)
    assert texts == []
    assert word in said[0]
    assert "Feature 2" in said[0]


def test_a_file_without_features_is_no_collection(tmp_path: Path) -> None:
    assert "not a GeoJSON collection" in features(tmp_path / "x.geojson")[1][0]
