"""Engines: they answer SPARQL queries over one published snapshot.

``engine`` is the interface. ``embedded`` answers from a pool of engine processes on this machine,
``remote`` from any SPARQL 1.1 endpoint. ``gate`` looks at a query before either parses it.
"""
