"""Ask the inspector each question once, and keep its answers. No page waits for an answer for long."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Protocol

from cachetools import LRUCache

from core.problems import Problem

MOMENT_SECONDS = 0.3  # how long a page may wait for a worker
MOST_ENDS = 3  # times that a question may end the inspector: each time, all open questions must be asked again
REST_SECONDS = 60.0  # before such a question is asked once more


class Inspector(Protocol):
    """The part of the workers that answers questions."""

    def inspect(self, name: str, *arguments: Any) -> Future[Any]: ...


class Answers:
    """The answers of one function of the inspector. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    name
        The name of the function to call.
    kept
        The number of answers to keep.
    was_ended
        Whether an error says that the inspector ended because of a question. A question that does so several times gets a
        Problem as its answer.
    now
        The clock, in seconds.
    """

    def __init__(  # noqa: PLR0913 - keyword arguments, two of them for tests
        self,
        inspector: Inspector,
        is_ready: Callable[[], bool],
        name: str,
        kept: int,
        *,
        was_ended: Callable[[BaseException], bool] = lambda error: False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inspector = inspector
        self._is_ready = is_ready
        self._name = name
        self._lock = threading.Lock()
        self._known: LRUCache[Hashable, Any] = LRUCache(kept)
        self._asked: dict[Hashable, Future[Any]] = {}
        self._was_ended = was_ended
        self._now = now
        self._ends: LRUCache[Hashable, tuple[int, float]] = LRUCache(kept)  # how often the inspector ended, and when last

    def ask(self, key: Hashable, *arguments: Any, wait: bool = True) -> Any:
        """The answer to a question; None while there is none: ask again.

        Parameters
        ----------
        key
            The key of the answer: equal for equal answers.
        arguments
            The arguments of the function.
        wait
            Whether to wait a moment for the answer.
        """
        with self._lock:
            if key in self._known:
                return self._known[key]
            ends, last = self._ends.get(key, (0, 0.0))
            if ends >= MOST_ENDS and self._now() - last < REST_SECONDS:
                return _too_heavy(ends)
            if key not in self._asked:
                try:
                    self._asked[key] = self._inspector.inspect(self._name, *arguments)
                except (AssertionError, OSError):  # the scheduler has not answered yet
                    return None
            asked = self._asked[key]
        if not asked.done() and not (wait and self._is_ready()):
            return None
        try:
            answer = asked.result(MOMENT_SECONDS)  # also a finished answer must be fetched from its worker
        except TimeoutError:
            return None
        except Exception as error:  # the inspector died; the next call asks its successor
            self._fail(key, error)
            return None
        self._remember(key, answer)
        return answer

    def known(self, key: Hashable) -> Any:
        """The answer to a question if it was fetched before, else None; never asks a worker."""
        with self._lock:
            return self._known.get(key)

    def forget(self, key: Hashable) -> None:
        """Ask a question again at the next call, for instance after an answer that reports a failure."""
        with self._lock:
            self._known.pop(key, None)

    def _fail(self, key: Hashable, error: Exception) -> None:
        with self._lock:
            if self._asked.pop(key, None) is not None and self._was_ended(error):
                self._ends[key] = self._ends.pop(key, (0, 0.0))[0] + 1, self._now()

    def _remember(self, key: Hashable, answer: Any) -> None:
        with self._lock:
            self._known[key] = answer
            self._asked.pop(key, None)
            self._ends.pop(key, None)


def _too_heavy(times: int) -> Problem:
    return Problem(
        code="question-too-heavy",
        where=(),
        happened=f"The process that looks into networks ended {times} times over this question.",
        expected="Expected an answer that fits in its memory.",
        fix="Look at another layer or image, or at a smaller network; in a minute this is tried again.",
    )
