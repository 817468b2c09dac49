"""By which names browsers may call a server."""

from __future__ import annotations

import socket

import pytest

from genoviz.ui.frame.hosts import allowed_hosts, is_loopback


def test_a_server_for_this_computer_answers_to_nothing_else() -> None:
    assert set(allowed_hosts("localhost")) == {"localhost", "127.0.0.1", "::1"}


def test_names_of_a_proxy_are_added_and_a_server_for_the_network_knows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "desk.lab.example")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a: [(2, 1, 6, "", ("198.51.100.7", 0))])
    found = allowed_hosts("0.0.0.0", ("viz.example.org", " "))
    assert {"viz.example.org", "desk.lab.example", "desk.local", "198.51.100.7", "localhost"} <= set(found)
    assert " " not in found
    assert "*" not in found


@pytest.mark.parametrize(
    ("address", "right"),
    [("localhost", True), ("127.0.0.5", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.1", False), ("a", False)],
)
def test_loopback(address: str, right: bool) -> None:
    assert is_loopback(address) is right
