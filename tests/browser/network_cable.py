"""A proxy between a browser and the server, which a test can cut like a cable. Chromium's "offline" keeps streams open."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Cable:
    """A proxy with a port of its own. After `pull`, it drops all connections and accepts no new connections."""

    def __init__(self, port: int) -> None:
        """Listen on a free port, and connect to the server at `port` of this machine."""
        self._port = port
        self._ends: set[socket.socket] = set()
        self._is_pulled = False
        self._plug = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of the server through this cable."""
        return f"http://127.0.0.1:{self._plug.getsockname()[1]}"

    def pull(self) -> None:
        """Cut all connections, and refuse new connections until `plug_in` is called."""
        self._is_pulled = True
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def plug_in(self) -> None:
        self._is_pulled = False

    def close(self) -> None:
        self.pull()
        self._plug.shutdown(socket.SHUT_RDWR)
        self._plug.close()

    def _take(self) -> None:
        with suppress(OSError):  # the cable was closed
            while True:
                here, _ = self._plug.accept()
                if self._is_pulled:
                    here.close()
                    continue
                there = socket.create_connection(("127.0.0.1", self._port))
                self._ends |= {here, there}
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(65536):
                target.sendall(content)
        for end in (source, target):
            self._ends.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def cable(url: str) -> Iterator[Cable]:
    """Provide a cable to the server at this address."""
    one = Cable(int(url.rpartition(":")[2]))
    try:
        yield one
    finally:
        one.close()
