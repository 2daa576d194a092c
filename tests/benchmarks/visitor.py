"""A visitor without a browser: speaks Streamlit's own protocol with the real server, and follows a run's stream.

Thirty browsers on one machine would measure the browsers. This sends what a browser sends for a page or a button, keeps
what a browser keeps, and waits for the script's end. What a browser loads once and then has, the frontend's own files, is
not asked for, and fragments that draw themselves anew on a timer are left alone.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

COOKIE = "visitor"
LONGEST_LINE = 2**24  # bytes; a long run's history is one line
PAGE_FAILED = b"This page failed"  # what the dashboard shows in place of a traceback


@dataclass
class Visitor:
    """One tab of a browser."""

    name: str  # what the cookie says
    socket: ClientConnection
    pages: dict[str, str] = field(default_factory=dict)  # a page's path, and the hash that it goes by
    page: str = ""  # the hash of the page on the screen
    query: str = ""  # what follows "?" in the address
    buttons: dict[str, str] = field(default_factory=dict)  # keys of the buttons on the screen, and their widgets' ids
    cached: set[str] = field(default_factory=set)  # hashes of large elements that need not be sent again

    async def open(self, path: str) -> float:
        """Go to a page by its path, such as "train"; the seconds until its script has ended."""
        self.page = self.pages.get(path, "")
        return await self._rerun(path)

    async def press(self, key: str) -> float:
        """Press the button with this key; the seconds until the script has ended.

        Raises:
            KeyError: no such button is on the screen.
        """
        return await self._rerun(pressed=self.buttons[key])

    async def redraw(self) -> float:
        """Draw the page anew, as the progress line has it done when a run's state changes; the seconds that took."""
        return await self._rerun()

    async def _rerun(self, path: str = "", pressed: str = "") -> float:
        message = BackMsg()
        request = message.rerun_script
        request.query_string, request.page_script_hash, request.page_name = self.query, self.page, path
        request.cached_message_hashes.extend(self.cached)
        if pressed:
            request.widget_states.widgets.append(WidgetState(id=pressed, trigger_value=True))
        self.buttons.clear()
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while not self._ended(await self.socket.recv(decode=False)):
            pass
        return time.perf_counter() - started

    def _ended(self, data: bytes) -> bool:
        """Take one message; True when it says that the script has run to its end."""
        assert PAGE_FAILED not in data, "a page failed; the server's log says why"
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._see(message)
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        # A script that goes to another page ends early, and is followed by the next.
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    def _see(self, message: ForwardMsg) -> None:
        button = message.delta.new_element.button
        if button.id:  # "$$ID-<hash>-<key>"; the hash has no dash
            self.buttons[button.id.split("-", 2)[2]] = button.id
        if message.metadata.cacheable:
            self.cached.add(message.hash)


@asynccontextmanager
async def arrive(url: str, name: str) -> AsyncIterator[Visitor]:
    """Connect to the server at `url` as a browser whose cookie says `name`; no page is open yet."""
    address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    headers = {"Cookie": f"{COOKIE}={name}"}
    async with connect(address, additional_headers=headers, max_size=None, proxy=None) as socket:
        yield Visitor(name, socket)


async def events(url: str) -> AsyncIterator[dict]:
    """A run's events as the server sends them: first {"kind": "history"}, then each as it comes, to the run's end.

    Arguments:
        url: of the event stream, such as "http://127.0.0.1:8501/live/<run id>".
    """
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=LONGEST_LINE)
    try:
        request = (f"GET {address.path} HTTP/1.1", f"Host: {address.netloc}", "Connection: close", "", "")
        writer.write("\r\n".join(request).encode())
        status = await reader.readline()
        assert b" 200 " in status, f"{address.path}: {status.decode()}"
        async for line in reader:  # several frames may come in one chunk; sizes of chunks stand on lines of their own
            if line.startswith(b"data: "):
                yield _event(line)
    finally:
        writer.close()


@lru_cache(maxsize=256)  # all watchers get the same lines: reading each once leaves the machine to the server
def _event(line: bytes) -> dict:
    return json.loads(line.removeprefix(b"data: "))
