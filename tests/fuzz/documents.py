"""Random RDF documents in every format that is loaded, whole and damaged, and known attacks."""

from __future__ import annotations

from random import Random

_TURTLE = """@prefix e: <http://example.org/> . @base <http://example.org/b/> .
e:a a e:Thing ; e:p "x"@en, 1.50, true, '''long\nquote''' ; e:q [ e:r ( 1 2 e:c ) ] .
_:b e:p <../up> . <rel> e:p "\\u00e9\\t"^^e:type .
"""
_N_TRIPLES = """<http://example.org/a> <http://example.org/p> "x\\n\\u00E9"@de-AT .
_:b1 <http://example.org/p> <http://example.org/c> . # a comment
"""
_N_QUADS = _N_TRIPLES + '<urn:a:a> <urn:a:p> "1"^^<urn:a:t> <urn:a:g> .\n'
_TRIG = """@prefix e: <http://example.org/> .
e:g { e:a e:p e:b, "x" . } { _:x e:p e:c } GRAPH <urn:g> { e:a e:p 1 }
"""
_RDF_XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">
<e:Thing rdf:about="http://example.org/a"><e:p xml:lang="en">x &amp; y</e:p>
<e:q rdf:parseType="Collection"><rdf:Description rdf:nodeID="n"/></e:q></e:Thing></rdf:RDF>
"""
_JSON_LD = """{"@context": {"e": "http://example.org/", "p": {"@id": "e:p", "@type": "@id"}},
"@id": "e:a", "@type": "e:Thing", "p": ["e:b", "e:c"],
"@graph": [{"@id": "e:d", "e:q": {"@value": "x", "@language": "en"}}, {"e:l": {"@list": [1, 2.5]}}]}
"""
#: Media type and a small document in it.
SEEDS = (
    ("text/turtle", _TURTLE),
    ("application/n-triples", _N_TRIPLES),
    ("application/n-quads", _N_QUADS),
    ("application/trig", _TRIG),
    ("application/rdf+xml", _RDF_XML),
    ("application/ld+json", _JSON_LD),
)

_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
    '<rdf:Description rdf:about="urn:a"><e:p>&j;</e:p></rdf:Description></rdf:RDF>'
)
_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
    '<rdf:Description rdf:about="urn:a"><e:p>&x;</e:p></rdf:Description></rdf:RDF>'
)


def attacks() -> tuple[tuple[str, str], ...]:
    """Documents that are known to hurt a parser: nesting, entities, contexts from elsewhere."""
    deep = 2_000
    return (
        ("application/rdf+xml", _LAUGHS),
        ("application/rdf+xml", _ENTITY),
        ("application/rdf+xml", "<a>" * deep),
        ("application/ld+json", '{"@context": "http://127.0.0.1:9/context", "@id": "urn:a"}'),
        ("application/ld+json", '{"urn:p":' * deep + "1" + "}" * deep),
        ("application/ld+json", "[" * deep + "]" * deep),
        ("text/turtle", "<urn:a> <urn:p> " + "[ <urn:p> " * deep + "1" + "]" * deep + " ."),
        ("text/turtle", "<urn:a> <urn:p> " + "(" * deep + ")" * deep + " ."),
        ("text/turtle", "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * deep),
        ("application/trig", "{" * deep),
        ("text/turtle", '<urn:a> <urn:p> "' + "x" * 300_000 + '" .'),
    )


def document(random: Random) -> tuple[str, bytes]:
    """A media type and a document: a seed, damaged in bytes, labelled wrongly, or an attack."""
    if random.random() < 0.05:
        kind, text = random.choice(attacks())
        return kind, text.encode()
    kind, text = random.choice(SEEDS)
    if random.random() < 0.1:
        kind = random.choice(SEEDS)[0]
    content = bytearray(text.encode())
    for _ in range(random.randint(0, 4)):
        at = random.randrange(len(content) + 1)
        shape = random.randrange(4)
        if shape == 0:
            del content[at : at + random.randint(1, 15)]
        elif shape == 1:
            content[at:at] = random.choice((b"\x00", b"\xff", b"<", b'"', b"}", b"\\u", b"&x;"))
        elif shape == 2:
            content[at:at] = content[at : at + 30] * random.randint(2, 40)
        elif at < len(content):
            content[at] = random.randrange(256)
    return kind, bytes(content)
