"""Every address of the server, asked for in ways that no page asks: nothing breaks, and nothing is given away."""

import http.client
import json
import re
import secrets
import socket
import time
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import streamlit

import dashboard
from pages.components.browser_modules import ASSETS, VERSION
from pages.shell.middleware import FRAME_ANCESTORS, HOSTS, SecurityHeaders, is_known_host
from tests.deep_cases import deep_after, deep_except
from tests.faults.conftest import TOKEN, Home
from tests.server import PATIENCE, PROJECT, Server

# Our own routes, and what they answer with; one that is not here is one that nobody tried to break.
OUR_ROUTES = {
    "/class": "",  # leads to /classroom
    "/live/{run}": "text/event-stream",
    "/replay/{run}": "text/event-stream",
    "/lecturer": "text/html",
    "/lecturer/{token}": "",  # links of earlier versions: refused
    "/assets/{path:path}": "text/javascript",
    "/room-state/{code}": "application/json",
}
OURS = tuple(path.partition("{")[0] for path in OUR_ROUTES if "{" in path)
STREAM_MODULE = f"/assets/{VERSION}/components/shared/event_stream.js"
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
    f"{VERSION}/shared/event_stream.js/../curves.js",
    f"{VERSION}/shared/event_stream.js%00.png",
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
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port or 0, timeout=PATIENCE)
    try:
        connection.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, b"" if response.status == 101 else response.read()
    finally:
        connection.close()


def test_no_route_is_unknown_to_this_test() -> None:
    found = [route.path for route in dashboard.app._user_routes]  # it has no public name
    assert set(found) == set(OUR_ROUTES), "a new route: add it to OUR_ROUTES, and how to break it"


@pytest.mark.parametrize("method", deep_except(["GET", "POST"], METHODS))
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


@pytest.mark.parametrize("method", deep_except(["GET"], METHODS))
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
    assert (status, body) == (200, ASSETS[address])
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"


def test_address_of_class_leads_to_its_page(server: Server) -> None:
    status, headers, _ = ask(server, "GET", "/class")
    assert (status, headers["location"]) == (307, "/classroom")


def test_refusals_of_our_own_are_plain_text(server: Server) -> None:
    no_run, no_file = b"There is no run with this id.", b"There is no such file."
    no_link = b"Links of this form are not used any more. Open the lecturer's link that the terminal shows now."
    known = {"/live/x": no_run, "/replay/x": no_run, "/assets/x": no_file, "/lecturer/x": no_link}
    known |= dict.fromkeys(("/room-state/0000", "/room-state/0000?answers"), b"No lecture has this code now.")
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


@pytest.mark.parametrize("speed", deep_after(3, ["", "0", HTML, "-1", "nan", "inf", "1e999", "9" * 5_000, "1_0", "\u0661"]))
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
    assert "visitor" not in visitor_cookie(ask(server, "GET", STREAM_MODULE, Accept="*/*")[1])


def test_lecturers_token_gives_the_cookie(server: Server) -> None:
    headers = {"X_Forwarded_Proto": "https", "Content_Type": "application/x-www-form-urlencoded"}
    status, headers, body = ask(server, "POST", "/lecturer", f"token={TOKEN}".encode(), **headers)
    assert (status, headers["location"], body) == (303, "/", b"")
    cookie = visitor_cookie(headers)["lecturer"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["secure"]) == (TOKEN, True, "lax", True)


OTHER_TOKENS = [TOKEN[:-1], TOKEN + "x", TOKEN.upper(), f" {TOKEN}", f"{TOKEN}\0", "", "x" * 1_000_000]


@pytest.mark.parametrize("token", deep_after(2, OTHER_TOKENS))
def test_other_token_gives_no_lecturers_cookie(server: Server, token: str) -> None:
    status, headers, body = ask(server, "POST", "/lecturer", f"token={quote(token)}".encode())
    assert "lecturer" not in visitor_cookie(headers)
    assert status == 403
    assert b'<p role="alert">This is not the lecturer\'s token.' in body


def test_token_in_a_path_is_refused_since_proxies_log_paths(server: Server) -> None:
    status, headers, _ = ask(server, "GET", f"/lecturer/{TOKEN}")
    assert status == 404
    assert "lecturer" not in visitor_cookie(headers)


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


FOREIGN = (
    "http://evil.example",
    "https://evil.example:8501",
    "http://127.0.0.1:1",
    "http://localhost:1",
    "null",
    "file://",
    HTML,
)


