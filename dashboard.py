"""Start here: `streamlit run dashboard.py`.

The app object: its pages, its routes for the browser, and the workers, which start and end with it. A thread imports most
modules (`pages/frame/server_setup.py`), so that browsers get the files of Streamlit meanwhile.
"""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

import psutil
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from core import open_files
from pages.shell.addresses import base_path
from pages.shell.frontend_files import FrontendMiddleware
from pages.shell.full_server import FullServerMiddleware
from pages.shell.log_limits import limit_tracebacks
from pages.shell.middleware import SameOriginMiddleware, SecurityHeaders, UploadCookieMiddleware, VisitorCookie
from pages.shell.upload_memory import UploadLimit

if TYPE_CHECKING:
    from core.application import Application

SWITCH_SECONDS = (
    0.0005  # threads switch ten times as often as by default: pages of 30 visitors are served three times as fast
)
_set_up_thread = ThreadPoolExecutor(1, "set-up")
_setting_up: "Future[Application | None]" = Future()


def _set_up() -> "Application | None":
    from core.child_process import stop
    from core.datasets.first_look import start_quick_previews
    from core.files import data_folder
    from core.problems import ProblemError

    first_look = None
    with suppress(OSError):  # the set-up below meets the same error, and explains the error
        first_look = (
            start_quick_previews()
        )  # now: pictures that come after a first page has been drawn have to wait for its charts
    try:
        from pages.frame.server_setup import set_up

        return set_up()
    except ProblemError as error:
        if first_look is not None:
            stop(first_look)
        print(f"The dashboard cannot work: {error.problem} The data folder is {data_folder()}.", flush=True)
    except Exception:
        logging.getLogger("dashboard").exception("the set-up failed")
        signal.raise_signal(signal.SIGTERM)  # ends the server, which can show no page
    return None


async def _when_set_up() -> "Application | None":
    """Return the application once the server is set up. Return None if the set-up failed."""
    return await asyncio.shield(asyncio.wrap_future(_setting_up))


class PagesWhenSetUp:
    """Let the connections of pages wait until the server is set up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await _when_set_up()
        await self.app(scope, receive, send)


def _when_asked(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return a route that calls the endpoint of this name in `pages/frame/routes.py` once the server is set up."""

    async def answer(request: Request) -> Response:
        await _when_set_up()
        from pages.frame import routes

        endpoint: Callable[[Request], Awaitable[Response]] = getattr(routes, name)
        return await endpoint(request)

    return answer


def _end_streams_first(number: signal.Signals) -> None:
    """Make a signal such as Ctrl-C close the event streams first. Otherwise the server would wait for them for ever."""
    before: Any = signal.getsignal(number)

    def handle(received: int, frame: FrameType | None) -> None:
        if _setting_up.done() and (started := _setting_up.result()) is not None:
            started.runs.streams.close()
        if callable(before):
            before(received, frame)

    signal.signal(number, handle)


def explain(error: Exception) -> bool:
    """Show the visitor that a page failed, and log the details. Return True, so that Streamlit shows nothing else."""
    from core.application import problem_of_error
    from core.problems import Problem
    from pages.shell.messages import show_problem

    logging.getLogger("dashboard").exception("a page failed", exc_info=error)
    problem = Problem(
        code="page-failed",
        where=(),
        happened=f"This page failed: {type(error).__name__}.",
        expected="Expected it to be drawn; what was noted down before, such as runs and drafts, stays as it is.",
        fix="Reload the page. If it fails again, undo the last change on Define; the terminal has the details.",
    )
    show_problem(problem_of_error(error) or problem, "script")
    return True


def _send_packets_at_once() -> None:
    """Turn off Nagle's algorithm for the connections of this server, since it delays every second packet by 40 ms.

    asyncio turns the algorithm off for sockets that name their protocol, but Streamlit's socket names none. Connections
    inherit the option from the socket that accepts them.
    """
    for connection in psutil.Process().net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.fd >= 0:  # on Windows, `fd` is -1
            with socket.socket(fileno=os.dup(connection.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict]:
    """Set the server up in the background, and end its workers with the app."""
    global _setting_up
    open_files.raise_limit()
    limit_tracebacks()
    asyncio.get_running_loop().set_exception_handler(open_files.OpenFilesErrorHandler())
    _send_packets_at_once()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # until the set-up ends: imported modules hold no garbage, and a search for garbage takes 0.15 s
    _setting_up = _set_up_thread.submit(_set_up)
    for number in (signal.SIGINT, signal.SIGTERM):
        _end_streams_first(number)
    try:
        yield {}
    finally:  # waiting may block the event loop, which serves nobody any more
        if (started := _setting_up.result()) is not None:
            started.close()


app = st.App(
    "pages/main.py",
    lifespan=lifespan,
    on_script_error=explain,
    routes=[
        Route(base_path() + path, _when_asked(name), methods=[method])
        for path, name, method in (
            ("/class", "class_page", "GET"),
            ("/live/{run}", "stream_run_events", "GET"),
            ("/lecturer", "lecturer_form", "GET"),
            ("/lecturer", "become_lecturer", "POST"),
            ("/lecturer/{token}", "outdated_lecturer_link", "GET"),
            ("/replay/{run}", "replay_run", "GET"),
            ("/room-state/{code}", "state_of_room", "GET"),
            ("/assets/{path:path}", "asset", "GET"),
        )
    ],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(SameOriginMiddleware),
        Middleware(FullServerMiddleware),
        Middleware(FrontendMiddleware),
        Middleware(VisitorCookie),
        Middleware(UploadCookieMiddleware),
        Middleware(UploadLimit),
        Middleware(PagesWhenSetUp),
    ],
)
