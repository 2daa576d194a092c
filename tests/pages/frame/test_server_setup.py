"""The set-up of the server: pages wait for it, nothing else does, and what it started ends with the server."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock, call

import pytest
from starlette.requests import Request
from streamlit import dataframe_util

import dashboard
from core import child_process
from core.application import application, install_application
from core.datasets import first_look
from core.experiment.templates import lecture_experiment
from core.files import home, lock_data_folder
from core.problems import Problem, ProblemError
from core.runs import manager
from core.runs.run_database import RunDatabase
from pages.frame import routes, server_setup
from pages.shell.log_limits import MOST_TRACEBACKS
from pages.shell.streamlit_patches import WRITING_MESSAGES
from tests.pages.conftest import DIGITS, Open
from tests.pages.screen import VISITOR
from tests.server import PATIENCE, PROJECT

LATE = ("core.application", "sqlalchemy", "distributed", "pandas")  # what the set-up imports, or nobody


@pytest.fixture
def setting_up(monkeypatch: pytest.MonkeyPatch) -> Future:
    """A set-up that ends when the test says so."""
    future: Future = Future()
    monkeypatch.setattr(dashboard, "_setting_up", future)
    return future


def test_server_listens_before_the_modules_of_pages_are_imported() -> None:
    code = f"import sys, dashboard; print(*(name for name in {LATE} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr


@pytest.fixture(scope="module")
def guards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How an app that was started in another process guards itself, by the names of `started_server.py`."""
    command = [sys.executable, "-m", "tests.pages.frame.started_server"]
    own_folder = {**os.environ, "DASHBOARD_HOME": str(tmp_path_factory.mktemp("started-server"))}
    done = subprocess.run(command, cwd=PROJECT, env=own_folder, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


@pytest.mark.parametrize(
    ("guard", "answer"),
    [
        ("is limit raised", True),
        ("tracebacks", MOST_TRACEBACKS),
        ("warnings", 1),
        ("status", 503),
        ("files of a session", 0),
        ("refused messages", list(WRITING_MESSAGES)),
    ],
)
def test_server_that_starts_guards_itself(guards: dict[str, Any], guard: str, answer: object) -> None:
    assert guards[guard] == answer


@pytest.mark.parametrize(("kind", "waits"), [("websocket", True), ("http", False)])
def test_only_connections_of_pages_wait_for_the_set_up(setting_up: Future, kind: str, waits: bool) -> None:
    passed = []

    async def app(scope: dict, receive: object, send: object) -> None:
        passed.append(scope["type"])

    async def connect() -> list[str]:
        connection = asyncio.create_task(dashboard.PagesWhenSetUp(app)({"type": kind}, None, None))
        for _ in range(5):  # turns of the loop: more than any request needs that does not wait
            await asyncio.sleep(0)
        before = list(passed)
        setting_up.set_result(None)
        await asyncio.wait_for(connection, PATIENCE)
        return before

    assert asyncio.run(connect()) == ([] if waits else [kind])
    assert passed == [kind]


def test_routes_answer_once_the_server_is_set_up(setting_up: Future, monkeypatch: pytest.MonkeyPatch) -> None:
    live = AsyncMock()
    monkeypatch.setattr(routes, "stream_run_events", live)

    async def ask() -> bool:
        asked = asyncio.create_task(dashboard._when_asked("stream_run_events")(request("no-run")))
        for _ in range(5):
            await asyncio.sleep(0)
        early = live.called
        setting_up.set_result(None)
        await asyncio.wait_for(asked, PATIENCE)
        return early

    assert asyncio.run(ask()) is False
    live.assert_awaited_once()


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_was_set_up_is_closed_though_the_lifespan_is_cancelled(
    cancelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = Mock()
    monkeypatch.setattr(dashboard, "_set_up", lambda: started)
    monkeypatch.setattr(dashboard, "_send_packets_at_once", lambda: None)
    monkeypatch.setattr(dashboard, "_end_streams_first", lambda number: None)
    monkeypatch.setattr(sys, "setswitchinterval", lambda seconds: None)

    async def live() -> None:
        async with dashboard.lifespan(dashboard.app):
            if cancelled:
                raise asyncio.CancelledError

    if cancelled:
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(live())
    else:
        asyncio.run(live())
    started.close.assert_called_once_with()


def test_first_look_begins_before_the_set_up_and_is_stopped_where_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    steps = Mock()
    refusal = ProblemError(Problem("folder", (), "The data folder is a file.", "Expected a folder.", "Choose another one."))
    steps.set_up.side_effect = refusal
    monkeypatch.setattr(first_look, "start_quick_previews", steps.start)
    monkeypatch.setattr(child_process, "stop", steps.stop)
    monkeypatch.setattr(server_setup, "set_up", steps.set_up)
    assert dashboard._set_up() is None
    assert steps.mock_calls == [call.start(), call.set_up(), call.stop(steps.start.return_value)]
    assert "The dashboard cannot work: The data folder is a file." in capsys.readouterr().out


def test_server_without_its_data_folder_closes_what_it_opened_and_leaves_the_runs_alone(data_folder: Path) -> None:
    other = RunDatabase(home() / "runs.sqlite")
    run = other.add_run(lecture_experiment("digits"), "somebody")
    lock = lock_data_folder(home())
    threads = set(threading.enumerate())
    try:
        for look in (server_setup.set_up, application):
            with pytest.raises(ProblemError, match="Another dashboard uses this data folder"):
                look()
        assert gc.isenabled()
        assert set(threading.enumerate()) <= threads
        assert other.run(run.id).state == "queued"
    finally:
        install_application(None)
        lock.release()
        other.close()


@pytest.mark.parametrize("page", ["start", "load"])
def test_first_pages_need_no_pandas(page: str, open_screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    look_at_data = Mock(side_effect=dataframe_util.determine_data_format)  # imports pandas
    monkeypatch.setattr(dataframe_util, "determine_data_format", look_at_data)
    monkeypatch.setitem(sys.modules, "pandas", None)  # to import it elsewhere is an error
    assert open_screen(page).title
    look_at_data.assert_not_called()


def test_garbage_is_collected_from_the_set_up_on_and_modules_are_left_alone() -> None:
    frozen = []
    opened = Mock()
    opened.runs.supervisor.wait_until_ready = lambda seconds: frozen.append((gc.isenabled(), gc.get_freeze_count() > 10_000))
    gc.disable()
    try:
        server_setup._import_ahead(opened)
    finally:
        gc.enable()
        gc.unfreeze()
    assert frozen == [(True, True)]
    assert "pages.run_panels.curves_panel" in sys.modules


def test_page_modules_are_those_that_pages_import() -> None:
    assert {"pages.datasets.data_views", "pages.run_panels.curves_panel"} <= server_setup.imported_modules(
        "load.py", "train.py"
    )


@pytest.fixture
def loops_calls(installed: manager.Runs, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The methods of the store that were called on the thread of the main loop."""
    called: list[str] = []
    loops_thread = threading.get_ident()
    for name in ("run", "events"):
        method = getattr(RunDatabase, name)

        def watched(*arguments: object, _name: str = name, _method: object = method, **options: object) -> object:
            if threading.get_ident() == loops_thread:
                called.append(_name)
            return _method(*arguments, **options)

        monkeypatch.setattr(RunDatabase, name, watched)
    yield called


def test_streams_of_runs_read_the_store_outside_the_event_loop(installed: manager.Runs, loops_calls: list[str]) -> None:
    run = installed.database.add_run(DIGITS, VISITOR)
    for state in ("starting", "training", "finished"):
        installed.database.change_state(run.id, state)
    installed.database.append(run.id, {"kind": "batch", "step": 7, "epoch": 0.1, "loss": 2.0, "seconds": 0.5})
    loops_calls.clear()

    async def read(answer: routes.Endpoint, query: str = "") -> str:
        response = await answer(request(run.id, query))
        return "".join([frame async for frame in response.body_iterator])

    assert '"loss":2.0' in asyncio.run(read(routes.stream_run_events))
    assert '"loss":2.0' in asyncio.run(read(routes.replay_run, "speed=all"))
    assert loops_calls == []


def request(run: str, query: str = "") -> Request:
    """A request for the events of a run."""
    return Request({"type": "http", "path_params": {"run": run}, "query_string": query.encode(), "headers": []})
