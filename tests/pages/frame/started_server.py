"""The program that starts the app without workers, and prints as JSON how the app guards itself.

test_server_setup.py runs the program in a process of its own, since some guards change the whole process.
"""

import asyncio
import io
import json
import logging
import sys
from typing import Any
from unittest.mock import Mock, patch

import psutil
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.script_data import ScriptData

import dashboard
from core import open_files
from core.datasets import first_look
from core.problems import Problem, ProblemError
from pages.frame import server_setup
from pages.shell.streamlit_patches import WRITING_MESSAGES

FEW_FILES = 256
FAILURES = 25
REFUSAL = ProblemError(Problem("folder", (), "The data folder is a file.", "Expected a folder.", "Choose another folder."))
HEADERS = [(b"host", b"localhost"), (b"accept", b"text/html")]
PAGE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": HEADERS}


def allow_few_files() -> None:
    """Lower the limit of open files of this process. Windows has no such limit."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def count_whole_tracebacks(log: io.StringIO) -> int:
    """Log many failures, and return the number of their tracebacks in the log."""
    before = log.getvalue().count("Traceback")
    for _ in range(FAILURES):
        try:
            raise ValueError("forged")
        except ValueError:
            logging.getLogger("dashboard").exception("a page failed")
    return log.getvalue().count("Traceback") - before


def count_warnings_of_full_server(log: io.StringIO) -> int:
    """Let asyncio fail to accept many connections, and return the number of the lines in the log about open files."""
    for _ in range(FAILURES):
        asyncio.get_running_loop().call_exception_handler({"message": f"socket.accept() {open_files.EXHAUSTED}"})
    return log.getvalue().count("nobody new gets in")


async def status_of_page_when_full() -> int:
    """Return the status of a page while nearly all open files are in use, or 0 if the app sends no status at once."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    received = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(received, {"type": "http.disconnect"})

    with patch.object(open_files, "has_room", lambda: False):
        await dashboard.app(PAGE, receive, keep)
    return int(sent[0]["status"]) if sent else 0


def make_session() -> AppSession:
    """Make a session as Streamlit makes a session for a new page."""
    with patch("streamlit.runtime.app_session.LocalSourcesWatcher"), patch("streamlit.runtime.app_session.config"):
        return AppSession(ScriptData("main.py", is_hello=False), Mock(), Mock(), Mock(), {}, None)


def files_of_a_session() -> int:
    """Return the number of files that a new session opens."""
    before = psutil.Process().num_fds()
    make_session()
    return psutil.Process().num_fds() - before


async def refused_messages() -> list[str]:
    """Return the kinds of browser messages that write files, of those that a new session does not handle."""
    dispatcher, refused = make_session()._backend_operation_dispatcher, []
    for kind in WRITING_MESSAGES:
        request = BackendOperationRequest(request_id="1")
        getattr(request, kind).SetInParent()
        if "No handler registered" in (await dispatcher.dispatch(request, "session")).error_msg:
            refused.append(kind)
    return refused


async def start() -> dict[str, Any]:
    """Start the app, and return how the app guards itself."""
    log = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(log))
    async with dashboard.lifespan(dashboard.app):
        await dashboard._when_set_up()
        return {
            "is limit raised": open_files.limit() != FEW_FILES,
            "tracebacks": count_whole_tracebacks(log),
            "warnings": count_warnings_of_full_server(log),
            "status": await status_of_page_when_full(),
            "files of a session": files_of_a_session(),
            "refused messages": await refused_messages(),
        }


if __name__ == "__main__":
    allow_few_files()
    no_workers = patch.object(server_setup, "open_application", side_effect=REFUSAL)
    with no_workers, patch.object(first_look, "start_quick_previews", side_effect=OSError):
        print(json.dumps(asyncio.run(start())))
