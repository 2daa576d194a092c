"""The middleware before Streamlit, which checks the origin of every request and adds headers and cookies to its answer.

A browser lets any page send requests to any server, with the server's cookies if both have the same host name. So each
request names its origin (`Origin`) and its recipient (`Host`), which are compared here.
"""

import ipaddress
import os
import re
import secrets
import socket
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VISITOR_COOKIE = "visitor"
LECTURER_COOKIE = "lecturer"
COOKIE_DAYS = 365
UPLOAD_COOKIE = "_streamlit_xsrf"  # Streamlit's, which its script sends back with each upload
FRAMES = ("iframe", "frame", "embed", "object")  # the values of Sec-Fetch-Dest for a page that is framed
PARTITIONED = "; Partitioned"  # Python knows this attribute of cookies from 3.14 on
HOSTS = "DASHBOARD_HOSTS"  # names under which people reach the dashboard, beside this machine's own
FRAME_ANCESTORS = "DASHBOARD_FRAME_ANCESTORS"  # sites whose pages may show the dashboard in a frame
MEDIA = "/media/"  # in the path of files that pages offer
METRICS = "/_stcore/metrics"
HEALTH = "/_stcore/health"  # requested by proxies and hosts under any name; the answer is "ok" and nothing else
# The policy allows the scripts inside these two pages alone, by their hashes.
WITH_SCRIPTS = (Path(streamlit.__file__).parent / "static" / "index.html", Path(__file__).with_name("lecturer.html"))
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
VISITOR = re.compile(r"[\w-]{1,64}", re.ASCII)  # names of visitors: the names given here have 22 characters
# Streamlit makes components of blobs, Plotly sets inline styles; charts and pictures are data URLs.
POLICY = (
    "default-src 'self'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline' blob:; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; worker-src 'self' blob:; "
    "connect-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}"
)


class SameOriginMiddleware:
    """A middleware that refuses requests to a wrong host name, and requests that pages of other origins make."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif scope["path"].endswith(METRICS):  # the number of visitors concerns nobody else
            await PlainTextResponse("There is no such page.", 404)(scope, receive, send)
        elif refusal := why_refused(HTTPConnection(scope)):
            await _refuse(refusal)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def why_refused(connection: HTTPConnection) -> str:
    """Return the reason for refusing a request. Return an empty string if the request is allowed.

    A page whose own host name was pointed at this machine (DNS rebinding) sends a `Host` that is not known here. A page of
    another site, or of another port of the same host, sends an `Origin` that is not the `Host`.
    """
    hosts = connection.headers.getlist("host")
    if len(hosts) != 1 or not is_known_host(hosts[0]):
        if connection.url.path.endswith(HEALTH):
            return ""
        named = hosts[0] if hosts else "no name"
        return (
            f"This dashboard was requested as {named[:100]}, an unknown name.\n"
            "Expected an address in numbers, this machine's own name, or localhost.\n"
            f"If the name is right, start the dashboard with the name: {HOSTS}=NAME (several with commas between)."
        )
    origin = connection.headers.get("origin")
    if origin is not None and not _is_own_origin(origin, hosts[0], is_https(connection)):
        return (
            f"This request came from a page of {origin[:100]}.\n"
            f"Expected a request from the dashboard's own pages, at {hosts[0]}.\n"
            "Open the dashboard in a tab of its own. Behind a proxy, have the proxy pass the Host header on."
        )
    return ""


def _is_own_origin(origin: str, host: str, https: bool) -> bool:
    parts = urlsplit(origin)
    # Streamlit compares in the same way next; for different names it asks the internet for this machine's own address.
    return parts.netloc == host and (parts.scheme == "https" if https else parts.scheme in ("http", "https"))


def is_known_host(host: str) -> bool:
    """Return whether a `Host` header names this dashboard.

    Numeric addresses and names without a dot are always known, since nobody elsewhere can point such a name at this machine.
    Of the other names, this machine's own and the names in DASHBOARD_HOSTS are known.

    Parameters
    ----------
    host
        The host, such as "localhost:8501", "[::1]:8501" or "192.168.1.5".
    """
    try:
        parts = urlsplit(f"//{host}")
        name, _ = (parts.hostname or "").rstrip("."), parts.port  # this raises an error if the port is no number
    except ValueError:
        return False
    if not name or parts.netloc != host or "@" in host:
        return False
    return (
        "." not in name
        or _is_address(name)
        or name in local_host_names()
        or any(_matches(name, host) for host in _more_hosts())
    )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def local_host_names() -> frozenset[str]:
    """Return this machine's names that contain a dot, by which other machines of the network may reach this machine."""
    name = socket.gethostname().lower()
    return frozenset((name, f"{name.partition('.')[0]}.local"))


