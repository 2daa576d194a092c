"""Start here: `streamlit run dashboard.py`.

The app object: its pages, its routes for the browser, the visitor's cookie, and the workers, up and down with it.
"""

import logging
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from types import FrameType
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import runs
from core.catalogue.datasets import first_choice
from core.cluster import Cluster
from core.files import home
from core.problems import Problem, ProblemError
from core.settings import setting
from pages.components import ASSETS
from pages.widgets import show_problem

COOKIE = "visitor"
COOKIE_DAYS = 365


class VisitorCookie:
    """Gives every browser a random name, which its draft and its runs belong to. It says nothing about the person."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Only the page itself: the files that it loads at the same time must not each bring another name.
        is_page = scope["type"] == "http" and "text/html" in Request(scope).headers.get("accept", "")
        if not is_page or COOKIE in Request(scope).cookies:
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie: SimpleCookie = SimpleCookie({COOKIE: secrets.token_urlsafe(16)})
                cookie[COOKIE].update({"httponly": True, "samesite": "Lax", "path": "/", "max-age": COOKIE_DAYS * 24 * 3600})
                MutableHeaders(scope=message).append("set-cookie", cookie[COOKIE].OutputString())
            await send(message)

        await self.app(scope, receive, send_with_cookie)


async def live(request: Request) -> Response:
    """A run's events, as they come."""
    identity = request.path_params["run"]
    if runs.current().ledger.run(identity) is None:
        return Response("There is no run with this id.", status_code=404)
    last = request.headers.get("last-event-id", "")
    frames = runs.current().stream(identity, int(last) if last.isdecimal() else None)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(frames, media_type="text/event-stream", headers=headers)


async def asset(request: Request) -> Response:
    """A file that components load: one of a fixed table, whatever was asked for."""
    path = ASSETS.get(request.url.path.removeprefix(request.scope.get("root_path", "")))
    if path is None:
        return Response("There is no such file.", status_code=404)
    return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})


def _end_streams_first(number: signal.Signals, close: Callable[[], None]) -> None:
    """Let Ctrl-C end the open streams before anything else: the server would wait for them for ever."""
    before: Any = signal.getsignal(number)

    def handle(received: int, frame: FrameType | None) -> None:
        close()
        if callable(before):
            before(received, frame)

    signal.signal(number, handle)


def explain(error: Exception) -> bool:
    """Where a page failed, say so to the person and keep the details for the terminal; True: that was all to show."""
    logging.getLogger("dashboard").exception("a page failed", exc_info=error)
    problem = Problem(
        code="page-failed",
        where=(),
        happened=f"This page failed: {type(error).__name__}.",
        expected="Expected it to be drawn; your draft and your runs are on disk and unharmed.",
        fix="Reload the page. If it fails again, undo the last change on Define.",
    )
    show_problem(error.problem if isinstance(error, ProblemError) else problem, "script")
    return True


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict]:
    """The workers start in the background with the app, and end with it."""
    installed = runs.Runs(home(), Cluster(int(setting("trainers"))))
    runs.use(installed)
    installed.begin(first_choice())
    for number in (signal.SIGINT, signal.SIGTERM):
        _end_streams_first(number, installed.live.close)
    yield {}
    installed.close()


app = st.App(
    "pages/main.py",
    lifespan=lifespan,
    on_script_error=explain,
    routes=[Route("/live/{run}", live), Route("/assets/{name:path}", asset)],
    middleware=[Middleware(VisitorCookie)],
)
