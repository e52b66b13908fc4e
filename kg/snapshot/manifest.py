"""The manifest of a snapshot: what it holds and how to tell that it is undamaged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

#: Version of the folder layout and of the manifest. A higher one is refused when opening.
#: Format 2 came with written snapshots; a manifest of format 1 is that of a built one.
FORMAT = 2


class SnapshotKind(StrEnum):
    """How a snapshot came to be."""

    #: Published whole from files of quads.
    BUILT = "built"
    #: By changes to the one before it.
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source release: its id, its title in the data, and the quads in its named graph."""

    id: str
    title: str
    quads: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``manifest.json`` says.

    ``base`` is the id of the built snapshot that a written one goes back to, ``parent`` that of the
    one it was made from; both are empty for a built one. Of a written one ``sources``, ``tables``,
    ``checks`` and ``extension`` say what they said of its base; ``graphs``, ``counts``,
    ``classes`` and ``properties`` are empty and ``subjects`` is 0, since nobody counts a whole data
    set for every change.

    ``created`` is UTC in ISO 8601; ``commit`` is empty for an installed package. ``graphs`` maps
    the IRI of each named graph to its triples. ``counts`` has ``quads`` (lines of ``data.nq``),
    ``triples`` (of the default graph), ``asserted`` and ``derived`` (quads in named graphs).
    ``classes`` maps the IRI of each class to its members, ``properties`` that of each property to
    its triples, both of the default graph, and ``subjects`` counts the subjects there; a release
    before these two were counted left them out. ``tables`` maps each fact table to the quads
    made from it. ``extension`` lists the files of an expert's own that were built in: name, kind,
    bytes and SHA-256. ``checksums`` maps each file, by its path inside the snapshot, to size in
    bytes and SHA-256.
    """

    id: str
    created: str
    critmat_version: str
    commit: str = ""
    format: int = FORMAT
    kind: SnapshotKind = SnapshotKind.BUILT
    base: str = ""
    parent: str = ""
    sources: tuple[SourceEntry, ...] = ()
    graphs: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, int] = field(default_factory=dict)
    subjects: int = 0
    tables: Mapping[str, int] = field(default_factory=dict)
    checks: Mapping[str, Any] = field(default_factory=dict)
    extension: tuple[Mapping[str, Any], ...] = ()
    checksums: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """The text of ``manifest.json``."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read a manifest of this format or an older one.

        Raises ``KeyError``, ``TypeError`` or ``ValueError`` where something is missing or wrong.
        """
        return cls(
            id=str(value["id"]),
            created=str(value["created"]),
            critmat_version=str(value["critmat_version"]),
            commit=str(value["commit"]),
            format=int(value["format"]),
            kind=SnapshotKind(value.get("kind", SnapshotKind.BUILT)),
            base=str(value.get("base", "")),
            parent=str(value.get("parent", "")),
            sources=tuple(
                SourceEntry(str(s["id"]), str(s["title"]), int(s["quads"]))
                for s in value["sources"]
            ),
            graphs={str(k): int(v) for k, v in value["graphs"].items()},
            counts={str(k): int(v) for k, v in value["counts"].items()},
            classes={str(k): int(v) for k, v in value["classes"].items()},
            properties={str(k): int(v) for k, v in value.get("properties", {}).items()},
            subjects=int(value.get("subjects", 0)),
            tables={str(k): int(v) for k, v in value["tables"].items()},
            checks=dict(value["checks"]),
            extension=tuple(dict(file) for file in value.get("extension", ())),
            checksums={
                str(k): (int(size), str(sha256)) for k, (size, sha256) in value["checksums"].items()
            },
        )
