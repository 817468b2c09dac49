"""The server: the tools under the Model Context Protocol, by its official SDK (`pip install "genoviz[mcp]"`).

It speaks over standard input and output, asks no network, and writes nothing but temporary files of its own.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from genoviz.agents.desk import RECEIPTS, Desk
from genoviz.errors import BadInput, GenovizError
from genoviz.report.view_links import APP
from genoviz.version import __version__

INSTRUCTIONS = """\
Deep-learning models of the genome: what they predict, which bases made them say it, what mutations and variants change.
Open a sequence once and go on with its handle. Before a number is used, look at `held_out` (how good the model is),
`unlike_training` and `notices`. Signs are always alternate minus reference. Names of motifs are families: one factor of a
family can't be told from another. What a model says describes the model; it is no evidence about a person's health.
"""


def make_server(app: str = APP) -> Any:
    """The server with all tools, as an `MCPServer` of the SDK.

    Parameters
    ----------
    app
        Address of the app, for the links in answers.

    Raises
    ------
    BadInput
        If the SDK is not installed.
    """
    try:
        from mcp_types import ToolAnnotations

        server_class = _server_class()
    except ImportError as error:
        raise BadInput(
            "The package `mcp` is not installed.",
            "Agents are served by the official SDK of the Model Context Protocol, version 2.",
            'Install it: pip install "genoviz[mcp]"',
        ) from error
    from genoviz.agents.asking import Asking
    from genoviz.agents.opening import Opening
    from genoviz.agents.variants import Variants

    desk = Desk(app)
    opening, asking, variants = Opening(desk), Asking(desk), Variants(desk)
    server = server_class("genoviz", title="genoviz", instructions=INSTRUCTIONS, version=__version__)
    only_reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
    tools: tuple[Callable[..., Any], ...] = (
        opening.list_models,
        opening.model_card,
        opening.open_sequence,
        opening.open_place,
        opening.open_example,
        asking.predict,
        asking.explain,
        asking.mutation_map,
        asking.edit,
        asking.compare,
        asking.verify,
        variants.variant,
        variants.variants_job,
        variants.job,
    )
    for tool in tools:
        server.add_tool(
            refusing(tool), description=_plain(tool.__doc__), annotations=only_reads, structured_output=True
        )
    _add_tables(server, desk)
    return server


def refusing(tool: Callable[..., Any]) -> Callable[..., Any]:
    """The tool, whose refusals have one shape: `{"refused": {"read", "accepted", "fix"}}`, also as text."""

    @functools.wraps(tool)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return tool(*args, **kwargs)
        except GenovizError as error:
            return refusal(error)

    return called


def refusal(error: GenovizError) -> Any:
    """A refusal as the SDK sends it."""
    from mcp_types import CallToolResult, TextContent

    said = {"refused": {"read": error.read, "accepted": error.accepted, "fix": error.fix}}
    text = TextContent(type="text", text=json.dumps(said, ensure_ascii=False))
    return CallToolResult(content=[text], structured_content=said, is_error=True)


def _server_class() -> Any:
    """The SDK's server, in which arguments that don't fit the schema of a tool are refused in the same shape."""
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from pydantic import ValidationError

    class Server(MCPServer):  # type: ignore[misc]
        async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
            try:
                return await super().call_tool(name, arguments, context)
            except ToolError as error:
                if not isinstance(error.__cause__, ValidationError):
                    raise
                said = [f"`{'.'.join(map(str, one['loc']))}`: {one['msg']}." for one in error.__cause__.errors()]
                return refusal(BadInput(" ".join(said), f"What the input schema of {name} says.", "Call it again."))

    return Server


def _add_tables(server: Any, desk: Desk) -> None:
    """The tables and receipts of answers as resources."""
    from mcp.server.mcpserver.exceptions import ResourceNotFoundError

    def table(name: str) -> str:
        """A table of numbers that an answer named: tab-separated, with what it was made from in the first lines."""
        try:
            return desk.table(name)
        except GenovizError as error:
            raise ResourceNotFoundError(str(error)) from error

    def receipt(name: str) -> str:
        """A receipt that an answer named: what was asked of which model, and the numbers; `verify` checks it."""
        try:
            return desk.receipt(name).json()
        except GenovizError as error:
            raise ResourceNotFoundError(str(error)) from error

    server.resource(f"{RECEIPTS}{{name}}", mime_type="application/json")(receipt)
    server.resource("genoviz://tables/{name}", mime_type="text/tab-separated-values")(table)


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())
