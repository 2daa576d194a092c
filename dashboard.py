"""Start here: `streamlit run dashboard.py`.

The app object: its pages, its routes for the browser, and the workers, which start and end with it.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qs

import psutil
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from core import lecturer_token, machine
from core.application import Application, application, install
from core.catalogue.datasets import first_choice
from core.engine.cluster import Cluster
from core.engine.readiness import network_address
from core.files import data_folder, home
from core.problems import Problem, ProblemError
from core.runs import manager, replay
from core.runs.schema import unusable
from core.runs.storage_failures import storage_problem
from core.settings import SETTINGS, setting
from pages.components.browser_modules import ASSETS
from pages.shell import session
from pages.shell.addresses import base_path
from pages.shell.messages import show_problem
from pages.shell.middleware import (
    COOKIE_DAYS,
    OwnPagesOnly,
    SecurityHeaders,
    UploadsInFrames,
    VisitorCookie,
    came_over_https,
)
from pages.shell.upload_memory import UploadLimit

STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
SWITCH_SECONDS = (
    0.0005  # threads switch ten times as often as by default: pages of 30 visitors are served three times as fast
)
LECTURER_FORM = (Path(__file__).parent / "pages" / "shell" / "lecturer.html").read_text(encoding="utf-8")
LONGEST_FORM = 2_000  # bytes of a submitted form
Endpoint = Callable[[Request], Awaitable[Response]]
EVENT_DIGITS = 15  # of the number of a run's event; no run has more


def _not_found(words: str) -> Response:
    return PlainTextResponse(words, 404)


def explained(answer: Endpoint) -> Endpoint:
    """Let a route answer with the problem where the server could not be set up, as the pages do."""

    async def answer_or_explain(request: Request) -> Response:
        try:
            return await answer(request)
        except ProblemError as error:
            return PlainTextResponse(str(error.problem), 503)
        except Exception as error:
            if (problem := storage_problem(error, data_folder())) is None:
                raise
            return PlainTextResponse(str(problem), 503)

    return answer_or_explain


@explained
async def live(request: Request) -> Response:
    """Stream a run's events as they happen."""
    run_id = request.path_params["run"]
    if application().history.run(run_id) is None:
        return _not_found("There is no run with this id.")
    frames = application().runs.reader.stream(run_id, _last_event(request))
    return StreamingResponse(frames, media_type="text/event-stream", headers=STREAM_HEADERS)


def _last_event(request: Request) -> int | None:
    """The number of the last event that a browser received before its connection broke."""
    last = request.headers.get("last-event-id", "")[:EVENT_DIGITS]
    return int(last) if last.isdecimal() else None


@explained
async def replay_run(request: Request) -> Response:
    """Stream the events of a finished run at the speed that the address asks for."""
    installed = application()
    run = installed.history.run(request.path_params["run"])
    if run is None:
        return _not_found("There is no run with this id.")
    if not run.is_over:
        return PlainTextResponse(f"Run {run.number} is still on: watch it live, and replay it later.", 409)
    try:
        speed = replay.read_speed(request.query_params.get("speed"))
    except ProblemError as error:
        return PlainTextResponse(str(error.problem), 400)
    events = replay.replayed_events(run, installed.runs.reader.events(run.id, replay.MOST_BATCHES))
    after, streams = _last_event(request), installed.runs.streams
    frames = replay.replay(events, speed, asyncio.sleep, after=after, closing=lambda: streams.is_closing)
    return StreamingResponse(frames, media_type="text/event-stream", headers=STREAM_HEADERS)


async def asset(request: Request) -> Response:
    """Serve a file that components load, from a fixed table; its address changes with its content."""
    content = ASSETS.get(f"/assets/{request.path_params['path']}")
    if content is None:
        return _not_found("There is no such file.")
    return Response(content, media_type="text/javascript", headers={"Cache-Control": "max-age=31536000, immutable"})


def _end_streams_first(number: signal.Signals, close: Callable[[], None]) -> None:
    """Let Ctrl-C end the open streams first: the server would wait for them for ever."""
    before: Any = signal.getsignal(number)

    def handle(received: int, frame: FrameType | None) -> None:
        close()
        if callable(before):
            before(received, frame)

    signal.signal(number, handle)


