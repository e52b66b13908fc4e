"""critmat: how the knowledge graph is made and asked, without the web."""

__version__ = "0.1.0"