@pytest.mark.parametrize("origin", FOREIGN)
def test_page_of_another_origin_cannot_open_the_connection(server: Server, origin: str) -> None:
    status, _, body = ask(server, "GET", "/_stcore/stream", Origin=origin, **UPGRADE)
    assert status == 403
    assert b"Expected a request from the dashboard's own pages" in body


def test_request_of_a_foreign_page_never_reaches_streamlit(server: Server) -> None:
    """Streamlit would ask an outside address for its own, and answer nobody meanwhile."""
    before = server.log.read_text(errors="replace")
    for _ in range(5):
        ask(server, "GET", "/_stcore/stream", Origin="http://evil.example", **UPGRADE)
    assert "Did not auto detect external IP" not in server.log.read_text(errors="replace").removeprefix(before)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/live/x", "/lecturer", "/_stcore/upload_file/session/file"])
def test_page_of_another_origin_gets_no_answer(server: Server, path: str, method: str) -> None:
    for origin in FOREIGN:
        status, headers, body = ask(server, method, path, Origin=origin)
        assert (status, b"This request came from a page of" in body) == (403, True)
        assert "set-cookie" not in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "me@127.0.0.1", "localhost:x", "127.0.0.1.evil.example", ""]
)
def test_name_that_is_not_the_dashboards_is_refused(server: Server, host: str) -> None:
    """As a page sends it whose name was pointed at this machine after it was loaded."""
    for path, more in (("/", {}), ("/live/x", {}), ("/_stcore/stream", {**UPGRADE, "Origin": f"http://{host}"})):
        status, headers, body = ask(server, "GET", path, Host=host, **more)
        assert (status, b"an unknown name" in body) == (403, True)
        assert "set-cookie" not in headers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "192.168.1.5:8501", "[::1]:8501", "lab-7", socket.gethostname()])
def test_name_of_this_machine_is_answered(server: Server, host: str) -> None:
    assert ask(server, "GET", "/", Host=host)[2] == SHELL
    assert ask(server, "GET", "/_stcore/stream", Host=host, Origin=f"http://{host}", **UPGRADE)[0] == 101


def test_health_is_told_to_a_proxy_under_any_name(server: Server) -> None:
    assert ask(server, "GET", "/_stcore/health", Host="proxy.example")[0] == 200


@pytest.mark.parametrize("names", ["layers.example.org", "*.example.org, other.example", "*"])
def test_host_name_in_the_setting_is_known(monkeypatch: pytest.MonkeyPatch, names: str) -> None:
    assert not is_known_host("layers.example.org")
    monkeypatch.setenv(HOSTS, names)
    assert is_known_host("layers.example.org")
    assert is_known_host("layers.example.org:8501")
    assert is_known_host("example.com") == (names == "*")


def test_page_over_http_cannot_drive_the_one_over_https(server: Server) -> None:
    host = urlsplit(server.url).netloc
    for scheme, wanted in (("https", 101), ("http", 403)):
        headers = {"X_Forwarded_Proto": "https", "Origin": f"{scheme}://{host}", **UPGRADE}
        assert ask(server, "GET", "/_stcore/stream", **headers)[0] == wanted


@pytest.mark.parametrize(
    "path",
    ["/", "/define", "/live/x", STREAM_MODULE, "/lecturer", "/_stcore/health", "/static/x"],
)
def test_every_answer_says_what_a_browser_may_do_with_it(server: Server, path: str) -> None:
    _, headers, _ = ask(server, "GET", path)
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/define", "/lecturer"])
def test_scripts_within_a_page_are_those_that_its_policy_names(server: Server, path: str) -> None:
    _, headers, body = ask(server, "GET", path, Accept="text/html")
    (script,) = re.findall(rb"<script>(.*?)</script>", body, re.DOTALL)
    assert f"'sha256-{b64encode(sha256(script).digest()).decode()}'" in headers["content-security-policy"]


def test_sites_in_the_setting_may_frame_the_dashboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FRAME_ANCESTORS, "https://moodle.example.org, https://*.example.com")
    policy = SecurityHeaders(dashboard.app).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://moodle.example.org https://*.example.com")


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


@pytest.mark.deep  # it measures a time
def test_connection_that_stays_open_is_answered_at_once(server: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        connection.request("GET", "/_stcore/health")
        assert connection.getresponse().read() == b"ok"
        seconds.append(time.perf_counter() - started)
    connection.close()
    assert min(seconds[5:]) < 0.03, "Nagle's algorithm keeps each answer for 40 ms, but the first ones of a connection"