def _more_hosts() -> list[str]:
    return [name.strip().lower() for name in os.environ.get(HOSTS, "").split(",") if name.strip()]


def _matches(name: str, pattern: str) -> bool:
    """Return whether a host name matches a pattern: "layers.example.org", "*.hf.space", or "*" for any name."""
    return pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def _refuse(words: str) -> Response:
    return PlainTextResponse(words, 403)


def own_script_hashes() -> list[str]:
    """Return the hashes of the inline scripts in our HTML pages, in the form of the content security policy.

    Browsers count ends of lines as line feeds.
    """
    scripts = [script for page in WITH_SCRIPTS for script in SCRIPT.findall(page.read_text(encoding="utf-8"))]
    return [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]


class SecurityHeaders:
    """A middleware that adds security headers, such as the content security policy POLICY, to each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        sites = re.split(r"[\s,;]+", os.environ.get(FRAME_ANCESTORS, "").strip())
        policy = POLICY.format(scripts=" ".join(own_script_hashes()), ancestors=" ".join(sites) or "'none'")
        self.headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",  # browsers must not guess other content types than ours
            "referrer-policy": "same-origin",  # the address of a run is a key to the run
            "cross-origin-resource-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                if MEDIA in scope["path"]:  # downloads, such as a table of the class: no cache keeps them
                    headers["cache-control"] = "private, no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers)


class VisitorCookie:
    """A middleware that gives each browser a random name in a cookie. The visitor's draft and runs are stored by this name.

    The name says nothing about the person. In a frame of another site's page, browsers keep a cookie only if the cookie is
    "partitioned", that is kept apart for each such site, and only over https.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Only the page itself: its files load at the same time, and must not each bring another name.
        is_page = scope["type"] == "http" and "text/html" in Request(scope).headers.get("accept", "")
        if not is_page or is_visitor(Request(scope).cookies.get(VISITOR_COOKIE, "")):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                request = Request(scope)
                https = is_https(request)
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


def is_visitor(name: str) -> bool:
    """Return whether the value of a visitor cookie is well formed.

    Other cookies are replaced, so that no long or strange text becomes a visitor's name.
    """
    return VISITOR.fullmatch(name) is not None


class UploadCookieMiddleware:
    """A middleware that makes uploads work in a frame of another site, where browsers keep only partitioned cookies.

    Streamlit sets its upload cookie in answers to the page's script, whose requests do not say that the page is framed. So
    all visitors get a partitioned cookie if a site may show the dashboard in a frame.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.may_be_framed = bool(os.environ.get(FRAME_ANCESTORS, "").strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.may_be_framed or not is_https(Request(scope)):
            await self.app(scope, receive, send)
            return

        async def send_partitioned(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_partitioned(name, value) for name, value in message["headers"]]
            await send(message)

        await self.app(scope, receive, send_partitioned)


def _partitioned(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Return a header of an answer. If the header sets the upload cookie, make the cookie partitioned."""
    if name.lower() != b"set-cookie" or not value.startswith(f"{UPLOAD_COOKIE}=".encode()):
        return name, value
    cookie = value.partition(b";")[0].decode("ascii")
    return name, f"{cookie}; Path=/; SameSite=None; Secure{PARTITIONED}".encode("ascii")


def is_https(connection: HTTPConnection) -> bool:
    """Return whether the browser used https, directly or through a proxy that says so in a header.

    A browser that forges the header only loses its own cookie.
    """
    schemes = (connection.url.scheme, connection.headers.get("x-forwarded-proto"))
    return "https" in schemes or "wss" in schemes
