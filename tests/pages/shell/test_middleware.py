"""The cookies that browsers keep: on this server's own pages, and in a frame of another site's page."""

import asyncio

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shell.middleware import (
    FRAME_ANCESTORS,
    UPLOAD_COOKIE,
    SameOriginMiddleware,
    SecurityHeaders,
    UploadCookieMiddleware,
    VisitorCookie,
    own_script_hashes,
)

STREAMLITS = f"{UPLOAD_COOKIE}=2|abc|def|17; Path=/; SameSite=Lax"
OTHERS = "lecturer=token; HttpOnly; Path=/; SameSite=lax"
LASTING = "Max-Age=31536000"


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    cookies = [(b"set-cookie", cookie.encode()) for cookie in (STREAMLITS, OTHERS)]
    await send({"type": "http.response.start", "status": 200, "headers": cookies})


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def cookies(app: ASGIApp, **headers: str) -> list[str]:
    """The cookies that an app sets in its answer to a request with these headers."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def unused() -> Message:
        raise AssertionError("no body is read")

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "here", **headers}.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": named, "scheme": "http"}
    asyncio.run(app(scope, unused, keep))
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def visitor_rules(**headers: str) -> set[str]:
    """What the cookie of a page says beside its name and its value."""
    (cookie,) = cookies(VisitorCookie(nothing), accept="text/html", **headers)
    first, *rules = cookie.split("; ")
    assert first.startswith("visitor=")
    return set(rules)


@pytest.mark.parametrize("frame", ["iframe", "frame", "embed", "object"])
def test_cookie_is_kept_apart_for_each_site_that_frames_the_dashboard(frame: str) -> None:
    rules = visitor_rules(x_forwarded_proto="https", sec_fetch_dest=frame)
    assert rules == {"HttpOnly", LASTING, "Path=/", "SameSite=None", "Secure", "Partitioned"}


def test_cookie_of_a_tab_of_its_own_goes_to_no_other_sites_frame() -> None:
    assert visitor_rules(x_forwarded_proto="https", sec_fetch_dest="document") == {
        "HttpOnly",
        LASTING,
        "Path=/",
        "SameSite=Lax",
        "Secure",
    }


def test_without_https_a_frame_gets_the_cookie_that_browsers_take() -> None:
    assert visitor_rules(sec_fetch_dest="iframe") == {"HttpOnly", LASTING, "Path=/", "SameSite=Lax"}


def test_cookie_for_uploads_is_kept_in_frames_where_a_site_may_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FRAME_ANCESTORS, "https://moodle.example.org")
    value = STREAMLITS.partition(";")[0]
    framed = f"{value}; Path=/; SameSite=None; Secure; Partitioned"
    assert cookies(UploadCookieMiddleware(streamlit), x_forwarded_proto="https") == [framed, OTHERS]
    assert cookies(UploadCookieMiddleware(streamlit)) == [STREAMLITS, OTHERS], "browsers refuse such a cookie over http"


def test_cookie_for_uploads_stays_where_nobody_may_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FRAME_ANCESTORS, raising=False)
    assert cookies(UploadCookieMiddleware(streamlit), x_forwarded_proto="https") == [STREAMLITS, OTHERS]


def answer(path: str) -> Message:
    """The first message of the answer to a request for a path."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def unused() -> Message:
        raise AssertionError("no body is read")

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"here")]}
    asyncio.run(SecurityHeaders(SameOriginMiddleware(nothing))({**scope, "scheme": "http"}, unused, keep))
    return sent[0]


def test_files_that_pages_offer_are_kept_by_no_cache() -> None:
    assert dict(answer("/media/0123.csv")["headers"])[b"cache-control"] == b"private, no-store"
    assert b"cache-control" not in dict(answer("/")["headers"])


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/layers/_stcore/metrics"])
def test_numbers_of_visitors_are_told_to_nobody(path: str) -> None:
    assert answer(path)["status"] == 404
    assert answer("/_stcore/health")["status"] == 200


@pytest.mark.parametrize("name", ["x" * 65, "two words", "<b>", "ä", ""])
def test_cookie_that_names_no_visitor_is_replaced(name: str) -> None:
    (given,) = cookies(VisitorCookie(nothing), accept="text/html", cookie=f'visitor="{name}"')
    assert given.startswith("visitor=") and len(given.partition(";")[0]) == len("visitor=") + 22
    assert cookies(VisitorCookie(nothing), accept="text/html", cookie="visitor=4mQ_w-1kX7pZr2sT9vB3cA") == []


def test_page_allows_the_scripts_that_stand_in_our_pages_and_no_others() -> None:
    headers = dict(answer("/")["headers"])
    policy = dict(part.strip().split(" ", 1) for part in headers[b"content-security-policy"].decode().split(";"))
    allowed = policy["script-src"].split()
    assert allowed[:2] == ["'self'", "blob:"] and set(allowed[2:]) == set(own_script_hashes())
    assert len(allowed) == 4, "one script of Streamlit's page, and that of the lecturer's form"
    assert all(source.startswith("'sha256-") for source in allowed[2:])
