"""Calls of the tools through the SDK's own client, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

pytest.importorskip("mcp")

from mcp import Client

from genoviz.agents.server import make_server

T = TypeVar("T")


def talk(conversation: Callable[[Client], Awaitable[T]]) -> T:
    """Run a conversation with a server of its own."""

    async def run() -> T:
        async with Client(make_server("http://app")) as client:
            return await conversation(client)

    return asyncio.run(run())


async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The answer of a tool, which must have one."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content[0].text
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> dict[str, str]:
    """The refusal of a tool: all have one shape."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    said = result.structured_content["refused"]
    assert set(said) == {"read", "accepted", "fix"}
    return said