def explain(error: Exception) -> bool:
    """Tell the person that a page failed, and log the details; True, since nothing else is to be shown."""
    logging.getLogger("dashboard").exception("a page failed", exc_info=error)
    problem = Problem(
        code="page-failed",
        where=(),
        happened=f"This page failed: {type(error).__name__}.",
        expected="Expected it to be drawn; what was noted down before, such as runs and drafts, stays as it is.",
        fix="Reload the page. If it fails again, undo the last change on Define; the terminal has the details.",
    )
    known = error.problem if isinstance(error, ProblemError) else storage_problem(error, data_folder())
    show_problem(known or problem, "script")
    return True


def _address() -> str:
    """The address of this server, for the person who started it."""
    host = st.get_option("server.address") or "0.0.0.0"
    if host == "0.0.0.0":  # all of this machine's
        host = network_address(socket.AF_INET) or "localhost"
    return f"http://{host}:{st.get_option('server.port')}{base_path()}"


async def lecturer_form(_request: Request) -> Response:
    """Serve the form that takes the lecturer's token; the lecturer's link fills it in."""
    return HTMLResponse(LECTURER_FORM)


async def become_lecturer(request: Request) -> Response:
    """Set the lecturer's cookie for a person who sends the lecturer's token."""
    sent = b""
    async for chunk in request.stream():
        sent += chunk
        if len(sent) > LONGEST_FORM:
            break
    token = "".join(parse_qs(sent.decode("ascii", "replace")).get("token", []))
    if not lecturer_token.is_token(token):
        return HTMLResponse(LECTURER_FORM.replace('role="alert" hidden', 'role="alert"'), 403)
    answer = RedirectResponse(f"{base_path()}/", 303)
    answer.set_cookie(
        session.LECTURER_COOKIE,
        token,
        COOKIE_DAYS * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=came_over_https(request),
    )
    return answer


async def outdated_lecturer_link(_request: Request) -> Response:
    """Refuse links of earlier versions, which had the token in their path, where proxies log it."""
    return _not_found("Links of this form are not used any more. Open the lecturer's link that the terminal shows now.")


def _send_packets_at_once() -> None:
    """Turn off Nagle's algorithm for the connections of this server: it kept each second packet for 40 ms.

    asyncio turns it off for sockets that name their protocol, and Streamlit's does not. Connections take it over from the
    socket that accepts them.
    """
    for connection in psutil.Process().net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.fd >= 0:  # Windows gives no number
            with socket.socket(fileno=os.dup(connection.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict]:
    """Start the workers in the background, and end them with the app."""
    _send_packets_at_once()
    try:
        for name in SETTINGS:
            setting(name)
        lecturer_token.token()
        cluster = Cluster(machine.trainers(), os.environ.get(machine.CLUSTER, ""), lean=machine.is_lean())
        started = Application(manager.Runs(home(), cluster))
        started.begin(first_choice())
    except (ProblemError, OSError) as error:
        problem = error.problem if isinstance(error, ProblemError) else unusable(error)
        print(f"The dashboard cannot work: {problem} The data folder is {data_folder()}.", flush=True)
        install(problem)  # the pages say why
        yield {}
        return
    install(started)
    sys.setswitchinterval(SWITCH_SECONDS)
    print(f"  Lecturer's link (steers every run): {_address()}/lecturer#{lecturer_token.token()}", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        _end_streams_first(number, started.runs.streams.close)
    yield {}
    started.close()


app = st.App(
    "pages/main.py",
    lifespan=lifespan,
    on_script_error=explain,
    routes=[
        Route(base_path() + path, endpoint, methods=[method])
        for path, endpoint, method in (
            ("/live/{run}", live, "GET"),
            ("/lecturer", lecturer_form, "GET"),
            ("/lecturer", become_lecturer, "POST"),
            ("/lecturer/{token}", outdated_lecturer_link, "GET"),
            ("/replay/{run}", replay_run, "GET"),
            ("/assets/{path:path}", asset, "GET"),
        )
    ],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(OwnPagesOnly),
        Middleware(VisitorCookie),
        Middleware(UploadsInFrames),
        Middleware(UploadLimit),
    ],
)
