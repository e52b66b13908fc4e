"""The Containerfile copies what is there, and runs the service as nobody in particular."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TEXT = (REPOSITORY / "deploy" / "Containerfile").read_text(encoding="utf-8")


def test_what_it_copies_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", TEXT, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert {"kg", "service", "ontology", "queries", "requirements.lock"} <= set(names)
    assert not [name for name in names if not (REPOSITORY / name).exists()]


def test_it_installs_by_checksum_and_not_as_root() -> None:
    assert len(re.findall(r"pip install .*--require-hashes", TEXT)) == 2
    assert TEXT.index("\nUSER critmat") < TEXT.index("\nCMD ")
