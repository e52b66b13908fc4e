"""A client of the Model Context Protocol, that of the package ``mcp``, for tests that wait."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, Tool

from tests.serving import REPOSITORY

COMMAND = (sys.executable, "-m", "service.cli", "mcp")


class McpClient:
    """What a client sees of a running server."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal = portal
        self._client = client

    @property
    def instructions(self) -> str:
        return self._client.instructions or ""

    def tools(self) -> dict[str, Tool]:
        listed = self._portal.call(self._client.list_tools)
        return {tool.name: tool for tool in listed.tools}

    def call(
        self, tool: str, arguments: Mapping[str, Any] | None = None, seconds: float = 60
    ) -> CallToolResult:
        """Call a tool; after so many seconds give up, which cancels it."""

        async def run() -> Any:
            return await self._client.call_tool(
                tool, dict(arguments or {}), read_timeout_seconds=seconds
            )

        result: CallToolResult = self._portal.call(run)
        return result

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """What a tool gives; it must not be an error."""
        result = self.call(tool, arguments)
        assert not result.is_error, result.content
        found: dict[str, Any] = result.structured_content
        return found

    def refused(self, tool: str, **arguments: Any) -> str:
        """What a tool says that does not do what it is asked."""
        result = self.call(tool, arguments)
        assert result.is_error, result.structured_content
        [said] = result.content
        text: str = said.text  # type: ignore[union-attr]
        assert "Traceback" not in text
        return text

    def resources(self) -> list[str]:
        return [r.uri for r in self._portal.call(self._client.list_resources).resources]

    def read(self, uri: str) -> str:
        [content] = self._portal.call(self._client.read_resource, uri).contents
        return content.text  # type: ignore[union-attr]


@contextmanager
def speaking(*options: str | Path, log: Path | None = None) -> Iterator[McpClient]:
    """Start ``critmat mcp`` with options, as a client does, and speak to it until the end."""
    command, *arguments = (*COMMAND, *options)
    server = StdioServerParameters(
        command=str(command),
        args=[str(argument) for argument in arguments],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        cwd=REPOSITORY,
    )
    with (
        (log or Path(os.devnull)).open("a", encoding="utf-8") as errors,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(stdio_client(server, errors))) as client,
    ):
        yield McpClient(portal, client)
