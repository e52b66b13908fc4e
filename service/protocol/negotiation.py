"""Content negotiation: from ``Accept`` or ``format=`` to a media type for each kind of answer.

RFC 9110, section 12.5.1. The kind of answer is not known before an engine has parsed the query,
so a media type is chosen for each kind, and the engine refuses where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.engines.engine import AnswerFormats, NotAcceptableError, QueryForm


@dataclass(frozen=True, slots=True)
class Format:
    """A serialisation. ``media_type`` names it for engines and clients, ``aliases`` are other
    types that a client may ask for and that it is then labelled with, ``names`` stand in
    ``format=``, ``extension`` ends the name of a downloaded file."""

    media_type: str
    names: tuple[str, ...]
    extension: str
    aliases: tuple[str, ...] = ()

    @property
    def media_types(self) -> tuple[str, ...]:
        """The type and its aliases."""
        return (self.media_type, *self.aliases)


JSON = Format("application/sparql-results+json", ("json",), "json", ("application/json",))
XML = Format("application/sparql-results+xml", ("xml",), "xml", ("application/xml", "text/xml"))
CSV = Format("text/csv", ("csv",), "csv")
TSV = Format("text/tab-separated-values", ("tsv",), "tsv")
TURTLE = Format("text/turtle", ("turtle", "ttl", "n3"), "ttl", ("application/x-turtle",))
N_TRIPLES = Format("application/n-triples", ("ntriples", "n-triples", "nt"), "nt", ("text/plain",))
RDF_XML = Format(
    "application/rdf+xml",
    ("rdfxml", "rdf+xml", "rdf", "xml"),
    "rdf",
    ("application/xml", "text/xml"),
)
JSON_LD = Format("application/ld+json", ("jsonld", "json-ld"), "jsonld", ("application/json",))
N_QUADS = Format("application/n-quads", ("nquads", "n-quads", "nq"), "nq")
TRIG = Format("application/trig", ("trig",), "trig", ("application/x-trig",))

#: What a browser asks for: a page that shows the answer.
PAGE = Format("text/html", ("html",), "html", ("application/xhtml+xml",))

#: What a program asks for where there is a page and a JSON document of the same.
DOCUMENT = Format("application/json", ("json",), "json")

#: In the order of preference where a client has none.
SOLUTION_FORMATS = (JSON, XML, CSV, TSV)
GRAPH_FORMATS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
#: Those that also say which graph a triple stands in.
QUAD_FORMATS = (TRIG, N_QUADS)
_BY_FORM = {
    QueryForm.SOLUTIONS: SOLUTION_FORMATS,
    QueryForm.BOOLEAN: SOLUTION_FORMATS,
    QueryForm.GRAPH: GRAPH_FORMATS,
}

#: Every media type that an answer may come in.
MEDIA_TYPES = tuple(f.media_type for f in (*SOLUTION_FORMATS, *GRAPH_FORMATS))


class NoFormatError(NotAcceptableError):
    """None of the formats fits. ``available`` lists those there are."""

    def __init__(self, message: str, available: Sequence[str] = MEDIA_TYPES) -> None:
        super().__init__(message, remedy="Ask for one of: " + ", ".join(available) + ".")
        self.available = list(available)


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What a client takes: media types for the engine, and the labels that the client asked for.

    ``page`` is true where it would rather have a page than any of them.
    """

    formats: AnswerFormats
    labels: tuple[tuple[str, str], ...]
    page: bool = False

    def label(self, media_type: str, form: QueryForm) -> str:
        """The ``Content-Type`` for an answer that the engine wrote as ``media_type``."""
        as_asked = media_type == self.formats.of(form)
        name = dict(self.labels)[form.value] if as_asked else media_type
        return content_type(name)


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    quality: float
    position: int

    def weight(self, media_type: str) -> tuple[int, float, int] | None:
        """How closely this range names a type: (specificity, quality, -position), or ``None``."""
        if self.kind == media_type:
            return 3, self.quality, -self.position
        main, _, sub = self.kind.partition("/")
        if sub == "*" and main == media_type.partition("/")[0]:
            return 2, self.quality, -self.position
        if self.kind == "*/*":
            return 1, self.quality, -self.position
        return None


def _ranges(accept: str) -> list[_Range]:
    ranges = []
    for position, part in enumerate(accept.split(",")):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind = "*/*" if kind == "*" else kind
        if "/" not in kind:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                quality = _quality(value.strip())
        ranges.append(_Range(kind, quality, position))
    return ranges


def _quality(text: str) -> float:
    """A weight from 0 to 1; a malformed one counts as 0, as if the type had not been named."""
    if not text.isascii() or not text.replace(".", "", 1).isdigit():
        return 0.0
    return min(float(text), 1.0)


