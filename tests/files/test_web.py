"""The HTTP client against a local server: good answers, faults and nonsense."""

from __future__ import annotations

import email.utils
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from genoviz.files.web import Client, DiskCache, NoAnswer, _SendsOn
from tests.stand_in import Server, hang_up, reply, stand_in


@pytest.fixture
def server() -> Iterator[Server]:
    with stand_in() as made:
        yield made


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> Client:
    return Client(timeout=10, retries=2, wait=waits.append)


def test_json_and_parameters(server: Server, client: Client) -> None:
    server.play = lambda h: reply(h, json.dumps({"path": h.path}))
    assert client.get_json(f"{server.url}/a", {"q": "x y", "n": 5}) == {"path": "/a?q=x+y&n=5"}
    assert client.get_json(f"{server.url}/a?b=1", {"n": 5}) == {"path": "/a?b=1&n=5"}
    assert client.get_text(f"{server.url}/t", headers={"Accept": "text/plain"}) == '{"path": "/t"}'
    assert server.headers[-1]["Accept"] == "text/plain"
    assert server.headers[-1]["User-Agent"].startswith("genoviz/")


def busy(status: int, **headers: object) -> Callable[[BaseHTTPRequestHandler], None]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda h: reply(h, "busy", status=status, headers=names)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_retries_with_growing_pauses(server: Server, client: Client, waits: list[float], status: int) -> None:
    server.script(busy(status), busy(status), lambda h: reply(h, "[1]"))
    assert client.get_json(server.url) == [1]
    assert waits == [1.0, 2.0]


def test_gives_up_after_the_retries(server: Server, client: Client, waits: list[float]) -> None:
    server.play = busy(503)
    with pytest.raises(NoAnswer, match=r"127\.0\.0\.1.*503.*busy.*Try again later") as caught:
        client.get_json(server.url)
    assert (caught.value.status, len(server.asked), len(waits)) == (503, 3, 2)


def test_retry_after(server: Server, client: Client, waits: list[float]) -> None:
    date = email.utils.formatdate(time.time() + 20, usegmt=True)
    server.script(busy(429, Retry_After=7), busy(503, Retry_After=date), lambda h: reply(h, "1"))
    client.get_json(server.url)
    assert waits[0] == 7
    assert 15 < waits[1] <= 21
    server.play = busy(429, Retry_After=3600)  # nobody waits an hour for a page
    with pytest.raises(NoAnswer, match="429"):
        client.get_json(server.url)
    assert len(waits) == 2
    server.script(busy(429, Retry_After="soon"), lambda h: reply(h, "1"))
    client.get_json(server.url)
    assert waits[2] == 1.0


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_is_not_repeated(server: Server, client: Client, status: int) -> None:
    server.play = lambda h: reply(h, '{"error": "no such track"}', status=status)
    with pytest.raises(NoAnswer, match=rf"{status}.*no such track") as caught:
        client.get_json(server.url)
    assert (caught.value.status, len(server.asked)) == (status, 1)


def test_lost_connections_are_repeated(server: Server, client: Client, waits: list[float]) -> None:
    server.script(hang_up, lambda h: reply(h, "[1, 2", length=50), lambda h: reply(h, "[1, 2]"))
    assert client.get_json(server.url) == [1, 2]
    server.play = hang_up
    with pytest.raises(NoAnswer, match="broke off"):
        client.get_json(server.url)
    server.play = lambda h: reply(h, "[1, 2", length=50)
    with pytest.raises(NoAnswer, match="broke off"):
        client.get_json(server.url)


@pytest.mark.clock
def test_slow_servers(server: Server, client: Client) -> None:
    def late(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(1)
        reply(handler, "1")

    server.play = late
    with pytest.raises(NoAnswer, match="did not answer in time"):
        Client(timeout=0.1, retries=0).get_json(server.url)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.02)

    server.play = drip
    begin = time.monotonic()
    with pytest.raises(NoAnswer, match="did not answer in time"):
        Client(timeout=0.1, retries=0).get_json(server.url)
    assert time.monotonic() - begin < 1.5


