"""The protocol: which tools and resources there are, and what becomes of a call.

A call runs in a thread; when the client cancels it or goes, its query is stopped. Whatever a model
can mend comes back as the error of a tool, in a sentence with what to do.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

import kg
from kg.engines.engine import Abandonment, Engine
from kg.errors import CritmatError, UsageError
from kg.questions import Catalogue
from kg.questions.export.about import LICENCE
from service.mcp import graph_tools, question_tools
from service.mcp.limits import LimitedEngine, Limits
from service.mcp.tool import Call, Schema, Tool, near

_log = logging.getLogger("critmat.mcp")

_INSTRUCTIONS = (
    "critmat is a knowledge graph of critical raw materials: who mines, refines and makes what, "
    "which products depend on it, which laws and agreements act on it, and where each figure comes "
    "from. Begin with list_questions and ask the tool of a question; parameter_values says what a "
    "parameter takes. Use find and look_up for single things, and sparql for what no question "
    "asks. Name the sources of figures, with year and unit; say what is missing or inferred."
)
_QUESTIONS = "critmat://questions"
_LICENCE = "critmat://licence"
_NOTICE = Path(kg.__file__).parent / "facts" / "NOTICE.md"
#: Calls that run at the same time; the engine has queues of its own.
_AT_ONCE = 8
_READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class GraphServer:
    """The tools over one engine, by name."""

    def __init__(self, engine: Engine, catalogue: Catalogue, limits: Limits) -> None:
        """Raises :class:`~kg.errors.UsageError` where two tools would have one name."""
        self.engine = engine
        self.catalogue = catalogue
        self.limits = limits
        self.tools: dict[str, Tool] = {}
        own = (
            question_tools.list_questions(catalogue),
            question_tools.parameter_values(catalogue, limits),
            graph_tools.find(limits),
            graph_tools.look_up(),
            graph_tools.sparql(limits),
        )
        for tool in (*own, *question_tools.question_tools(catalogue, limits)):
            if tool.name in self.tools:
                raise UsageError(
                    f"Two tools would be called {tool.name}.",
                    remedy="Give the file of the question another name.",
                )
            self.tools[tool.name] = tool

    def call(self, name: str, arguments: Mapping[str, Any], asker: Abandonment) -> Schema:
        """What a tool answers; raises :class:`~kg.errors.CritmatError` for what cannot be done."""
        tool = self.tools.get(name)
        if tool is None:
            raise UsageError(
                f"There is no tool {name[:100]!r}.",
                remedy=near(name, self.tools) or "list_questions names those of the questions.",
            )
        tool.check(arguments)
        return tool.run(
            Call(arguments, LimitedEngine(self.engine, self.limits, asker), self.limits)
        )

    def protocol(self) -> Server[Any]:
        """The server of the protocol over these tools."""
        return Server(
            "critmat",
            version=kg.__version__,
            title="critmat",
            instructions=_INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_read_resource=self._read_resource,
        )

    async def _list_tools(self, _: object, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=tool.schema,
                    annotations=_READ_ONLY,
                )
                for tool in self.tools.values()
            ]
        )

    async def _call_tool(
        self, _: object, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        asker = Abandonment()
        try:
            found = await anyio.to_thread.run_sync(
                lambda: self.call(params.name, params.arguments or {}, asker),
                abandon_on_cancel=True,
                limiter=self._limiter(),
            )
        except CritmatError as error:
            _log.info("%s: %s", params.name[:100], error.title)
            return _said(f"{error.title}. {error}", is_error=True)
        except Exception:
            _log.exception("%s failed", params.name[:100])
            return _said("Something went wrong in critmat; its log says what.", is_error=True)
        finally:
            # Nothing where the call has ended; else the client cancelled it or has gone.
            asker.leave()
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=found
        )

    def _limiter(self) -> anyio.CapacityLimiter:
        if not hasattr(self, "_threads"):
            self._threads = anyio.CapacityLimiter(_AT_ONCE)
        return self._threads

    async def _list_resources(self, _: object, __: object) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=_QUESTIONS,
                    name="questions",
                    title="The questions",
                    description="All questions by theme, with their parameters.",
                    mime_type="application/json",
                ),
                types.Resource(
                    uri=_LICENCE,
                    name="licence",
                    title="Licence and notices",
                    description="What may be done with the facts, and whom to name.",
                    mime_type="text/markdown",
                ),
            ]
        )

    async def _read_resource(
        self, _: object, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        if uri == _QUESTIONS:
            found = self.call("list_questions", {}, Abandonment())
            text, kind = json.dumps(found, ensure_ascii=False, indent=1), "application/json"
        elif uri == _LICENCE:
            text, kind = f"{LICENCE}\n\n{_NOTICE.read_text(encoding='utf-8')}", "text/markdown"
        else:
            raise MCPError(
                code=types.INVALID_PARAMS,
                message=f"There is no resource {uri[:200]}. There are {_QUESTIONS} and {_LICENCE}.",
            )
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, mime_type=kind, text=text)]
        )


def _said(text: str, *, is_error: bool) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], is_error=is_error
    )


def serve_stdio(server: GraphServer) -> None:
    """Speak the protocol over standard input and output until the client closes them."""

    async def run() -> None:
        protocol = server.protocol()
        async with stdio_server() as (incoming, outgoing):
            await protocol.run(incoming, outgoing, protocol.create_initialization_options())

    anyio.run(run)
