"""Reading a publisher's JSON and GeoJSON files exactly as they were issued.

Figures stay as they are spelled (:class:`Figure`), so nothing is rounded on the way. What a JSON
reader usually lets pass silently is refused: a key that stands twice, ``NaN`` and ``Infinity``, a
file that is cut off, one that is nested or large beyond reason.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from kg.report import Problem, Report
from kg.sources.official_file import read_text, tidy

#: No official file that critmat reads is nearly as large; a larger one is not opened.
_LARGEST = 128 * 1024 * 1024
#: Lists and objects inside each other; official files have at most ten.
_DEEPEST = 40
_DOWNLOAD = "Download the file again."
_AS_RELEASED = (
    "Take the file as it was released; a new release with other keys needs a new version of the "
    "importer."
)


class Figure(str):
    """A number of a JSON file as it is spelled there, such as ``28.035297`` or ``-999.0``."""

    __slots__ = ()


class _RefusedError(ValueError):
    """A value that JSON readers accept and an official file must not have."""


def read_official_json(path: Path, report: Report) -> object | None:
    """Give what a file of UTF-8 JSON holds, or ``None`` with a problem in the report.

    Numbers are :class:`Figure`, texts plain ``str``. A file whose whole content is ``null`` is
    refused as empty.
    """
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size > _LARGEST:
        _refuse(path, f"The file has {size} bytes, more than any release.", _DOWNLOAD, report)
        return None
    text = read_text(path, "utf-8-sig", report)
    if text is None:
        return None
    try:
        whole: object = json.loads(
            text,
            parse_float=Figure,
            parse_int=Figure,
            parse_constant=_no_constant,
            object_pairs_hook=_distinct,
        )
    except json.JSONDecodeError as error:
        _refuse(
            path,
            f"This is not JSON, or it is cut off: {error.msg}.",
            _DOWNLOAD,
            report,
            row=error.lineno,
        )
        return None
    except _RefusedError as error:
        _refuse(path, str(error), _AS_RELEASED, report)
        return None
    except RecursionError:
        whole = None
        deep = True
    else:
        deep = _is_deep(whole)
    if deep:
        _refuse(path, f"More than {_DEEPEST} levels are nested.", _DOWNLOAD, report)
        return None
    if whole is None:
        _refuse(path, "The file holds nothing but null.", _DOWNLOAD, report)
    return whole


def _no_constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} stands where JSON wants a number.")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"The key {twice[:60]!r} stands twice in one object.")
    return whole


def _is_deep(whole: object) -> bool:
    level: list[object] = [whole]
    for _ in range(_DEEPEST):
        level = [item for value in level for item in _inside(value)]
        if not level:
            return False
    return True


def _inside(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse(path: Path, message: str, remedy: str, report: Report, row: int | None = None) -> None:
    report.add(Problem(path.name, message, remedy, row=row))


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that an object of a release has: each of ``required``, and some of ``optional``."""

    required: Collection[str]
    optional: Collection[str] = ()

    def fit(self, record: Mapping[str, object], where: str, path: Path, report: Report) -> bool:
        """Whether an object has these keys and no other.

        What is missing or not known is a problem; ``where`` says where in the file it stands.
        """
        missing = sorted(set(self.required) - record.keys())
        unknown = sorted(record.keys() - set(self.required) - set(self.optional))
        if not missing and not unknown:
            return True
        says = f"{where}: the keys are not those of the release"
        if missing:
            says += "; missing: " + ", ".join(missing[:8])
        if unknown:
            says += "; not known: " + ", ".join(name[:60] for name in unknown[:8])
        column = [*unknown, *missing][0][:60]
        report.add(Problem(path.name, says + ".", _AS_RELEASED, column=column))
        return False


_COLLECTION = Keys(("type", "features"), ("name", "crs"))
_FEATURE = Keys(("type", "geometry", "properties"), ("id",))


@dataclass(frozen=True, slots=True)
class Feature:
    """One point of a GeoJSON file: its number from 1, its position and its properties.

    ``longitude`` and ``latitude`` are those of the geometry, as spelled.
    """

    number: int
    longitude: Figure
    latitude: Figure
    properties: Mapping[str, object]

    def text(self, name: str) -> str:
        """The property as text with blanks made single; ``""`` where it is null.

        The word ``<null>``, which the files of the USGS carry for an empty cell, is ``""`` too.
        """
        value = self.properties[name]
        words = tidy(value) if isinstance(value, str) else ""
        return "" if words == "<null>" else words


def read_features(path: Path, names: Sequence[str], report: Report) -> list[Feature] | None:
    """Read a GeoJSON collection of points, each with exactly these properties.

    Gives ``None`` when the file as a whole cannot be used: it is no such collection, a feature has
    other keys, a property is neither text nor number nor null, or a position is not on the globe.
    """
    whole = read_official_json(path, report)
    if whole is None:
        return None
    features = whole.get("features") if isinstance(whole, dict) else None
    if (
        not isinstance(whole, dict)
        or whole.get("type") != "FeatureCollection"
        or not isinstance(features, list)
        or not features
    ):
        _refuse(path, "This is not a GeoJSON collection of features.", _AS_RELEASED, report)
        return None
    if not _COLLECTION.fit(whole, "The file", path, report):
        return None
    found = list(_features(path, features, names, report))
    return found if len(found) == len(features) else None


def _features(
    path: Path, features: Sequence[object], names: Sequence[str], report: Report
) -> Iterator[Feature]:
    """The features up to the first that has another form; that one is a problem."""
    for number, feature in enumerate(features, start=1):
        where = f"Feature {number}"
        if not isinstance(feature, dict):
            _refuse(path, f"{where} is not an object.", _AS_RELEASED, report)
            return
        if not _FEATURE.fit(feature, where, path, report):
            return
        properties = feature["properties"]
        position = _position(feature["geometry"])
        if not isinstance(properties, dict) or position is None:
            _refuse(path, f"{where} has no point on the globe.", _AS_RELEASED, report)
            return
        if not Keys(names).fit(properties, where, path, report):
            return
        odd = [n for n, value in properties.items() if not isinstance(value, str | None)]
        if odd:
            _refuse(path, f"{where}: {odd[0]} is neither text nor number.", _AS_RELEASED, report)
            return
        yield Feature(number, *position, properties)


def _position(geometry: object) -> tuple[Figure, Figure] | None:
    """Longitude and latitude of a point; a height behind them is not read."""
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    figures = geometry.get("coordinates")
    if not isinstance(figures, list) or len(figures) not in (2, 3):
        return None
    longitude, latitude = figures[:2]
    if not isinstance(longitude, Figure) or not isinstance(latitude, Figure):
        return None
    if abs(float(longitude)) > 180 or abs(float(latitude)) > 90:
        return None
    return longitude, latitude
