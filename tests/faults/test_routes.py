"""Every address of the server, asked for in ways that no page asks: nothing breaks, and nothing is given away."""

import http.client
import json
import secrets
import socket
from contextlib import suppress
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import streamlit

import dashboard
from pages.components import ASSETS
from tests.faults.conftest import TOKEN, Home
from tests.server import PROJECT, Server

# Our own routes, and what they answer with; one that is not here is one that nobody tried to break.
OUR_ROUTES = {
    "/live/{run}": "text/event-stream",
    "/replay/{run}": "text/event-stream",
    "/lecturer/{token}": "",  # sends on to the first page
    "/assets/{name:path}": "text/javascript",
}
OURS = tuple(path.partition("{")[0] for path in OUR_ROUTES)
STREAMLITS = ("/", "/media/", "/component/", "/static/", "/app/static/", "/_stcore/bidi-components/", "/_stcore/")
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
SHELL = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()  # the empty page, for any address

HTML = "<img src=x onerror=alert(1)>"
HOSTILE = (
    "",
    "..",
    "../dashboard.py",
    "../../../../../../../../etc/passwd",
    "%2e%2e%2fdashboard.py",
    "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%252e%252e%252fdashboard.py",
    "..%5c..%5cdashboard.py",
    "stream.js/../curves.js",
    "stream.js%00.png",
    "%00",
    "/etc/passwd",
    quote(f"{PROJECT}/dashboard.py"),
    "C:%5CWindows%5Cwin.ini",
    "C:/Windows/win.ini",
    "%5c%5cserver%5cshare",
    "curves.js",
    "code.js",
    ".streamlit/config.toml",
    quote(HTML),
    quote("</script><script>alert(1)</script>"),
    quote("'; DROP TABLE runs; --"),
    quote("\u202e\u05e9\u05dc\u05d5\u05dd 💥"),
    "%ff%fe%c0%af",
    "%ed%a0%80",
    "%0d%0aSet-Cookie:%20visitor=mine",
    "a" * 6_000,
    secrets.token_urlsafe(16),
)
TELL_TALE = (b"Traceback", b"<img src=x", b"<script>alert", str(PROJECT).encode(), str(Path.home()).encode(), b"root:x:0")
TELL_TALE = tuple(one for one in TELL_TALE if one != b"/")  # where there is no home folder

Answer = tuple[int, dict[str, str], bytes]


