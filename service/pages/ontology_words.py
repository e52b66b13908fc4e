"""How the ontology reads on a page: titles, languages, kinds of mappings; links to its terms."""

from __future__ import annotations

from flask import Flask

from service.pages import ontology_library

_LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "ja": "Japanese",
    "zh": "Chinese",
}
_RELATIONS = {
    "exactMatch": "the same as",
    "closeMatch": "nearly the same as",
    "broadMatch": "narrower than",
    "narrowMatch": "broader than",
    "relatedMatch": "related to",
}


def language(tag: str) -> str:
    """The English name of a language, or its tag.

    >>> language("de"), language("zh-Hans"), language("tlh")
    ('German', 'Chinese', 'tlh')
    """
    return _LANGUAGES.get(tag.partition("-")[0], tag)


def relation(name: str) -> str:
    """A mapping in words; a *broad* match means that the other term is the broader one.

    >>> relation("exactMatch"), relation("broadMatch")
    ('the same as', 'narrower than')
    """
    return _RELATIONS.get(name, name)


def titled(title: str) -> str:
    """A label or title as a heading; on our own pages nobody needs to be told whose module it is.

    >>> titled("critmat: facilities and companies"), titled("magnet plant")
    ('Facilities and companies', 'Magnet plant')
    """
    short = title.removeprefix("critmat:").strip()
    return short[:1].upper() + short[1:]


def module_name(iri: str) -> str:
    """The last words of a module's IRI.

    >>> module_name("https://w3id.org/critmat/ontology/codes/stages")
    'codes/stages'
    """
    local = iri.removeprefix("https://w3id.org/critmat/ontology/")
    return local if local != iri else iri


_FILTERS = (
    language,
    relation,
    titled,
    module_name,
    ontology_library.curie_address,
    ontology_library.module_address,
    ontology_library.term_address,
    ontology_library.term_link,
    ontology_library.why,
)


def register_filters(app: Flask) -> None:
    """Let templates use these functions."""
    for function in _FILTERS:
        app.jinja_env.filters[function.__name__] = function
