"""The address by which phones open a page of this server, or the reason why phones cannot connect."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.engine.readiness import OPEN_COMMAND, is_loopback, network_address, server_url

EVERY_NETWORK = ("", "0.0.0.0", "::")  # the addresses by which a server listens on all networks of its machine
USUAL_PORT = 8501  # the default port of Streamlit
PORTS = {"http": 80, "https": 443}  # the port that an address may leave out, by scheme


@dataclass(frozen=True)
class Server:
    """The network settings of this Streamlit server."""

    listens_on: str  # Streamlit's `server.address`; "" for every network
    port: int
    public_host: str = ""  # Streamlit's `browser.serverAddress`, if somebody has set this option
    public_port: int = 0  # Streamlit's `browser.serverPort`; 0 for the same port
    path: str = ""  # the path of the URL under which the server runs, such as "/course"


@dataclass(frozen=True)
class PhoneAddress:
    """The address by which phones open a page, or the reason why phones cannot connect, with advice."""

    link: str = ""  # the whole address with "http://"; "" if no phone can connect
    reason: str = ""  # why no phone can connect, as a sentence
    advice: str = ""  # how to let phones connect, as a sentence
    command: str = ""  # a command to type in a terminal; "" without a command
    short: str = ""  # the reason and the advice in a few words, beside a question
    here: str = ""  # the typed address on this machine, if no phone can connect

    @property
    def typed(self) -> str:
        """The address as people type it, without "http://" and without the query."""
        return self.link.partition("://")[2].partition("?")[0]


def phone_address(
    page: str,
    opened: str,
    server: Server,
    own_address: Callable[[socket.AddressFamily], str] = network_address,
) -> PhoneAddress:
    """Return the address by which phones open a page of this server, or the reason why phones cannot connect.

    Parameters
    ----------
    page
        The path and the query of the page, such as "/room?code=4721".
    opened
        The address of the page in the presenter's browser, or an empty string if the address is unknown.
    server
        The network settings of this server.
    own_address
        Returns this machine's IP address for a socket family, or an empty string if there is no such network.
    """
    scheme, netloc = _scheme_and_host(opened)
    here = f"{netloc or f'localhost:{server.port}'}{server.path}{page.partition('?')[0]}"
    end = f"{server.path}{page}"
    if server.public_host and not is_loopback(server.public_host):
        port = server.public_port or server.port
        scheme = "https" if port == PORTS["https"] else scheme
        return PhoneAddress(f"{_with_port(scheme, server.public_host, port)}{end}")
    if netloc and not is_loopback(urlsplit(f"//{netloc}").hostname or ""):
        return PhoneAddress(f"{scheme}://{netloc}{end}")
    if is_loopback(server.listens_on):
        return PhoneAddress(
            reason="Phones cannot come in: this server answers to its own machine only.",
            advice="Stop it with Ctrl-C, and start it with this command:",
            command=OPEN_COMMAND + ("" if server.port == USUAL_PORT else f" --server.port {server.port}"),
            short="Phones cannot come in: the server must be started with `--server.address 0.0.0.0`.",
            here=here,
        )
    if server.listens_on not in EVERY_NETWORK:
        return PhoneAddress(f"{server_url(server.listens_on, server.port)}{end}")
    families = (socket.AF_INET6,) if server.listens_on == "::" else (socket.AF_INET, socket.AF_INET6)
    host = next(filter(None, map(own_address, families)), "")
    if host:
        return PhoneAddress(f"{server_url(host, server.port)}{end}")
    return PhoneAddress(
        reason="Phones cannot come in: this machine is in no network.",
        advice="Connect it to the network of the room, by cable or without, and open this page again.",
        short="Phones cannot come in: this machine is in no network.",
        here=here,
    )


def _scheme_and_host(opened: str) -> tuple[str, str]:
    parts = urlsplit(opened)
    return parts.scheme or "http", parts.netloc


def _with_port(scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if port == PORTS[scheme] else f"{scheme}://{shown}:{port}"
