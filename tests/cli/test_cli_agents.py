"""`genoviz mcp` speaks over standard input and output; `genoviz skill` prints the skill and copies it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from genoviz.agents.skill import skill_text
from tests.cli.calls import bad, good


def test_the_skill_is_printed_and_copied_and_nothing_is_written_over(tmp_path: Path) -> None:
    assert good("skill") == skill_text()
    good("skill", "--install", "--folder", str(tmp_path))
    file = tmp_path / "genoviz" / "SKILL.md"
    assert file.read_text(encoding="utf-8") == skill_text()
    file.write_text("mine", encoding="utf-8")
    assert "another text" in bad("skill", "--install", "--folder", str(tmp_path))
    good("skill", "--install", "--replace", "--folder", str(tmp_path))
    assert file.read_text(encoding="utf-8").startswith("---\nname: genoviz\n")


def test_without_the_sdk_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    assert "genoviz[mcp]" in bad("mcp")


def test_it_serves_over_standard_input_and_output() -> None:
    pytest.importorskip("mcp")
    from mcp import Client, StdioServerParameters

    async def names() -> list[str]:
        async with Client(StdioServerParameters(command=sys.executable, args=["-m", "genoviz", "mcp"])) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert "variant" in asyncio.run(names())
