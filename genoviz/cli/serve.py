"""The command `genoviz run`: the app."""

from __future__ import annotations

from typing import Annotated

import typer

from genoviz.cli.common import bad_input_exits, say
from genoviz.errors import BadInput
from genoviz.files.installed import APP
from genoviz.version import __version__


def run(
    port: Annotated[int, typer.Option(help="Port of the page.", envvar="GENOVIZ_PORT")] = 8501,
    address: Annotated[
        str, typer.Option(help="Interface; `0.0.0.0` serves a classroom.", envvar="GENOVIZ_ADDRESS")
    ] = "localhost",
    host: Annotated[
        list[str] | None,
        typer.Option(
            help="A name by which browsers may call this server, such as that of a proxy.", envvar="GENOVIZ_HOSTS"
        ),
    ] = None,
    path: Annotated[
        str, typer.Option(help="Path below which the page is served, such as `genoviz`.", envvar="GENOVIZ_PATH")
    ] = "",
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.", envvar="GENOVIZ_BROWSER")] = True,
) -> None:
    """Start the app."""
    with bad_input_exits():
        if not APP.is_file():
            raise BadInput(
                f"`{APP}` is missing.",
                "The app is a part of every wheel and of every checkout of genoviz.",
                "Install genoviz again.",
            )
    below = f"/{path.strip('/')}" if path.strip("/") else ""
    say(f"genoviz {__version__}: http://{address}:{port}{below} (stop with Ctrl+C)")
    from genoviz.ui.frame.server import serve

    with bad_input_exits():
        serve(APP, port=port, address=address, browser=browser, hosts=tuple(host or ()), path=path)
