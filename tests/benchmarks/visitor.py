"""A visitor without a browser, who speaks Streamlit's protocol with the real server, and follows a run's event stream.

With thirty browsers on one machine, a benchmark would measure the browsers. This visitor sends the messages that a browser
sends for a page or a button, keeps the state that a browser keeps, and waits for the end of the script. The visitor does not
load Streamlit's own files, which a browser loads only once, and does not rerun fragments that have a timer.
"""

import asyncio
import json
import secrets
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.asyncio.client import ClientConnection, connect

COOKIE = "visitor"
LONGEST_LINE = 2**24  # bytes; the history of a long run is a single line
PAGE_FAILED = b"This page failed"  # the message that the dashboard shows in place of a traceback


@dataclass
class Visitor:
    """A visitor with a single browser tab."""

    name: str  # the value of the visitor's cookie
    url: str  # the address of the server
    socket: ClientConnection
    session: str = ""  # Streamlit's id of the tab
    pages: dict[str, str] = field(default_factory=dict)  # Streamlit's hash of each page, by its path
    page: str = ""  # the hash of the page on the screen
    query: str = ""  # the part of the address after "?"
    buttons: dict[str, str] = field(default_factory=dict)  # the widget ids of the buttons on the screen, by their keys
    fields: dict[str, str] = field(default_factory=dict)  # the widget ids of the fields for files, by their keys
    cached: set[str] = field(default_factory=set)  # the hashes of large elements that the server need not send again

    async def open(self, path: str) -> float:
        """Go to a page by its path, such as "train". Return the seconds until the script has ended."""
        self.page = self.pages.get(path, "")
        return await self._rerun(path)

    async def press(self, key: str) -> float:
        """Press the button with this key. Return the seconds until the script has ended.

        Raises
        ------
        KeyError
            If no button on the screen has this key.
        """
        return await self._rerun(changed=WidgetState(id=self.buttons[key], trigger_value=True))

    async def upload(self, key: str, name: str, content: bytes) -> float:
        """Put a file into the field for files with this key. Return the seconds until the script has ended.

        Raises
        ------
        KeyError
            If no field on the screen has this key.
        """
        state = WidgetState(id=self.fields[key])
        message = BackMsg()
        message.file_urls_request.request_id, message.file_urls_request.session_id = "file", self.session
        message.file_urls_request.file_names.append(name)
        await self.socket.send(message.SerializeToString())
        while not (answer := ForwardMsg.FromString(await self.socket.recv(decode=False))).HasField("file_urls_response"):
            self._see(answer)
        place = answer.file_urls_response.file_urls[0]
        await asyncio.to_thread(self._send, place, name, content)
        sent = UploadedFileInfo(name=name, size=len(content), file_id=place.file_id, file_urls=place)
        state.file_uploader_state_value.CopyFrom(FileUploaderState(uploaded_file_info=[sent]))
        return await self._rerun(changed=state)

    def _send(self, place: FileURLs, name: str, content: bytes) -> None:
        """Send a file as a browser does, with Streamlit's token in a header and in a cookie."""
        token, edge = generate_xsrf_token_string(), secrets.token_hex(8)
        part = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        request = urllib.request.Request(
            self.url + place.upload_url,
            part + content + f"\r\n--{edge}--\r\n".encode(),
            {
                "Content-Type": f"multipart/form-data; boundary={edge}",
                "Cookie": f"{COOKIE}={self.name}; _streamlit_xsrf={token}",
                "X-Xsrftoken": token,
            },
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=60).close()

    async def redraw(self) -> float:
        """Rerun the page, as the progress line does when a run changes its state. Return the seconds."""
        return await self._rerun()

    async def _rerun(self, path: str = "", changed: WidgetState | None = None) -> float:
        message = BackMsg()
        request = message.rerun_script
        request.query_string, request.page_script_hash, request.page_name = self.query, self.page, path
        request.cached_message_hashes.extend(self.cached)
        if changed is not None:
            request.widget_states.widgets.append(changed)
        self.buttons.clear()
        self.fields.clear()
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while not self._ended(await self.socket.recv(decode=False)):
            pass
        return time.perf_counter() - started

    def _ended(self, data: bytes) -> bool:
        """Handle a message of the server. Return whether the message says that the script has ended."""
        assert PAGE_FAILED not in data, "a page failed; the server's log says why"
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._see(message)
        elif kind == "new_session":
            self.session = message.new_session.initialize.session_id
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        # A script that goes to another page ends early, and the script of the other page follows.
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    def _see(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        for seen, widget in ((self.buttons, element.button), (self.fields, element.file_uploader)):
            if widget.id:  # "$$ID-<hash>-<key>"; the hash has no dash
                seen[widget.id.split("-", 2)[2]] = widget.id
        if message.metadata.cacheable:
            self.cached.add(message.hash)


@asynccontextmanager
async def arrive(url: str, name: str, lecturer: str = "") -> AsyncIterator[Visitor]:
    """Connect to the server at `url` as the visitor `name`, without opening a page.

    Parameters
    ----------
    url
        The address of the server.
    name
        The value of the visitor's cookie.
    lecturer
        The lecturer's token, or "" for a visitor who is not the lecturer.
    """
    address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    headers = {"Cookie": f"{COOKIE}={name}; lecturer={lecturer}"}
    async with connect(address, additional_headers=headers, max_size=None, proxy=None) as socket:
        yield Visitor(name, url, socket)


async def events(url: str) -> AsyncIterator[dict]:
    """Yield the events of a run as the server sends them: first {"kind": "history"}, then the new events until the end.

    Parameters
    ----------
    url
        The address of the event stream, such as "http://127.0.0.1:8501/live/<run id>".
    """
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=LONGEST_LINE)
    try:
        request = (f"GET {address.path} HTTP/1.1", f"Host: {address.netloc}", "Connection: close", "", "")
        writer.write("\r\n".join(request).encode())
        status = await reader.readline()
        assert b" 200 " in status, f"{address.path}: {status.decode()}"
        async for line in reader:  # a chunk may hold several events, and its size stands on a line of its own
            if line.startswith(b"data: "):
                yield _event(line)
    finally:
        writer.close()


@lru_cache(maxsize=256)  # all watchers get the same lines, so each line is parsed only once
def _event(line: bytes) -> dict:
    return json.loads(line.removeprefix(b"data: "))
