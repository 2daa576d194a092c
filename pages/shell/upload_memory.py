"""What people upload waits in this process's memory until a page has read it: each person has room for one upload.

Streamlit keeps a file for as long as its session lasts, and an abandoned session until somebody else arrives. Here a
middleware counts bytes before they come, by the visitor's cookie and by the session, over all tabs and uploaders. A page
gives a file's memory back as soon as it has read it (`take`). What nobody reads goes when its visitor has left.
"""

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.problems import Problem, ProblemError
from core.settings import setting, variable
from pages.shell.middleware import VISITOR_COOKIE
from pages.shell.streamlit_patches import MemoryUploadedFileManager, UploadedFile, session_id, uploaded_files

MB = 1_000_000
FORM_BYTES = 4_096  # that a browser puts around a file
KEPT_SECONDS = 1_800.0  # the other files of the same choice may still be on their way: 200 MB over a slow line
LEFT_SECONDS = 120.0  # so long a browser that lost its connection may come back to its session
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")
SOCKET = "/_stcore/stream"


@dataclass(frozen=True)
class Held:
    """A file that is in memory, or on its way there."""

    session: str
    file: str
    person: str  # the visitor's cookie; the session where there is none
    num_bytes: int
    since: float = 0.0  # seconds of the monotonic clock
    has_arrived: bool = False


class UploadMemory:
    """The bytes that are held of each person. Safe to use from several threads.

    Parameters
    ----------
    manager
        Returns Streamlit's own store of files; None before the server is up.
    """

    def __init__(self, manager: Callable[[], MemoryUploadedFileManager | None]) -> None:
        self._manager = manager
        self._held: dict[tuple[str, str], Held] = {}  # by session and file
        self._refused: Counter = Counter()  # bytes that were refused, by session, until its page has said so
        self._lock = threading.RLock()

    def admit(self, new: Held) -> bool:
        """Whether a file may come; if so, it counts as held from now on."""
        now, most = time.monotonic(), int(setting("upload_size")) * MB + FORM_BYTES
        with self._lock:
            self._forget_what_is_gone()
            self._let_go(one for one in self._held.values() if now - one.since > KEPT_SECONDS)
            before = self._held.get((new.session, new.file))
            others = [one for one in self._held.values() if one is not before]
            most_held = max(
                sum(one.num_bytes for one in others if one.person == new.person),
                sum(one.num_bytes for one in others if one.session == new.session),  # whatever its cookies say
            )
            if most_held + new.num_bytes > most or (before is not None and not before.has_arrived):
                self._refused[new.session] += new.num_bytes
                return False
            self._held[new.session, new.file] = replace(new, since=now)
            return True

    def arrived(self, one: Held, *, is_whole: bool) -> None:
        """Note that a file has come, or, where it is not whole, that it has not."""
        with self._lock:
            before = self._held.pop((one.session, one.file), one)
            if is_whole:
                self._held[one.session, one.file] = replace(before, has_arrived=True)

    def left(self, person: str) -> None:
        """Let go of all that a person's tabs have brought and no page has read."""
        with self._lock:
            self._let_go(one for one in self._held.values() if one.person == person and one.has_arrived)

    def read(self, session: str, files: Iterable[str]) -> int:
        """Let go of files that a page has read; how many bytes of its session were refused since the last time."""
        with self._lock:
            for file in files:
                one = self._held.get((session, file), Held(session, file, session, 0))
                self._let_go([one])
            return self._refused.pop(session, 0)

    def num_bytes(self, person: str) -> int:
        """How many bytes are held of a person."""
        with self._lock:
            self._forget_what_is_gone()
            return sum(one.num_bytes for one in self._held.values() if one.person == person)

    def _let_go(self, several: Iterable[Held]) -> None:
        manager = self._manager()
        for one in list(several):
            self._held.pop((one.session, one.file), None)
            if manager is not None:
                manager.remove_file(one.session, one.file)

    def _forget_what_is_gone(self) -> None:
        """Forget what Streamlit itself has let go of: a person took the file away, or their session ended."""
        manager = self._manager()
        for key, one in list(self._held.items()):
            if one.has_arrived and manager is not None and not manager.get_files(one.session, [one.file]):
                del self._held[key]


MEMORY = UploadMemory(uploaded_files)


class UploadLimit:
    """Refuses bytes for which a person has no room, before they come, and notices when a person has left.

    Parameters
    ----------
    app
        The application to protect.
    memory
        The place where bytes are counted.
    left_after
        Seconds without a connection after which a person has left.
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
        elif scope["type"] == "http" and scope["method"] == "PUT" and (found := UPLOAD.search(path)):
            await self._put(found["session"], found["file"], scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _put(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            await PlainTextResponse("Say how long it is (Content-Length).", 411)(scope, receive, send)
            return
        new = Held(session, file, _person(scope) or session, int(length))
        if not self._memory.admit(new):
            await PlainTextResponse(str(no_room(new.num_bytes)), 413)(scope, receive, send)
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


def no_room(num_bytes: int) -> Problem:
    """What to say where a person uploads more at once than one upload may hold."""
    most = int(setting("upload_size"))
    return Problem(
        "upload-too-large",
        (),
        f"{num_bytes / MB:,.0f} MB more were uploaded than there is room for; none of these files was taken.",
        f"Expected at most {most:,} MB of yours at a time, in all tabs together.",
        f"Upload fewer or smaller files. The variable {variable('upload_size')} sets the limit.",
    )


def take(files: Iterable[UploadedFile]) -> list[tuple[str, bytes]]:
    """The name and the content of each file of an uploader; the memory that Streamlit holds for them is given back.

    Raises
    ------
    ProblemError
        Others of the same choice were refused, so that these are not all.
    """
    several = list(files)
    contents = [(file.name, file.getvalue()) for file in several]
    session = session_id()
    refused = 0 if session is None else MEMORY.read(session, [file.file_id for file in several])
    if refused:
        raise ProblemError(no_room(refused))
    return contents
