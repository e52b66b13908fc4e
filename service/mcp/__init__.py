"""The graph for language models: its questions as tools of the Model Context Protocol.

https://modelcontextprotocol.io/
"""
