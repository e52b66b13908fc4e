"""Documents that end, block or bloat whoever parses them without care."""

from __future__ import annotations

from collections.abc import Callable

TURTLE, XML, JSON = "text/turtle", "application/rdf+xml", "application/ld+json"
_RDF = b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def rdf_xml(body: bytes, before: bytes = b"") -> bytes:
    """A document of RDF/XML with a property element around ``body``."""
    return (
        b'<?xml version="1.0"?>' + before + b"<rdf:RDF " + _RDF + b' xmlns:x="x:">'
        b'<rdf:Description rdf:about="x:a"><x:b>' + body + b"</x:b></rdf:Description></rdf:RDF>"
    )


#: 715 bytes that become gigabytes.
BILLION_LAUGHS = rdf_xml(
    b"&l9;",
    b'<!DOCTYPE rdf:RDF [<!ENTITY l0 "lol">'
    + b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10))
    + b"]>",
)
QUADRATIC = rdf_xml(b"&a;" * 20_000, b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100_000 + b'">]>')

#: Never read, whatever follows: name, media type, document, words of the refusal.
REFUSED = {
    "billion laughs": (XML, BILLION_LAUGHS, "DOCTYPE"),
    "quadratic entities": (XML, QUADRATIC, "DOCTYPE"),
    "file entity": (
        XML, rdf_xml(b"&x;", b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "DOCTYPE",
    ),
    "external DTD": (XML, rdf_xml(b"1", b'<!doctype r SYSTEM "http://127.0.0.1:9/x">'), "DOCTYPE"),
    "entity behind the root": (XML, rdf_xml(b'1<!ENTITY a "b">'), "DOCTYPE"),
    "UTF-16": (XML, rdf_xml(b"1").decode().encode("utf-16"), "UTF-8"),
    "another encoding": (XML, rdf_xml(b"1").replace(b'"1.0"', b'"1.0" encoding="utf-7"'), "UTF-8"),
    "remote context": (JSON, b'{"@context": "http://127.0.0.1:9/c", "x:b": 1}', "@context"),
    "file context": (JSON, b'{"@context": "file:///etc/passwd", "x:b": 1}', "@context"),
    "imported context": (JSON, b'{"@context": {"@import": "http://x/"}, "x:b": 1}', "@context"),
    "inner context": (
        JSON, b'{"@id": "x:a", "x:b": {"@context": ["http://x/"], "x:b": 1}}', "@context",
    ),
    "bytes that are no text": (TURTLE, b"<x:a> <x:b> '\xff' .", "UTF-8"),
    "a literal of 17 MiB": (TURTLE, b"<x:a> <x:b> '" + b"a" * (17 << 20) + b"' .", "16,777,216"),
    "the same in XML": (XML, rdf_xml(b"a" * (17 << 20)), "16,777,216"),
}  # fmt: skip

#: Shape: media type, document for a size; sizes at half of the limit, at the limit, ten times it.
NESTED: dict[str, tuple[str, Callable[[int], bytes], tuple[int, int, int]]] = {
    "objects": (JSON, lambda n: b'{"x:b":' * n + b"1" + b"}" * n, (50, 100, 1_000)),
    "arrays": (
        JSON, lambda n: b'{"@id":"x:a","x:b":' + b"[" * (n - 1) + b"1" + b"]" * (n - 1) + b"}",
        (50, 100, 1_000),
    ),
    "a bracket in a string": (
        JSON,
        lambda n: b'{"x:\\\\":"' + b"[" * n + b'\\"","x:b":' + b"[" * n + b"1" + b"]" * n + b"}",
        (50, 99, 1_000),
    ),
    "triple terms": (
        TURTLE,
        lambda n: b"<x:a> <x:b> " + b"<<( <x:a> <x:b> " * n + b"1" + b" )>>" * n + b" .",
        (50, 100, 1_000),
    ),
    "triple terms in N-Triples": (
        "application/n-triples",
        lambda n: b"<x:a> <x:b> " + b"<<( <x:a> <x:b> " * n + b'"<<"' + b" )>>" * n + b" .",
        (50, 100, 1_000),
    ),
    "reifiers": (
        TURTLE, lambda n: b"<< " * n + b"<x:a> <x:b> 1" + b" >> <x:b> 1" * n + b" .",
        (50, 100, 1_000),
    ),
}  # fmt: skip

#: These may be as deep as they like: the parser keeps its own stack.
DEEP = {
    "blank nodes": (TURTLE, b"<x:a> <x:b> " + b"[ <x:c> " * 20_000 + b"1" + b"]" * 20_000 + b" ."),
    "collections": (TURTLE, b"<x:a> <x:b> " + b"( " * 20_000 + b"1" + b")" * 20_000 + b" ."),
    "elements": (
        XML,
        rdf_xml(b"<rdf:Description><x:b>" * 2_000 + b"1" + b"</x:b></rdf:Description>" * 2_000),
    ),
    "names like brackets": (TURTLE, b"<x:a> <x:b> '<< << <<' . # <<\n" * 200),
}
