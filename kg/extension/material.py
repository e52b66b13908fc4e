"""An expert's own material: the files given on the command line, and what each of them is.

Nothing is interpreted here. Each file is read once, up to a size, and kept with its checksum, so
that what is checked, what is built and what the manifest names are the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kg.report import Problem, Severity

#: The most that is read: bytes of one file, bytes of all files, files, folders inside folders.
LARGEST_FILE = 64 * 2**20
LARGEST_MATERIAL = 256 * 2**20
MOST_FILES = 1_000
DEEPEST_FOLDER = 16

#: Folder whose questions are competency questions: with an answer that they must get.
COMPETENCY = "competency"


class Kind(StrEnum):
    """What a file is taken for."""

    TABLE = "table"
    PACKAGE = "data package"
    DOCUMENT = "RDF document"
    QUESTION = "question"
    COMPETENCY = "competency question"


_KINDS = {
    ".csv": Kind.TABLE,
    ".rq": Kind.QUESTION,
    **dict.fromkeys((".ttl", ".nt", ".trig", ".nq", ".rdf", ".owl", ".xml"), Kind.DOCUMENT),
    # Refused in words where documents are read: these are ontologies in other syntaxes.
    **dict.fromkeys((".owx", ".ofn", ".omn", ".jsonld", ".n3", ".obo"), Kind.DOCUMENT),
}
_SAVE_AS_CSV = (
    "Open it, choose 'Save as', the type 'CSV UTF-8 (comma delimited)', and one file for each "
    "sheet; the name of the file says which table it is, such as facilities.csv."
)
_REFUSED = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), ("a workbook is not read", _SAVE_AS_CSV)),
    ".tsv": ("a table with tabs is not read", "Save it with commas between the cells, as .csv."),
    **dict.fromkeys(
        (".zip", ".gz", ".bz2", ".xz", ".7z"),
        ("a packed file is not read", "Unpack it, and give the folder."),
    ),
}
#: Passed over without a word: what people and programs leave beside their files.
_BESIDE = frozenset({".md", ".txt", ".json", ".pdf", ".properties"})
_PASSED_OVER = frozenset({"catalog-v001.xml", "thumbs.db", "desktop.ini", "license", "makefile"})
_NOT_A_SIGN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """One file. ``shown`` is its path as the user gave it, ``name`` is the same on every machine:
    the path from the folder that was given, that folder included."""

    path: Path
    shown: str
    name: str
    kind: Kind
    data: bytes

    @property
    def sha256(self) -> str:
        """The checksum of the bytes that were read, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def slug(self) -> str:
        """The name without folder and ending, as part of an identifier."""
        return slug(self.path.stem)


@dataclass(frozen=True, slots=True)
class Material:
    """All files that were given, by name."""

    files: tuple[MaterialFile, ...]

    def of(self, *kinds: Kind) -> Iterator[MaterialFile]:
        """The files of some kinds."""
        return (file for file in self.files if file.kind in kinds)


def slug(text: str) -> str:
    """A name as part of an identifier: small letters and digits with single dashes.

    >>> slug("My Facilities (2)")
    'my-facilities-2'
    """
    return _NOT_A_SIGN.sub("-", text.lower()).strip("-") or "file"


def gather(paths: Sequence[Path]) -> tuple[Material, list[Problem]]:
    """Read every file that is given, and those in folders and below; report what is no material.

    Links to folders are not followed, and only regular files are read. Never raises for what is
    there or missing.
    """
    problems: list[Problem] = []
    files: dict[Path, MaterialFile] = {}
    size = 0
    for given in paths:
        for path, name in _walk(given, problems):
            kind = _kind(path, given, problems)
            if kind is None or path.absolute() in files:
                continue
            data = _read(path, problems)
            if data is None:
                continue
            size += len(data)
            if size > LARGEST_MATERIAL or len(files) >= MOST_FILES:
                problems.append(
                    Problem(
                        str(given),
                        f"more than {MOST_FILES:,} files or {LARGEST_MATERIAL // 2**20} MiB",
                        "Check the material in parts.",
                    )
                )
                break
            files[path.absolute()] = MaterialFile(path, str(path), name, kind, data)
    if not files and not problems:
        problems.append(
            Problem(
                ", ".join(map(str, paths)),
                "nothing to check: no table (.csv), RDF document (.ttl, .rdf, .owl, .nt, .trig, "
                ".nq) or question (.rq)",
                "Give such a file, or the folder that holds some.",
            )
        )
    ordered = sorted(files.values(), key=lambda file: (file.name, file.shown))
    return Material(tuple(ordered)), problems


