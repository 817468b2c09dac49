"""Which names a browser may call the server by.

A page of another site can give its own name the address of a server that only this computer, or this network, can reach; its
scripts would then pass for pages of that server. Streamlit opens no session for a name that is not among these.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SOMEWHERE = "192.0.2.1"  # an address for examples (RFC 5737): choosing a way to it sends nothing


def allowed_hosts(address: str, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names for a server that listens on `address`: loopback, its own, and those that were `named`; `*` allows all.

    A server that listens everywhere answers to the name and the addresses of this computer.
    """
    found = [*LOOPBACK, *(name.strip() for name in named if name.strip())]
    if address in ("0.0.0.0", "::", ""):
        found += own_names()
    else:
        found.append(address)
    return tuple(dict.fromkeys(found))


def own_names() -> list[str]:
    """The name of this computer, also in the local network, and its addresses."""
    name = socket.gethostname()
    names = [name, f"{name.split('.')[0]}.local"]
    with contextlib.suppress(OSError):  # it may not know itself by name
        names += [str(row[4][0]).split("%")[0] for row in socket.getaddrinfo(name, None)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect((_SOMEWHERE, 9))
        names.append(probe.getsockname()[0])
    return names


def is_loopback(address: str) -> bool:
    """Whether only this computer can reach an address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
