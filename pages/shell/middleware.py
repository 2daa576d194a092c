"""What every request passes before Streamlit sees it: whose page it comes from, and what its answer tells the browser.

A browser lets any page send requests to any server, with the server's cookies where both have the same host name. So each
request says where it comes from (`Origin`) and which name it was sent to (`Host`); here both are compared.
"""

import ipaddress
import os
import re
import secrets
import socket
from functools import lru_cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VISITOR_COOKIE = "visitor"
COOKIE_DAYS = 365
UPLOAD_COOKIE = "_streamlit_xsrf"  # Streamlit's, which its script sends back with each upload
FRAMES = ("iframe", "frame", "embed", "object")  # what browsers say in Sec-Fetch-Dest of a page that is framed
PARTITIONED = "; Partitioned"  # Python knows this attribute of cookies from 3.14 on
HOSTS = "DASHBOARD_HOSTS"  # names under which people reach the dashboard, beside this machine's own
FRAME_ANCESTORS = "DASHBOARD_FRAME_ANCESTORS"  # sites whose pages may show the dashboard in a frame
HEALTH = "/_stcore/health"  # asked by proxies and hosts under any name; it says "ok" and nothing else
# Streamlit makes components of blobs and inline modules, Plotly sets inline styles; charts and pictures are data URLs.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline' blob:; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; worker-src 'self' blob:; "
    "connect-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}"
)


class OwnPagesOnly:
    """Refuse requests to a host name that is not the dashboard's, and requests that pages of other origins make."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif refusal := why_refused(HTTPConnection(scope)):
            await _refuse(refusal)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def why_refused(connection: HTTPConnection) -> str:
    """Why a request is not answered, in words for the person who reads the answer; "" where it is.

    A page whose own host name was pointed at this machine (DNS rebinding) sends a `Host` that is not known here. A page of
    another site, or of another port of the same host, sends an `Origin` that is not the `Host`.
    """
    hosts = connection.headers.getlist("host")
    if len(hosts) != 1 or not is_known_host(hosts[0]):
        if connection.url.path.endswith(HEALTH):
            return ""
        named = hosts[0] if hosts else "no name"
        return (
            f"This dashboard was asked for as {named[:100]}, a name that it does not know.\n"
            "Expected an address in numbers, this machine's own name, or localhost.\n"
            f"If the name is right, start the dashboard with it: {HOSTS}=NAME (several with commas between)."
        )
    origin = connection.headers.get("origin")
    if origin is not None and not _is_own_origin(origin, hosts[0], came_over_https(connection)):
        return (
            f"This request came from a page of {origin[:100]}.\n"
            f"Expected one from the dashboard's own pages, at {hosts[0]}.\n"
            "Open the dashboard in a tab of its own. Behind a proxy, have the proxy pass the Host header on."
        )
    return ""


def _is_own_origin(origin: str, host: str, https: bool) -> bool:
    parts = urlsplit(origin)
    # Streamlit compares in the same way next; where the two differ, it asks the internet for this machine's own address.
    return parts.netloc == host and (parts.scheme == "https" if https else parts.scheme in ("http", "https"))


def is_known_host(host: str) -> bool:
    """Whether a `Host` header names this dashboard.

    Addresses in numbers and names without a dot are always known: nobody elsewhere can point such a name at this machine.
    Of the others it is this machine's own, and those in DASHBOARD_HOSTS.

    Parameters
    ----------
    host
        The host, such as "localhost:8501", "[::1]:8501" or "192.168.1.5".
    """
    try:
        parts = urlsplit(f"//{host}")
        name, _ = (parts.hostname or "").rstrip("."), parts.port  # which raises where the port is no number
    except ValueError:
        return False
    if not name or parts.netloc != host or "@" in host:
        return False
    return "." not in name or _is_address(name) or name in own_names() or any(_matches(name, one) for one in _more_hosts())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def own_names() -> frozenset[str]:
    """The names with a dot by which other machines of this network may reach this one. Nothing is looked up."""
    name = socket.gethostname().lower()
    return frozenset((name, f"{name.partition('.')[0]}.local"))


def _more_hosts() -> list[str]:
    return [name.strip().lower() for name in os.environ.get(HOSTS, "").split(",") if name.strip()]


def _matches(name: str, pattern: str) -> bool:
    """Whether a host name is that of the pattern: "layers.example.org", "*.hf.space", or "*" for any."""
    return pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def _refuse(words: str) -> Response:
    return PlainTextResponse(words, 403)


class SecurityHeaders:
    """Say in each answer what the browser may do with it; see POLICY."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        sites = re.split(r"[\s,;]+", os.environ.get(FRAME_ANCESTORS, "").strip())
        policy = POLICY.format(ancestors=" ".join(sites) or "'none'")
        self.headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",  # browsers take our content types as they are
            "referrer-policy": "same-origin",  # the address of a run is a key to it
            "cross-origin-resource-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


class VisitorCookie:
    """Give every browser a random name, which its draft and its runs belong to. It says nothing about the person.

    In a frame of another site's page browsers keep a cookie only if it is "partitioned": kept apart for each such site. They
    want https for it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Only the page itself: the files that it loads at the same time must not each bring another name.
        is_page = scope["type"] == "http" and "text/html" in Request(scope).headers.get("accept", "")
        if not is_page or VISITOR_COOKIE in Request(scope).cookies:
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                request = Request(scope)
                https = came_over_https(request)
                framed = https and request.headers.get("sec-fetch-dest") in FRAMES
                cookie = SimpleCookie({VISITOR_COOKIE: secrets.token_urlsafe(16)})
                rules: dict[str, Any] = {
                    "httponly": True,
                    "samesite": "None" if framed else "Lax",
                    "path": "/",
                    "max-age": COOKIE_DAYS * 24 * 3600,
                    "secure": https,
                }
                cookie[VISITOR_COOKIE].update(rules)
                words = cookie[VISITOR_COOKIE].OutputString() + (PARTITIONED if framed else "")
                MutableHeaders(scope=message).append("set-cookie", words)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


class UploadsInFrames:
    """Let browsers keep the cookie that Streamlit wants with each upload, also in a frame of another site's page.

    Streamlit sets it as it answers requests of the page's script, which do not say that the page is framed. So all visitors
    get it partitioned where a site may show the dashboard in a frame.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.may_be_framed = bool(os.environ.get(FRAME_ANCESTORS, "").strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.may_be_framed or not came_over_https(Request(scope)):
            await self.app(scope, receive, send)
            return

        async def send_partitioned(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_partitioned(name, value) for name, value in message["headers"]]
            await send(message)

        await self.app(scope, receive, send_partitioned)


def _partitioned(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header of an answer, with the cookie for uploads such that browsers keep it in frames."""
    if name.lower() != b"set-cookie" or not value.startswith(f"{UPLOAD_COOKIE}=".encode()):
        return name, value
    cookie = value.partition(b";")[0].decode("ascii")
    return name, f"{cookie}; Path=/; SameSite=None; Secure{PARTITIONED}".encode("ascii")


def came_over_https(connection: HTTPConnection) -> bool:
    """Whether the browser used https, also where a proxy says so; a browser that lies here only loses its own cookie."""
    schemes = (connection.url.scheme, connection.headers.get("x-forwarded-proto"))
    return "https" in schemes or "wss" in schemes
