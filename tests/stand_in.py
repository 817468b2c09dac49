"""A local web server that plays recorded answers, faults and nonsense."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class Server:
    """Answers by `play(handler)`; remembers the paths and headers that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.play: Callable[[BaseHTTPRequestHandler], None] = lambda handler: reply(handler, "{}")
        self.url = ""

    def script(self, *steps: Callable[[BaseHTTPRequestHandler], None]) -> None:
        """One step for each question; the last one again and again."""
        left = list(steps)
        self.play = lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def reply(
    handler: BaseHTTPRequestHandler,
    body: str | bytes,
    *,
    status: int = 200,
    headers: dict[str, Any] | None = None,
    length: int | None = None,
) -> None:
    """An answer; `length` lies about its size."""
    content = body.encode() if isinstance(body, str) else body
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, str(value))
    handler.send_header("Content-Length", str(len(content) if length is None else length))
    handler.end_headers()
    handler.wfile.write(content)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """The connection is closed without a word."""
    handler.close_connection = True
    handler.connection.shutdown(2)


@contextmanager
def stand_in() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            server.headers.append(dict(self.headers))
            # The client may have given up, as it should.
            with suppress(BrokenPipeError, ConnectionResetError):
                server.play(self)

        def log_message(self, *args: Any) -> None:
            """Nothing on standard error."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def asked_for(handler: BaseHTTPRequestHandler) -> dict[str, str]:
    """The parameters of a question, parted by `;` or `&`."""
    pairs = urlsplit(handler.path).query.replace("&", ";").split(";")
    return dict(pair.split("=", 1) for pair in pairs if pair)
