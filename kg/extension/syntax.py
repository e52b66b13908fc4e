"""Which syntax an RDF document is in, told by its name and its beginning, and which are refused.

What could harm a parser is refused here, before any parser sees it: a document type and entities,
which can grow without end, and encodings other than UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extension.material import MaterialFile
from kg.report import Problem

_FORMATS = {
    ".ttl": "ttl", ".n3": "", ".nt": "nt", ".trig": "trig", ".nq": "nq", ".rdf": "xml",
    ".owl": "xml", ".xml": "xml",
}  # fmt: skip
_SAVE_AGAIN = (
    "Save it as RDF/XML or Turtle; in Protégé: 'Save as', then choose 'RDF/XML Syntax' or "
    "'Turtle Syntax'."
)
#: What a text begins with that is an ontology in a syntax that is not read.
_OTHER_SYNTAXES = (
    (re.compile(rb"\A\s*(?:<\?xml.*?\?>\s*|<!--.*?-->\s*)*<(?:owl:)?Ontology[\s>]", re.DOTALL),
     "OWL/XML"),
    (re.compile(rb"^(?:Prefix|Ontology)\((?:[^)]|$)", re.MULTILINE), "OWL Functional Syntax"),
    (re.compile(rb"^(?:Prefix|Ontology|Class|ObjectProperty):\s", re.MULTILINE),
     "Manchester Syntax"),
    (re.compile(rb"\A\s*[{\[]\s*[\"{\[]"), "JSON-LD"),
    (re.compile(rb"\Aformat-version:"), "OBO"),
)  # fmt: skip
_IS_XML = re.compile(rb"\A\s*<(?:\?xml|rdf:RDF|RDF)[\s>]")
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")
_SYNTAXES = {
    ".owx": "OWL/XML", ".ofn": "OWL Functional Syntax", ".omn": "Manchester Syntax",
    ".jsonld": "JSON-LD", ".obo": "OBO", ".n3": "Notation3",
}  # fmt: skip
_BOM = b"\xef\xbb\xbf"
#: Bytes at the beginning that tell the syntax.
_HEAD = 4096


def syntax_of(file: MaterialFile) -> str | Problem:
    """``ttl``, ``nt``, ``trig``, ``nq`` or ``xml``; a problem for a file that is not parsed."""
    name = _named(file)
    for message, remedy, at in _faults(file, name):
        row = None if at is None else file.data.count(b"\n", 0, at) + 1
        return Problem(file.shown, message, remedy, row=row)
    return name


def _named(file: MaterialFile) -> str:
    """The syntax by the ending, unless the beginning says otherwise."""
    name = _FORMATS.get(file.path.suffix.lower(), "")
    is_xml = _IS_XML.match(file.data[:_HEAD].removeprefix(_BOM)) is not None
    if name == "xml" and not is_xml:
        return "ttl"  # Protégé and others also save Turtle under .owl
    return "xml" if is_xml else name


def _faults(file: MaterialFile, name: str) -> Iterator[tuple[str, str, int | None]]:
    """Message, remedy and position in the bytes of each reason not to parse, the first first."""
    data, head = file.data, file.data[:_HEAD].removeprefix(_BOM)
    if not data.strip():
        yield "the file is empty", "Put something into it, or take it away.", None
    if b"\0" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield (
            "there are NUL bytes, as in a file that is UTF-16",
            "Save it as UTF-8.",
            max(data.find(b"\0"), 0),
        )
    other = next((syntax for sign, syntax in _OTHER_SYNTAXES if sign.search(head)), "")
    if syntax := _SYNTAXES.get(file.path.suffix.lower(), other):
        yield f"this is {syntax}, which is not read", _SAVE_AGAIN, None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"byte 0x{data[error.start]:02x} is not UTF-8", "Save the file as UTF-8.", error.start
    if name == "xml":
        yield from _faults_of_xml(data, head)


def _faults_of_xml(data: bytes, head: bytes) -> Iterator[tuple[str, str, int | None]]:
    said = _ENCODING.match(head)
    if said and said[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        encoding = said[1].decode("ascii", "replace")
        yield f"the file says that its encoding is {encoding}", "Save it as UTF-8.", 0
    if found := _ENTITIES.search(data):
        yield (
            "the file declares a document type or entities, which can be made to grow without end",
            "Save it without entities, or as Turtle, which has none.",
            found.start(),
        )