def test_nonsense(server: Server, client: Client, tmp_path: Path) -> None:
    client.cache = DiskCache(tmp_path)
    for body in ("<html>Log in to the hotel's network</html>", "", "{", "[" * 100_000, b"\xff\xfe\x00"):
        server.play = partial(reply, body=body)
        with pytest.raises(NoAnswer, match=r"can't be used.*login"):
            client.get_json(server.url)
    assert list(tmp_path.iterdir()) == []  # nonsense is not kept
    server.play = lambda h: reply(h, "x" * 3000)
    client.max_bytes = 2000
    with pytest.raises(NoAnswer, match="larger than 2,000"):
        client.get_text(server.url)


def test_offline(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match=r"refused.*everything else works without it.*file on this computer"):
        client.get_text(f"http://127.0.0.1:{port}/")

    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match="seems to be offline"):
        client.get_text("http://api.example.org/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "x", "http://a b/", "http://[x/"])
def test_only_web_addresses(client: Client, url: str) -> None:
    with pytest.raises(NoAnswer):
        client.get_text(url)


def test_cache(server: Server, client: Client, tmp_path: Path) -> None:
    client.cache = DiskCache(tmp_path / "new" / "folder")
    server.play = lambda h: reply(h, str(len(server.asked)))
    assert [client.get_json(server.url, {"n": n}) for n in (1, 2, 1, 2)] == [1, 2, 1, 2]
    assert Client(cache=client.cache).get_json(server.url, {"n": 2}) == 2
    # Another question to the same address has another answer.
    assert client.get_json(server.url, {"n": 1}, headers={"Accept": "x"}) == 3
    client.max_age = 0.0
    time.sleep(0.01)
    assert client.get_json(server.url, {"n": 1}) == 4


def test_a_kept_answer_is_checked_again(server: Server, client: Client, tmp_path: Path) -> None:
    client.cache = DiskCache(tmp_path)
    server.play = lambda h: reply(h, "[1]")
    client.get_json(server.url)
    (kept,) = tmp_path.iterdir()
    kept.write_text("damaged")
    assert client.get_json(server.url) == [1]
    assert len(server.asked) == 2

    def refuse(value: object) -> None:
        raise ValueError("it is too short")

    with pytest.raises(NoAnswer, match="it is too short"):
        client.get_json(server.url, accept=refuse)


def test_the_cache_is_bounded(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=250)
    for i, name in enumerate("abc"):
        cache.put(name, b"x" * 100)
        for path in tmp_path.iterdir():  # the clock of a file system may be coarse
            if path.stat().st_atime > 1000:
                os.utime(path, (i, i))
        if name == "b":
            cache.get("a")  # used last, so b has to go
    assert [cache.get(name) is not None for name in "abc"] == [True, False, True]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 250


def test_a_cache_that_cannot_be_written_is_no_fault(server: Server, client: Client, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    client.cache = DiskCache(tmp_path / "file" / "folder")
    server.play = lambda h: reply(h, "7")
    assert client.get_json(server.url) == 7


@pytest.mark.parametrize(
    ("start", "to", "right"),
    [
        ("93.184.216.34", "http://169.254.169.254/latest/meta-data", "local network"),
        ("93.184.216.34", "http://127.0.0.1:8501/", "local network"),
        ("93.184.216.34", "http://[::1]/", "local network"),
        ("93.184.216.34", "ftp://10.0.0.1/x", "no web address"),
        ("93.184.216.34", "https://93.184.216.35/", ""),
        ("10.0.0.1", "http://10.0.0.2/mirror", ""),  # a mirror of one's own
    ],
)
def test_a_service_can_not_send_on_into_the_local_network(start: str, to: str, right: str) -> None:
    asked = urllib.request.Request(f"https://{start}/a")

    def sent_on() -> urllib.request.Request | None:
        return _SendsOn().redirect_request(asked, None, 302, "Found", {}, to)

    if right:
        with pytest.raises(urllib.error.URLError, match=right):
            sent_on()
    else:
        assert sent_on().full_url == to
