"""What people upload and no page has read yet: how much of it this process holds, and for how long."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Scope
from starlette.websockets import WebSocket
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFileRec

from pages.shell import upload_memory
from pages.shell.streamlit_patches import UploadedFile
from pages.shell.upload_memory import UploadLimit, UploadMemory, take_uploads, uploaded_file
from tests.server import PATIENCE, wait_for

MB = 1_000_000


class Server:
    """Streamlit's own store behind the middleware, and a route that keeps what comes, as Streamlit's does."""

    def __init__(self) -> None:
        self.store = MemoryUploadedFileManager("/_stcore/upload_file")
        self.memory = UploadMemory(lambda: self.store)
        self.before_keeping: Callable[[], None] = lambda: None
        routes = [
            Route("/_stcore/upload_file/{session}/{file}", self._keep, methods=["PUT"]),
            WebSocketRoute("/_stcore/stream", self._listen),
        ]
        self.app = UploadLimit(Starlette(routes=routes), self.memory, left_after=0.0)

    async def _keep(self, request: Request) -> Response:
        content = await request.body()
        self.before_keeping()
        session, file = request.path_params["session"], request.path_params["file"]
        self.store.add_file(session, UploadedFileRec(file, "a.png", "image/png", content))
        return Response(status_code=204)

    async def _listen(self, socket: WebSocket) -> None:
        await socket.accept()
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass

    def put(self, session: str, file: str, size: int, person: str = "ada", *, says_length: bool = True) -> tuple[int, str]:
        """Upload a file as a browser does; status and text of the answer."""
        return asyncio.run(self.putting(session, file, size, person, says_length=says_length))

    async def putting(
        self, session: str, file: str, size: int, person: str = "ada", *, says_length: bool = True
    ) -> tuple[int, str]:
        headers = [(b"cookie", f"visitor={person}".encode())] if person else []
        headers += [(b"content-length", str(size).encode())] if says_length else []
        path = f"/_stcore/upload_file/{session}/{file}"
        scope: Scope = {"type": "http", "method": "PUT", "path": path, "headers": headers, "query_string": b""}
        sent: list[Message] = []

        async def receive() -> Message:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": bytes(size), "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return sent[0]["status"], b"".join(one.get("body", b"") for one in sent).decode()

    def num_bytes(self) -> int:
        """What Streamlit holds of all people."""
        return sum(len(one.data) for several in self.store.file_storage.values() for one in several.values())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("DASHBOARD_UPLOAD_SIZE", "2")
    return Server()


def test_person_has_room_for_one_upload_in_all_tabs_together(server: Server) -> None:
    assert server.put("tab-1", "a", MB)[0] == 204
    assert server.put("tab-2", "b", MB)[0] == 204
    for session in ("tab-1", "tab-2", "tab-3"):
        assert server.put(session, "c", 900_000) == (
            413,
            "1 MB more were uploaded than there is room for; none of these files was taken. Expected at most 2 MB of yours "
            "at a time, in all tabs together. Upload fewer or smaller files. "
            "The variable DASHBOARD_UPLOAD_SIZE sets the limit.",
        )
    assert server.num_bytes() == 2 * MB
    assert server.put("tab-of-bob", "a", MB, "bob")[0] == 204


def test_other_cookies_bring_no_more_room_to_a_session(server: Server) -> None:
    statuses = [server.put("tab-1", str(number), MB, f"cookie-{number}")[0] for number in range(6)]
    assert statuses == [204, 204, 413, 413, 413, 413]


def test_browser_without_cookies_has_room_in_each_session(server: Server) -> None:
    assert [server.put("tab-1", str(number), MB, "")[0] for number in range(3)] == [204, 204, 413]
    assert server.put("tab-2", "a", MB, "")[0] == 204


def test_bytes_on_their_way_count(server: Server) -> None:
    async def at_once() -> list[int]:
        several = (server.putting("tab-1", str(number), MB) for number in range(8))
        return sorted(status for status, _ in await asyncio.gather(*several))

    assert asyncio.run(at_once()) == [204, 204, *(6 * [413])]


def test_same_file_cannot_come_twice_at_once(server: Server) -> None:
    async def at_once() -> list[int]:
        return sorted(status for status, _ in await asyncio.gather(*(server.putting("tab-1", "a", 10) for _ in range(3))))

    assert asyncio.run(at_once()) == [204, 413, 413]
    assert server.put("tab-1", "a", 10)[0] == 204, "afterwards it can be replaced"


def test_upload_that_does_not_say_its_length_is_refused(server: Server) -> None:
    assert server.put("tab-1", "a", MB, says_length=False) == (411, "Say how long the file is (Content-Length).")


def test_what_a_page_has_read_makes_room_and_what_was_refused_is_said_once(server: Server) -> None:
    for file in "abc":
        server.put("tab-1", file, MB)
    assert server.memory.read("tab-1", ["a", "b"]) == MB
    assert server.num_bytes() == 0
    assert server.put("tab-1", "d", 2 * MB)[0] == 204
    assert server.memory.read("tab-1", ["d"]) == 0


def test_what_streamlit_let_go_of_makes_room(server: Server) -> None:
    server.put("tab-1", "a", 2 * MB)
    server.store.remove_session_files("tab-1")
    assert server.put("tab-1", "b", 2 * MB)[0] == 204
    assert server.memory.num_bytes("ada") == 2 * MB


def test_upload_that_fails_leaves_its_room(server: Server) -> None:
    def fail() -> None:
        raise ConnectionError

    server.before_keeping = fail
    with pytest.raises(ConnectionError):
        server.put("tab-1", "a", 2 * MB)
    assert server.memory.num_bytes("ada") == 0


def test_what_nobody_read_goes_when_its_visitor_has_left_all_tabs(server: Server) -> None:
    async def visit() -> None:
        ends = [asyncio.Event(), asyncio.Event()]

        async def connect(end: asyncio.Event) -> None:
            scope: Scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"cookie", b"visitor=ada")]}
            scope |= {"query_string": b"", "subprotocols": []}
            has_begun = False

            async def receive() -> Message:
                nonlocal has_begun
                if not has_begun:
                    has_begun = True
                    return {"type": "websocket.connect"}
                await end.wait()
                return {"type": "websocket.disconnect", "code": 1000}

            async def send(_message: Message) -> None:
                pass

            await server.app(scope, receive, send)

        tabs = [asyncio.create_task(connect(end)) for end in ends]
        await server.putting("tab-1", "a", MB)
        for end, tab, left in zip(ends, tabs, (MB, 0), strict=True):
            end.set()
            await tab
            await asyncio.sleep(0.05)  # the clock that then goes off is set to nothing
            assert server.num_bytes() == left

    asyncio.run(visit())


def test_what_nobody_read_goes_after_a_while(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put("tab-1", "a", 2 * MB)
    monkeypatch.setattr("pages.shell.upload_memory.KEPT_SECONDS", -1.0)
    wait_for(lambda: server.put("tab-2", "b", 2 * MB)[0] == 204, PATIENCE, "room")
    assert server.num_bytes() == 2 * MB


def test_file_that_a_forged_message_names_is_left_out() -> None:
    assert take_uploads([DeletedFile("never-came")]) == []


def test_file_that_a_page_has_read_is_no_longer_in_its_uploader(monkeypatch: pytest.MonkeyPatch) -> None:
    record = UploadedFileRec("file-1", "a.png", "image/png", b"content")
    unread = UploadedFile(record, FileURLs(file_id="file-1", upload_url="", delete_url=""))
    monkeypatch.setattr(upload_memory.st, "session_state", {"unread": unread, "read": DeletedFile("file-2"), "empty": None})
    assert uploaded_file("unread") is unread
    assert uploaded_file("read") is None
    assert uploaded_file("empty") is None