def ask(server: Server, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """Status, headers and body of one request, sent as it stands, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port or 0, timeout=10)
    try:
        connection.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, b"" if response.status == 101 else response.read()
    finally:
        connection.close()


def test_no_route_is_unknown_to_this_test() -> None:
    found = [route.path for route in dashboard.app._user_routes]  # type: ignore[attr-defined]  # it has no public name
    assert set(found) == set(OUR_ROUTES), "a new route: add it to OUR_ROUTES, and how to break it"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("prefix", OURS)
def test_hostile_path_of_our_own_is_refused(server: Server, prefix: str, method: str) -> None:
    for hostile in HOSTILE:
        status, headers, body = ask(server, method, prefix + hostile)
        what = f"{method} {prefix}{hostile[:60]} gave {status}: {body[:200]!r}"
        elsewhere = not hostile or "/" in hostile  # "/live/" and "/live/a/b" are no address of ours
        is_shell = elsewhere and status in (200, 301, 308) and body in (SHELL, b"")
        assert status in (400, 404, 405) or is_shell, what
        assert not [one for one in TELL_TALE if one in body], what
        assert is_shell or headers.get("content-type", "text/plain").startswith("text/plain"), what
        assert "mine" not in headers.get("set-cookie", ""), what


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("prefix", STREAMLITS)
def test_hostile_path_of_streamlit_gives_nothing_away(server: Server, prefix: str, method: str) -> None:
    for hostile in HOSTILE:
        status, headers, body = ask(server, method, prefix + hostile)
        what = f"{method} {prefix}{hostile[:60]} gave {status}: {body[:200]!r}"
        assert status < 500, what
        assert status != 200 or body in (SHELL, b""), what  # any address is a page, which the browser then asks for
        assert not [one for one in TELL_TALE if one in body], what
        assert not headers.get("location", "").startswith(("//", "/\\", "http", "C:")), what
        assert "mine" not in headers.get("set-cookie", ""), what


def test_request_that_is_no_http_is_refused_and_the_server_lives(server: Server) -> None:
    port = urlsplit(server.url).port or 0
    for raw in (
        b"GET /live/\0 HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\0",
        b"\xff" * 99,
    ):
        received = b""
        with socket.create_connection(("127.0.0.1", port), timeout=5) as plain, suppress(OSError):
            plain.sendall(raw)  # the server may hang up before the end
            plain.shutdown(socket.SHUT_WR)
            received = plain.recv(4_096)
        assert b"Traceback" not in received
        assert received[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 431")
    assert ask(server, "GET", "/_stcore/health")[0] == 200


@pytest.mark.parametrize("address", ASSETS)
def test_asset_is_the_file_with_its_type(server: Server, address: str) -> None:
    status, headers, body = ask(server, "GET", address)
    assert (status, body) == (200, ASSETS[address].read_bytes())
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"


def test_refusals_of_our_own_are_plain_text(server: Server) -> None:
    no_run, no_file = b"There is no run with this id.", b"There is no such file."
    no_link = b"This is not the lecturer's link; the terminal in which the dashboard was started shows it."
    known = {"/live/x": no_run, "/replay/x": no_run, "/assets/x": no_file, "/lecturer/x": no_link}
    for address, words in known.items():
        status, headers, body = ask(server, "GET", address)
        assert (status, body) == (404, words)
        assert headers["content-type"] == "text/plain; charset=utf-8"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("way", ["/live/{}", "/replay/{}?speed=all"])
@pytest.mark.parametrize("last", ["", "-1", "7", "9" * 5_000, "1e9", "\u00b2", HTML])
def test_stream_of_a_run_survives_any_last_event_id(server: Server, home: Home, last: str, way: str) -> None:
    status, headers, body = ask(server, "GET", way.format(home.over), Last_Event_ID=last)
    assert status == 200
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert b'"state":"cancelled"' in body


@pytest.mark.parametrize("speed", ["", "0", "-1", "nan", "inf", "1e999", "9" * 5_000, "1_0", "\u0661", HTML])
def test_speed_that_means_nothing_is_refused(server: Server, home: Home, speed: str) -> None:
    status, headers, body = ask(server, "GET", f"/replay/{home.over}?speed={quote(speed)}")
    assert status == 400, body
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert len(body) < 1_000


def visitor_cookie(headers: dict[str, str]) -> SimpleCookie:
    return SimpleCookie(headers.get("set-cookie", ""))


def test_cookie_is_for_the_server_alone_and_secure_over_https(server: Server) -> None:
    plain = visitor_cookie(ask(server, "GET", "/", Accept="text/html")[1])["visitor"]
    assert len(plain.value) == 22
    assert (plain["httponly"], plain["samesite"], plain["path"], plain["secure"]) == (True, "Lax", "/", "")
    secure = visitor_cookie(ask(server, "GET", "/", Accept="text/html", X_Forwarded_Proto="https")[1])["visitor"]
    assert (secure["httponly"], secure["samesite"], secure["secure"]) == (True, "Lax", True)
    assert secure.value != plain.value
    assert "visitor" not in visitor_cookie(ask(server, "GET", "/", Accept="text/html", Cookie="visitor=x")[1])
    assert "visitor" not in visitor_cookie(ask(server, "GET", "/assets/stream.js", Accept="*/*")[1])


def test_lecturers_link_gives_the_cookie_and_shows_no_token_any_more(server: Server) -> None:
    status, headers, body = ask(server, "GET", f"/lecturer/{TOKEN}", X_Forwarded_Proto="https")
    assert (status, headers["location"], body) == (303, "/", b"")
    cookie = visitor_cookie(headers)["lecturer"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["secure"]) == (TOKEN, True, "lax", True)


@pytest.mark.parametrize("token", [TOKEN[:-1], TOKEN + "x", TOKEN.upper(), f" {TOKEN}", f"{TOKEN}\0", ""])
def test_other_link_gives_no_lecturers_cookie(server: Server, token: str) -> None:
    _, headers, _ = ask(server, "GET", f"/lecturer/{quote(token)}")
    assert "lecturer" not in visitor_cookie(headers)


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


@pytest.mark.parametrize("origin", ["http://evil.example", "https://evil.example:8501", "null", "file://", HTML])
def test_page_of_another_site_cannot_open_the_connection(server: Server, origin: str) -> None:
    assert ask(server, "GET", "/_stcore/stream", Origin=origin, **UPGRADE)[0] == 403


def test_own_page_opens_the_connection(server: Server) -> None:
    assert ask(server, "GET", "/_stcore/stream", Origin=server.url, **UPGRADE)[0] == 101


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_upload_without_token_is_refused(server: Server, method: str) -> None:
    for headers in ({}, {"X_Xsrftoken": "x"}, {"Cookie": "_streamlit_xsrf=x", "X_Xsrftoken": "x"}):
        assert ask(server, method, "/_stcore/upload_file/session/file", b"content", **headers)[0] == 403


def test_upload_of_nobody_is_refused(server: Server) -> None:
    token = visitor_cookie(ask(server, "GET", "/_stcore/health")[1])["_streamlit_xsrf"].value
    headers = {"Cookie": f"_streamlit_xsrf={token}", "X_Xsrftoken": token}
    status, _, body = ask(server, "PUT", "/_stcore/upload_file/session/file", b"content", **headers)
    assert status == 400
    assert b"Invalid session_id" in body


def test_only_the_browser_drives_pages(server: Server) -> None:
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        status, _, body = ask(server, "POST", path, b"{}", Content_Type="application/json")
        assert status in (400, 403)
        assert b"This app does not serve the agent API." in body
    assert json.loads(ask(server, "GET", "/_stcore/host-config")[2])["allowedOrigins"] == []
    assert ask(server, "GET", "/_stcore/script-health-check")[2] == SHELL  # which would run a page for whoever asks
