"""A server whose open files are used up says so to new pages, and lets the lecturer in."""

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from core import open_files
from core.lecturer_token import token
from pages.shell.full_server import FullServerMiddleware


@pytest.fixture(autouse=True)
def full(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "limit", lambda: 1_024)
    monkeypatch.setattr(open_files, "used", lambda: 1_000)


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def answer(kind: str, path: str = "/", **headers: str) -> list[Message]:
    """What the browser gets for a request of this kind with these headers."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def unused() -> Message:
        raise AssertionError("no body is read")

    named = [(name.encode(), value.encode()) for name, value in {"host": "here", **headers}.items()]
    scope = {"type": kind, "method": "GET", "path": path, "query_string": b"", "headers": named, "scheme": "http"}
    asyncio.run(FullServerMiddleware(page)(scope, unused, keep))
    return sent


def test_new_page_is_refused_with_the_reason() -> None:
    start, body = answer("http", accept="text/html")
    assert start["status"] == 503
    assert dict(start["headers"])[b"connection"] == b"close"
    assert body["body"].decode() == (
        "This dashboard is full: 1,000 of its 1,024 open files are in use.\n"
        "Expected room for one more page.\n"
        "Close pages that you do not need, and reload this page in a minute. "
        "Whoever runs the server can allow more open files.\n"
    )


def test_new_connection_of_a_page_is_refused() -> None:
    assert answer("websocket") == [{"type": "websocket.close", "code": 1013}]


def test_files_of_an_open_page_are_still_sent() -> None:
    assert answer("http", accept="*/*")[0]["status"] == 200


def test_lecturer_gets_in() -> None:
    assert answer("http", accept="text/html", cookie=f"lecturer={token()}")[0]["status"] == 200
    assert answer("http", accept="text/html", cookie=f"lecturer={token()}x")[0]["status"] == 503


def test_lecturer_without_the_cookie_gets_to_the_form_for_the_token() -> None:
    for path in ("/lecturer", "/course/lecturer"):
        assert answer("http", path=path, accept="text/html")[0]["status"] == 200


def test_page_opens_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "used", lambda: 500)
    assert answer("http", accept="text/html")[0]["status"] == 200
