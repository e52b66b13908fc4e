"""A small published snapshot, for tests that need figures that never change."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from kg.snapshot import Snapshot, publish

SMALL = Path(__file__).resolve().parent / "service" / "data" / "small.trig"


def publish_small(root: Path, quality: str = "") -> Snapshot:
    """Publish the small graph under ``root``, with the JSON of a data quality report if given."""
    text = serialize(parse(path=str(SMALL), format=RdfFormat.TRIG), format=RdfFormat.N_QUADS) or b""
    file = root / "small.nq"
    file.write_bytes(b"".join(sorted(text.splitlines(keepends=True))))
    return publish([file], root, critmat_version="test", quality=quality)
