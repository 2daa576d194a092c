"""Decode uploaded pictures in a process with limits of memory and time, so that a harmful picture cannot harm a page.

The process keeps running, so that a picture is decoded in milliseconds. After a failure, the next picture starts another.
Requests and answers have the same form: a line of JSON, then as many bytes as the line says. The process is started with

    python -m core.engine.picture_decoder
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

import numpy as np

from core import child_process
from core.analysis import image_perturbations
from core.datasets.image_files import LONGEST_SIDE, WORKING_SIDE, DecodedPicture, UnreadableError, read

MOST_SECONDS = 10.0  # the computing time that a picture may take; a PNG of 50 million pixels takes 2 s
PATIENCE = 6  # on a busy machine a picture may take this multiple of its computing time
WAIT_SECONDS = 20.0  # the time that a picture may wait for earlier pictures
MEMORY_BYTES = 2_000_000_000  # 50 million pixels with transparency take 0.9 GB
LONGEST_LINE = 10_000  # bytes of a line of JSON


class Decoder:
    """A process that decodes pictures in turn. Safe to use from several threads.

    Parameters
    ----------
    seconds
        The computing time that a picture may take, in seconds.
    memory
        The limit of the address space in bytes, which includes the process itself.
    """

    def __init__(self, seconds: float = MOST_SECONDS, memory: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the process. The next picture starts a new process."""
        with self._lock:
            if self._process is not None:
                _end(self._process)
            self._process = None

    def decode(self, operation: str, content: bytes, **options: int) -> tuple[dict[str, Any], np.ndarray]:
        """Decode a file in the process, and return facts about the picture and its pixels.

        Parameters
        ----------
        operation
            A key of OPERATIONS.
        content
            The bytes of the file.
        options
            The options of the operation.

        Returns
        -------
        tuple[dict[str, Any], np.ndarray]
            Facts about the picture, such as its width, and its pixels (uint8).

        Raises
        ------
        UnreadableError
            The content is no picture, is damaged, or takes more time or memory than a picture may.
        """
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise UnreadableError("too many pictures are being read at this moment: bring it again in a minute")
        try:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None, "the process was started with both"
            clock = threading.Timer(PATIENCE * self._seconds, process.kill)
            clock.start()
            try:
                _send(process.stdin, {"operation": operation, "options": options}, content)
                facts, pixels = _receive(process.stdout)
            except (OSError, EOFError, ValueError):
                raise UnreadableError(self._why_it_ended(process, clock)) from None
            finally:
                clock.cancel()
        finally:
            self._lock.release()
        if "reason" in facts:
            raise UnreadableError(str(facts["reason"]))
        return facts, np.frombuffer(pixels, "uint8").reshape(facts["shape"])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = child_process.start(
                "core.engine.picture_decoder",
                self._seconds,
                self._memory,
                environment={"OPENBLAS_NUM_THREADS": "1"},  # each thread takes address space, which is limited
                stdout=subprocess.PIPE,
            )
        return self._process

    def _why_it_ended(self, process: subprocess.Popen[bytes], clock: threading.Timer) -> str:
        """Return the reason why the process gave no answer, and end the process."""
        was_slow = not clock.is_alive() or process.poll() == -getattr(signal, "SIGPROF", 0)
        _end(process)
        self._process = None
        if was_slow:
            return f"reading it took more than {self._seconds:g} s of computing"
        return "it ended the process that read it"


def _end(process: subprocess.Popen[bytes]) -> None:
    child_process.stop(process, 0.0)
    if process.stdout is not None:
        process.stdout.close()


_pictures, _drawings = Decoder(), Decoder()  # two, so that a slow photo does not delay drawings


def decode_picture(content: bytes, shorter: int = WORKING_SIDE, longer: int = LONGEST_SIDE) -> DecodedPicture:
    """Decode a picture from the bytes of a file. For the arguments see `core.datasets.image_files.read`.

    Raises
    ------
    UnreadableError
        See `Decoder.decode`.
    """
    facts, pixels = _pictures.decode("picture", content, shorter=shorter, longer=longer)
    return DecodedPicture(pixels, facts["width"], facts["height"], facts["mode"], tuple(facts["conversions"]))


def decode_drawing(address: object, channels: int) -> np.ndarray | None:
    """Return the pixels of a drawing from a browser, uint8 (SHEET, SHEET, channels), or None if unreadable.

    Parameters
    ----------
    address
        The data: URI of a PNG, such as "data:image/png;base64,…". A browser may send anything.
    channels
        1 for grey, 3 for colours.
    """
    content = image_perturbations.drawing_file(address)
    if content is None:
        return None
    try:
        return _drawings.decode("drawing", content, channels=channels)[1]
    except UnreadableError:
        return None


# The process


def _picture(content: bytes, shorter: int = WORKING_SIDE, longer: int = LONGEST_SIDE) -> tuple[dict[str, Any], np.ndarray]:
    image = read(content, shorter, longer)
    facts = {"width": image.width, "height": image.height, "mode": image.mode, "conversions": image.conversions}
    return facts, image.pixels


def _drawing(content: bytes, channels: int) -> tuple[dict[str, Any], np.ndarray]:
    sheet = image_perturbations.read_drawing(content, channels)
    if sheet is None:
        raise UnreadableError("it is no drawing")
    return {}, sheet


OPERATIONS: dict[str, Callable[..., tuple[dict[str, Any], np.ndarray]]] = {"picture": _picture, "drawing": _drawing}


def serve(requests: IO[bytes], answers: IO[bytes], seconds: float) -> None:
    """Decode the pictures of all requests in turn, until the stream ends.

    Parameters
    ----------
    requests
        The stream from which requests are read.
    answers
        The stream to which answers are written.
    seconds
        The computing time for a picture. The system ends this process at a picture that takes longer.
    """
    while True:
        try:
            request, content = _receive(requests)
        except EOFError:
            return
        _limit_computing(seconds)
        try:
            facts, pixels = OPERATIONS[request["operation"]](content, **request["options"])
            answer = {**facts, "shape": pixels.shape}, pixels.tobytes()
        except UnreadableError as error:
            answer = {"reason": error.reason}, b""
        _limit_computing(0)
        _send(answers, *answer)


def _limit_computing(seconds: float) -> None:
    """Let the system end this process after so many seconds of computing from now on. 0 removes the limit."""
    if hasattr(signal, "setitimer"):  # missing on Windows, where the parent's clock must suffice
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _send(stream: IO[bytes], facts: dict[str, Any], content: bytes) -> None:
    stream.write(json.dumps({**facts, "bytes": len(content)}).encode() + b"\n")
    stream.write(content)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read a message: return the facts in its line of JSON, and the bytes that follow the line.

    Raises
    ------
    EOFError
        The other process is gone.
    """
    line = stream.readline(LONGEST_LINE)
    if not line:
        raise EOFError
    facts = json.loads(line)
    size = int(facts.pop("bytes"))
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return facts, content


if __name__ == "__main__":
    child_process.limit_memory(int(sys.argv[2]))
    serve(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]))
