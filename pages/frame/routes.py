"""The server's own routes: event streams of runs, files of components, states of rooms, and the lecturer's form."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from core import lecturer_token
from core.application import application, problem_of_error
from core.problems import ProblemError
from core.runs import replay
from core.teaching.rooms import answers_state, room_state
from pages.components.browser_modules import ASSETS
from pages.shell import session
from pages.shell.addresses import base_path
from pages.shell.middleware import COOKIE_DAYS, VISITOR_COOKIE, is_https, is_visitor

STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
LECTURER_FORM = (Path(__file__).parent.parent / "shell" / "lecturer.html").read_text(encoding="utf-8")
LONGEST_FORM = 2_000  # bytes of a submitted form
LONGEST_CODE = 8  # digits of a room
WRONG_TOKEN_SECONDS = 0.5
_WRONG_TOKENS = asyncio.Lock()
Endpoint = Callable[[Request], Awaitable[Response]]
EVENT_DIGITS = 15  # the longest number of an event that is read; no run has more events


def _not_found(words: str) -> Response:
    return PlainTextResponse(words, 404)


def with_setup_problem(answer: Endpoint) -> Endpoint:
    """Wrap a route so that its answer is the problem, with status 503, if the server could not be set up."""

    async def answer_or_explain(request: Request) -> Response:
        try:
            return await answer(request)
        except Exception as error:
            if (problem := problem_of_error(error)) is None:
                raise
            return PlainTextResponse(str(problem), 503)

    return answer_or_explain


@with_setup_problem
async def stream_run_events(request: Request) -> Response:
    """Stream the events of a run as server-sent events while the run trains."""
    run_id, installed = request.path_params["run"], application()
    if await run_in_threadpool(installed.history.run, run_id) is None:
        return _not_found("There is no run with this id.")
    frames = installed.reader.stream(run_id, _last_event(request))
    return StreamingResponse(frames, media_type="text/event-stream", headers=STREAM_HEADERS)


def _last_event(request: Request) -> int | None:
    """Return the number in the header Last-Event-ID, the last event that the browser received.

    Return None if the header is invalid.
    """
    last = request.headers.get("last-event-id", "")[:EVENT_DIGITS]
    return int(last) if last.isdecimal() else None


@with_setup_problem
async def replay_run(request: Request) -> Response:
    """Stream the recorded events of a finished run, at the speed that the query parameter `speed` asks for."""
    installed = application()
    run = await run_in_threadpool(installed.history.run, request.path_params["run"])
    if run is None:
        return _not_found("There is no run with this id.")
    if not run.is_over:
        return PlainTextResponse(f"Run {run.number} is still on: watch the run live, and replay the run later.", 409)
    try:
        speed = replay.read_speed(request.query_params.get("speed"))
    except ProblemError as error:
        return PlainTextResponse(str(error.problem), 400)
    recorded = await run_in_threadpool(installed.reader.events, run.id, replay.MOST_BATCHES)
    events = await run_in_threadpool(replay.replayed_events, run, recorded)
    after, streams = _last_event(request), installed.runs.streams
    frames = replay.replay(events, speed, asyncio.sleep, after=after, closing=lambda: streams.is_closing)
    return StreamingResponse(frames, media_type="text/event-stream", headers=STREAM_HEADERS)


@with_setup_problem
async def state_of_room(request: Request) -> Response:
    """Return the state of a room's lecture as JSON, and note that the phone is present.

    A projector gets the state of the answers.
    """
    code, visitor = request.path_params["code"][:LONGEST_CODE], request.cookies.get(VISITOR_COOKIE, "")
    rooms, is_projector = application().rooms, "answers" in request.query_params
    if is_visitor(visitor) and not is_projector:
        rooms.be_here(code, visitor)
    state = await run_in_threadpool(answers_state if is_projector else room_state, rooms, code)
    return JSONResponse({"state": state}, headers=STREAM_HEADERS) if state else _not_found("No lecture has this code now.")


async def asset(request: Request) -> Response:
    """Serve a file of a component. Browsers may cache the file for ever, since its address changes with its content."""
    content = ASSETS.get(f"/assets/{request.path_params['path']}")
    if content is None:
        return _not_found("There is no such file.")
    return Response(content, media_type="text/javascript", headers={"Cache-Control": "max-age=31536000, immutable"})


async def lecturer_form(_request: Request) -> Response:
    """Serve the form that takes the lecturer's token. The lecturer's link fills in the form."""
    return HTMLResponse(LECTURER_FORM)


async def become_lecturer(request: Request) -> Response:
    """Set the lecturer's cookie if the form contains the lecturer's token. Otherwise answer with status 403."""
    sent = b""
    async for chunk in request.stream():
        sent += chunk
        if len(sent) > LONGEST_FORM:
            break
    token = "".join(parse_qs(sent.decode("ascii", "replace")).get("token", []))
    if not await run_in_threadpool(lecturer_token.is_token, token):  # which reads a file
        async with _WRONG_TOKENS:  # in turn, so that a person who guesses tokens gets only two answers a second
            await asyncio.sleep(WRONG_TOKEN_SECONDS)
        return HTMLResponse(LECTURER_FORM.replace('role="alert" hidden', 'role="alert"'), 403)
    answer = RedirectResponse(f"{base_path()}/", 303)
    answer.set_cookie(
        session.LECTURER_COOKIE,
        token,
        COOKIE_DAYS * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )
    return answer


async def class_page(_request: Request) -> Response:
    """Redirect to the page Classroom, whose file has a longer name because `class` cannot be the name of a module."""
    return RedirectResponse(f"{base_path()}/classroom")


async def outdated_lecturer_link(_request: Request) -> Response:
    """Answer lecturer's links of earlier versions with status 404. Proxies logged the token in their path."""
    return _not_found("Links of this form are not used any more. Open the lecturer's link that the terminal shows now.")
