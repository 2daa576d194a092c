"""The cookies that browsers keep: on this server's own pages, and in a frame of another site's page."""

import asyncio

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.shell.middleware import FRAME_ANCESTORS, UPLOAD_COOKIE, UploadsInFrames, VisitorCookie

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
    assert cookies(UploadsInFrames(streamlit), x_forwarded_proto="https") == [framed, OTHERS]
    assert cookies(UploadsInFrames(streamlit)) == [STREAMLITS, OTHERS], "browsers refuse such a cookie over http"


def test_cookie_for_uploads_stays_where_nobody_may_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FRAME_ANCESTORS, raising=False)
    assert cookies(UploadsInFrames(streamlit), x_forwarded_proto="https") == [STREAMLITS, OTHERS]
