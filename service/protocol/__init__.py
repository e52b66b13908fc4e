"""SPARQL over HTTP: the protocol, content negotiation and the service description."""