def choose(accept: str, formats: Sequence[Format]) -> tuple[Format, str] | None:
    """The best format for an ``Accept`` header and the type to label it with.

    The highest quality wins; among equals a type named outright before a wildcard, the one that
    stands first in the header, then our own order.
    """
    ranges = _ranges(accept) or [_Range("*/*", 1.0, 0)]
    best: tuple[tuple[float, int, int, int], Format, str] | None = None
    for order, candidate in enumerate(formats):
        for label in candidate.media_types:
            closest = max((w for r in ranges if (w := r.weight(label)) is not None), default=None)
            if closest is None or closest[1] <= 0:
                continue
            specificity, weight, position = closest
            # A wildcard asks for the proper name of a format, never for an alias.
            if specificity < 3 and label != candidate.media_type:
                continue
            key = (weight, specificity == 3, position if specificity == 3 else 0, -order)
            if best is None or key > best[0]:
                best = (key, candidate, label)
    return None if best is None else (best[1], best[2])


def choose_or_refuse(accept: str, formats: Sequence[Format]) -> tuple[Format, str]:
    """What :func:`choose` gives; raises :class:`NoFormatError` with the types where it is none."""
    chosen = choose(accept, formats)
    if chosen is None:
        raise NoFormatError(
            f"None of the formats in {accept[:200]!r} is written here.",
            [f.media_type for f in formats],
        )
    return chosen


def by_name(name: str, formats: Sequence[Format]) -> Format:
    """The format that ``format=`` names; raises :class:`NoFormatError` with the names."""
    wanted = name.strip().lower()
    for candidate in formats:
        if wanted in {*candidate.names, *candidate.media_types}:
            return candidate
    raise NoFormatError(f"There is no format {name[:100]!r}.", [f.names[0] for f in formats])


def content_type(label: str) -> str:
    """A media type as it stands in ``Content-Type``: texts say that they are UTF-8."""
    return f"{label}; charset=utf-8" if label.startswith("text/") else label


def wants_page(accept: str, name: str | None) -> bool:
    """Whether a client wants a page rather than the JSON document; ``name`` is ``format=``.

    Raises :class:`NoFormatError` where it wants neither.
    """
    if name is not None:
        wanted = name.strip().lower()
        if wanted not in {*PAGE.names, *DOCUMENT.names}:
            raise NoFormatError(f"There is no format {name[:100]!r}.", ["html", "json"])
        return wanted in PAGE.names
    chosen = choose(accept, (DOCUMENT, PAGE))
    if chosen is None:
        raise NoFormatError(
            f"None of the formats in {accept[:200]!r} is written here.",
            [DOCUMENT.media_type, PAGE.media_type],
        )
    return chosen[0] is PAGE


def negotiate(accept: str, name: str | None) -> Negotiated:
    """Choose a format for each kind of answer; ``name`` is ``format=``, which goes before Accept.

    Raises :class:`NoFormatError` where nothing fits any kind of answer.
    """
    if name is not None:
        return _by_name(name)
    chosen = {form: choose(accept, formats) for form, formats in _BY_FORM.items()}
    best = choose(accept, (*SOLUTION_FORMATS, *GRAPH_FORMATS, PAGE))
    if best is None:
        raise NoFormatError(f"None of the formats in {accept[:200]!r} is written here.")
    return _negotiated(chosen, page=best[0] is PAGE)


def _by_name(name: str) -> Negotiated:
    wanted = name.strip().lower()
    if wanted in {*PAGE.names, PAGE.media_type}:
        return _negotiated({form: (f[0], f[0].media_type) for form, f in _BY_FORM.items()}, True)
    chosen: dict[QueryForm, tuple[Format, str] | None] = {}
    for form, formats in _BY_FORM.items():
        found = next((f for f in formats if wanted in {*f.names, *f.media_types}), None)
        chosen[form] = (found, found.media_type) if found else None
    if not any(chosen.values()):
        names = [n.names[0] for n in (*SOLUTION_FORMATS, *GRAPH_FORMATS)]
        raise NoFormatError(f"There is no format {name[:100]!r}.", [*names, "html"])
    return _negotiated(chosen)


def _negotiated(
    chosen: dict[QueryForm, tuple[Format, str] | None], page: bool = False
) -> Negotiated:
    types = {form: pair[0].media_type if pair else None for form, pair in chosen.items()}
    return Negotiated(
        formats=AnswerFormats(
            solutions=types[QueryForm.SOLUTIONS],
            boolean=types[QueryForm.BOOLEAN],
            graph=types[QueryForm.GRAPH],
        ),
        labels=tuple((form.value, pair[1]) for form, pair in chosen.items() if pair),
        page=page,
    )
