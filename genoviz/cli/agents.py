"""The commands for programs that converse: `genoviz mcp`, and the text that tells them how to use it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genoviz.cli.common import bad_input_exits, say
from genoviz.report.view_links import APP


def mcp(
    app: Annotated[str, typer.Option(help="Address of the app, for the links in answers.", envvar="GENOVIZ_APP")] = APP,
) -> None:
    """Serve genoviz to an agent over the Model Context Protocol, on standard input and output."""
    with bad_input_exits():
        from genoviz.agents.server import make_server

        server = make_server(app)
    server.run("stdio")


def skill(
    install: Annotated[bool, typer.Option("--install", help="Copy it to where agents look for skills.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Folder of skills; `~/.claude/skills` without it.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over another version of it.")] = False,
) -> None:
    """Print the skill for agents, `SKILL.md`: which tools answer which question, and how to answer with care."""
    from genoviz.agents.skill import install_skill, skill_text

    if not install:
        typer.echo(skill_text(), nl=False)
        return
    with bad_input_exits():
        say(f"Written: {install_skill(folder, replace=replace)}")
