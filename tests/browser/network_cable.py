"""The cable between a browser and the server, which a test can pull. Chromium's own "offline" leaves open streams open."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Cable:
    """Passes on what comes to a port of its own; pulled, it drops all connections and takes no new ones."""

    def __init__(self, port: int) -> None:
        """Arguments: `port` of the server on this machine."""
        self._port = port
        self._ends: set[socket.socket] = set()
        self._is_pulled = False
        self._plug = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the server answers through this cable."""
        return f"http://127.0.0.1:{self._plug.getsockname()[1]}"

    def pull(self) -> None:
        """Cut all connections, and each that comes, until `plug_in`."""
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
        with suppress(OSError):  # it was closed
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
    """A cable to the server at this address."""
    one = Cable(int(url.rpartition(":")[2]))
    try:
        yield one
    finally:
        one.close()
