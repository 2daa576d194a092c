"""A limit on the bytes of uploads in memory, for each person, until a page has read the files.

Streamlit keeps a file for as long as its session lasts, and an abandoned session until somebody else arrives. Here a
middleware counts bytes before they come, by the visitor's cookie and by the session, over all tabs and uploaders. A page
releases a file's memory as soon as the page has read the file (`take_uploads`). Unread files are removed when their
visitor has left.
"""

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.problems import Problem, ProblemError
from core.settings import setting, variable
from pages.shell.middleware import VISITOR_COOKIE
from pages.shell.streamlit_patches import MemoryUploadedFileManager, UploadedFile, session_id, uploaded_files

MB = 1_000_000
FORM_BYTES = 4_096  # bytes that a browser puts around a file
KEPT_SECONDS = 1_800.0  # the other files of the same choice may still be on their way: 200 MB over a slow line
LEFT_SECONDS = 120.0  # the time in which a browser that lost its connection may come back to its session
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")
SOCKET = "/_stcore/stream"


@dataclass(frozen=True)
class HeldUpload:
    """An uploaded file in memory, or a file that is being uploaded."""

    session: str
    file: str
    person: str  # the visitor's cookie, or the session without a cookie
    num_bytes: int
    since: float = 0.0  # seconds of the monotonic clock
    has_arrived: bool = False


class UploadMemory:
    """A counter of the upload bytes in memory for each person, safe to use from several threads.

    Parameters
    ----------
    manager
        A function that returns Streamlit's own store of files, or None before the server is up.
    """

    def __init__(self, manager: Callable[[], MemoryUploadedFileManager | None]) -> None:
        self._manager = manager
        self._held: dict[tuple[str, str], HeldUpload] = {}  # by session and file
        self._refused: Counter = Counter()  # refused bytes by session, until the page shows the error
        self._lock = threading.RLock()

    def admit(self, new: HeldUpload) -> bool:
        """Return whether a file may be uploaded. If so, count its bytes for the person from now on."""
        now, most = time.monotonic(), int(setting("upload_size")) * MB + FORM_BYTES
        with self._lock:
            self._forget_what_is_gone()
            self._let_go(held for held in self._held.values() if now - held.since > KEPT_SECONDS)
            before = self._held.get((new.session, new.file))
            others = [held for held in self._held.values() if held is not before]
            most_held = max(
                sum(held.num_bytes for held in others if held.person == new.person),
                sum(held.num_bytes for held in others if held.session == new.session),  # whatever its cookies say
            )
            if most_held + new.num_bytes > most or (before is not None and not before.has_arrived):
                self._refused[new.session] += new.num_bytes
                return False
            self._held[new.session, new.file] = replace(new, since=now)
            return True

    def arrived(self, held: HeldUpload, *, is_whole: bool) -> None:
        """Record that a file has arrived completely. If the upload broke off, forget the file."""
        with self._lock:
            before = self._held.pop((held.session, held.file), held)
            if is_whole:
                self._held[held.session, held.file] = replace(before, has_arrived=True)

    def left(self, person: str) -> None:
        """Release all files that a person uploaded, if no page has read them yet."""
        with self._lock:
            self._let_go(held for held in self._held.values() if held.person == person and held.has_arrived)

    def read(self, session: str, files: Iterable[str]) -> int:
        """Release files that a page has read.

        Return the number of the session's bytes that were refused since the last call.
        """
        with self._lock:
            for file in files:
                held = self._held.get((session, file), HeldUpload(session, file, session, 0))
                self._let_go([held])
            return self._refused.pop(session, 0)

    def num_bytes(self, person: str) -> int:
        """Return the number of upload bytes in memory for a person."""
        with self._lock:
            self._forget_what_is_gone()
            return sum(held.num_bytes for held in self._held.values() if held.person == person)

    def _let_go(self, several: Iterable[HeldUpload]) -> None:
        manager = self._manager()
        for held in list(several):
            self._held.pop((held.session, held.file), None)
            if manager is not None:
                manager.remove_file(held.session, held.file)

    def _forget_what_is_gone(self) -> None:
        """Forget the files that Streamlit no longer has, since a person removed a file or a session ended."""
        manager = self._manager()
        for key, held in list(self._held.items()):
            if held.has_arrived and manager is not None and not manager.get_files(held.session, [held.file]):
                del self._held[key]


MEMORY = UploadMemory(uploaded_files)


class UploadLimit:
    """A middleware that refuses uploads beyond a person's limit, and releases files when the person has left.

    Parameters
    ----------
    app
        The application to protect.
    memory
        The counter of upload bytes.
    left_after
        The seconds without a connection after which a person counts as gone.
    """

    def __init__(self, app: ASGIApp, memory: UploadMemory = MEMORY, left_after: float = LEFT_SECONDS) -> None:
        self._app = app
        self._memory = memory
        self._left_after = left_after
        self._connected: Counter = Counter()  # open connections of each person

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket" and path.endswith(SOCKET):
            await self._while_connected(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "PUT" and (match := UPLOAD.search(path)):
            await self._put(match["session"], match["file"], scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _put(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            await PlainTextResponse("Say how long the file is (Content-Length).", 411)(scope, receive, send)
            return
        new = HeldUpload(session, file, _person(scope) or session, int(length))
        if not self._memory.admit(new):
            await PlainTextResponse(str(upload_memory_problem(new.num_bytes)), 413)(scope, receive, send)
            return
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._memory.arrived(new, is_whole=200 <= status < 300)

    async def _while_connected(self, scope: Scope, receive: Receive, send: Send) -> None:
        person = _person(scope)
        self._connected[person] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._connected[person] -= 1
            if not self._connected[person]:
                asyncio.get_running_loop().call_later(self._left_after, self._has_left, person)

    def _has_left(self, person: str) -> None:
        if not self._connected[person]:
            del self._connected[person]
            self._memory.left(person)


def _person(scope: Scope) -> str:
    try:
        cookie = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(VISITOR_COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def upload_memory_problem(num_bytes: int) -> Problem:
    """Return the problem for a person whose uploads exceed the limit."""
    most = int(setting("upload_size"))
    return Problem(
        "upload-too-large",
        (),
        f"{num_bytes / MB:,.0f} MB more were uploaded than there is room for; none of these files was taken.",
        f"Expected at most {most:,} MB of yours at a time, in all tabs together.",
        f"Upload fewer or smaller files. The variable {variable('upload_size')} sets the limit.",
    )


def uploaded_file(key: str) -> UploadedFile | None:
    """Return the file in the uploader with this key, or None if the uploader is empty or a page has read the file already.

    Streamlit calls the callback of an uploader a second time if a message of the browser still names the file.
    """
    file = st.session_state.get(key)
    return file if isinstance(file, UploadedFile) else None


def take_uploads(files: Iterable[UploadedFile]) -> list[tuple[str, bytes]]:
    """Return the name and the content of each uploaded file, and release the memory that Streamlit holds for the files.

    Raises
    ------
    ProblemError
        If other files of the same upload were refused, so that these are not all files.
    """
    several = [file for file in files if isinstance(file, UploadedFile)]  # a forged message names files that never came
    contents = [(file.name, file.getvalue()) for file in several]
    session = session_id()
    refused = 0 if session is None else MEMORY.read(session, [file.file_id for file in several])
    if refused:
        raise ProblemError(upload_memory_problem(refused))
    return contents
