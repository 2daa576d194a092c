"""Decode uploaded pictures in a process with limits of memory and time, so that a harmful picture cannot harm a page.

The process is kept, so that a picture is decoded in milliseconds; after a failure, the next picture starts a new process.
A request is a line of JSON, followed by as many bytes as the line says; so is an answer. The process is started as

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
from core.datasets.image_files import LONGEST_SIDE, WORKING_SIDE, Picture, UnreadableError, read

MOST_SECONDS = 10.0  # for one picture; a PNG of 50 million pixels takes two
WAIT_SECONDS = 20.0  # for the pictures before
MEMORY_BYTES = 2_000_000_000  # 50 million pixels with transparency take 0.9 GB
LONGEST_LINE = 10_000  # bytes


class Decoder:
    """A process that decodes one picture after the other. Safe to use from several threads.

    Parameters
    ----------
    seconds
        The time that a picture may take, in seconds.
    memory
        The address space in bytes, the process itself included.
    """

    def __init__(self, seconds: float = MOST_SECONDS, memory: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def warm(self) -> None:
        """Start the process unless it runs, so that the first picture need not wait for its start."""
        if self._lock.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the process; the next picture starts a new one."""
        with self._lock:
            if self._process is not None:
                _end(self._process)
            self._process = None

    def decode(self, operation: str, content: bytes, **options: int) -> tuple[dict[str, Any], np.ndarray]:
        """The result of one of OPERATIONS on a file.

        Parameters
        ----------
        operation
            A key of OPERATIONS.
        content
            The file.
        options
            The options of the operation.

        Returns
        -------
        tuple[dict[str, Any], np.ndarray]
            Facts about the picture, and its pixels (uint8).

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
            clock = threading.Timer(self._seconds, process.kill)
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
        """The reason why the process gave no answer; also ends the process."""
        was_slow = not clock.is_alive() or process.poll() == -getattr(signal, "SIGALRM", 0)
        _end(process)
        self._process = None
        return f"reading it took more than {self._seconds:g} s" if was_slow else "it ended the process that read it"


def _end(process: subprocess.Popen[bytes]) -> None:
    child_process.stop(process, 0.0)
    if process.stdout is not None:
        process.stdout.close()


_pictures, _drawings = Decoder(), Decoder()  # two, so that a slow photo does not delay drawings


def warm() -> None:
    """Start the processes that decode, unless they run."""
    _pictures.warm()
    _drawings.warm()


def picture(content: bytes, shorter: int = WORKING_SIDE, longer: int = LONGEST_SIDE) -> Picture:
    """A picture from the bytes of a file, as `core.datasets.image_files.read` gives it with the same arguments.

    Raises
    ------
    UnreadableError
        See `Decoder.decode`.
    """
    facts, pixels = _pictures.decode("picture", content, shorter=shorter, longer=longer)
    return Picture(pixels, facts["width"], facts["height"], facts["mode"], tuple(facts["conversions"]))


def drawing(address: object, channels: int) -> np.ndarray | None:
    """The pixels of a browser's sheet, uint8 (SHEET, SHEET, channels); None where the sheet is empty or none at all.

    Parameters
    ----------
    address
        The address of a PNG, such as "data:image/png;base64,…", from a browser, which may send anything.
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
    """Answer one request after the other until there are no more.

    Parameters
    ----------
    requests
        The stream that requests come from.
    answers
        The stream that answers go to.
    seconds
        The time for one picture. A picture that takes longer ends this process, even after the parent stopped waiting.
    """
    while True:
        try:
            asked, content = _receive(requests)
        except EOFError:
            return
        _alarm(seconds + 1)
        try:
            facts, pixels = OPERATIONS[asked["operation"]](content, **asked["options"])
            answer = {**facts, "shape": pixels.shape}, pixels.tobytes()
        except UnreadableError as error:
            answer = {"reason": error.reason}, b""
        _alarm(0)
        _send(answers, *answer)


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):  # missing on Windows, where the parent's clock must suffice
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _send(stream: IO[bytes], facts: dict[str, Any], content: bytes) -> None:
    stream.write(json.dumps({**facts, "bytes": len(content)}).encode() + b"\n")
    stream.write(content)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """A line of JSON and the bytes after it.

    Raises
    ------
    EOFError
        The other end is gone.
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
