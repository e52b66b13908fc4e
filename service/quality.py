"""The data quality report of the snapshot that the service answers from."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from kg.quality import QualityReport
from kg.snapshot import SnapshotError, open_snapshot

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublishedQuality:
    """A report with its JSON text and the checksum of it, which tells it from others."""

    report: QualityReport
    text: str
    checksum: str

    @classmethod
    def of(cls, text: str) -> PublishedQuality:
        """Read the JSON text of a report; raises ``ValueError`` where it is none."""
        return cls(
            QualityReport.from_json(text), text, hashlib.sha256(text.encode("utf-8")).hexdigest()
        )


def published_quality(root: Path, snapshot: str) -> PublishedQuality | None:
    """The report of a snapshot under ``root``.

    ``None`` where the snapshot is not there, as with a remote endpoint, was published without a
    report, or has one that this release does not read.
    """
    try:
        file = open_snapshot(root, snapshot).quality
        return None if file is None else PublishedQuality.of(file.read_text(encoding="utf-8"))
    except SnapshotError:
        return None
    except (OSError, ValueError) as error:
        _LOG.warning("the data quality report of snapshot %s: %s", snapshot, error)
        return None