def _walk(given: Path, problems: list[Problem]) -> Iterator[tuple[Path, str]]:
    """The files at or below a path, each with its name, in an order that never changes."""
    try:
        mode = given.stat().st_mode
    except OSError as error:
        problems.append(_unreadable(given, error))
        return
    if not stat.S_ISDIR(mode):
        yield given, given.name
        return
    top = given.resolve().name
    for folder, below, names in os.walk(given, onerror=lambda e: problems.append(_of(e))):
        here = Path(folder)
        depth = len(here.relative_to(given).parts)
        if depth >= DEEPEST_FOLDER and below:
            problems.append(
                Problem(
                    folder,
                    f"folders inside folders, more than {DEEPEST_FOLDER} deep",
                    "Give the folder that holds the material.",
                )
            )
            below.clear()
        for name in sorted(below):
            if name.startswith("."):
                below.remove(name)
            elif (here / name).is_symlink():
                below.remove(name)
                problems.append(
                    Problem(
                        str(here / name),
                        "a link to a folder is not followed",
                        "Give that folder itself as well.",
                        severity=Severity.WARNING,
                    )
                )
        below.sort()
        for name in sorted(names):
            if not name.startswith((".", "~$")):
                yield here / name, f"{top}/{(here / name).relative_to(given).as_posix()}"


def _of(error: OSError) -> Problem:
    return _unreadable(Path(error.filename or "."), error)


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        str(path),
        f"cannot be read: {error.strerror or error}",
        "Give a file or folder that is there and may be read.",
    )


def _kind(path: Path, given: Path, problems: list[Problem]) -> Kind | None:
    """What a file is; a problem, or silence, for one that is no material."""
    ending = path.suffix.lower()
    if path.name.lower() == "datapackage.json":
        return Kind.PACKAGE
    if ending in _REFUSED:
        message, remedy = _REFUSED[ending]
        problems.append(Problem(str(path), message, remedy))
        return None
    if path.name.lower() in _PASSED_OVER or (ending in _BESIDE and path != given):
        return None
    kind = _KINDS.get(ending)
    if kind is None:
        problems.append(
            Problem(
                str(path),
                f"files that end in {ending!r} are not known" if ending else "what is this file?",
                "Tables end in .csv, RDF documents in .ttl, .rdf, .owl, .nt, .trig or .nq, "
                "questions in .rq.",
                severity=Severity.ERROR if path == given else Severity.WARNING,
            )
        )
    if kind is Kind.QUESTION and COMPETENCY in _folders(path, given):
        return Kind.COMPETENCY
    return kind


def _folders(path: Path, given: Path) -> Iterable[str]:
    """The folders that a file stands in, as far as they were given."""
    if path == given:
        return (path.absolute().parent.name,)
    return (given.resolve().name, *path.relative_to(given).parts[:-1])


def _read(path: Path, problems: list[Problem]) -> bytes | None:
    try:
        # Without blocking, so that a pipe that nobody writes to cannot hold up the check.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                problems.append(
                    Problem(str(path), "this is no regular file", "Give a file with text in it.")
                )
                return None
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        problems.append(_unreadable(path, error))
        return None
    if len(data) > LARGEST_FILE:
        problems.append(
            Problem(
                str(path),
                f"the file has more than {LARGEST_FILE // 2**20} MiB",
                "Split it into several files.",
            )
        )
        return None
    return data
