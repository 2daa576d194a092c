"""What the inspector is asked: each question once, and its answer known from then on. No page waits for it for long."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Protocol

from core.problems import Problem

MOMENT_SECONDS = 0.3  # how long a page may wait for a worker
MOST_ENDS = 3  # times that a question may end the inspector: others that it answers then are asked again each time
REST_SECONDS = 60.0  # before such a question is tried once more


class Inspector(Protocol):
    """What is asked."""

    def inspect(self, name: str, *arguments: Any) -> Future[Any]: ...


class Answers:
    """The answers of one function of the inspector. Safe to use from several threads.

    Parameters
    ----------
    inspector
        The workers that answer.
    is_ready
        Whether the answer is worth waiting for.
    name
        The name of the function to call.
    kept
        The number of answers to keep.
    was_ended
        Whether an error says that the inspector ended over a question; one that does so again and again is then answered
        by a Problem.
    now
        The clock, in seconds.
    """

    def __init__(  # noqa: PLR0913 - each is one thing to know of an inspector
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
        self._kept = kept
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._asked: dict[Hashable, Future[Any]] = {}
        self._was_ended = was_ended
        self._now = now
        self._ends: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()  # how often the inspector ended, and when last

    def ask(self, key: Hashable, *arguments: Any, wait: bool = True) -> Any:
        """The answer to a question, or None where it is not there yet; ask again.

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
                self._known.move_to_end(key)
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
            answer = asked.result(MOMENT_SECONDS)  # also a finished one must be fetched from its worker
        except TimeoutError:
            return None
        except Exception as error:  # the inspector died: the next look asks its successor
            self._fail(key, error)
            return None
        self._remember(key, answer)
        return answer

    def known(self, key: Hashable) -> Any:
        """The answer to a question that was answered, else None; asks nothing, and a worker's answer is not fetched."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def forget(self, key: Hashable) -> None:
        """Have a question asked anew at the next look, as where its answer was that something failed."""
        with self._lock:
            self._known.pop(key, None)

    def _fail(self, key: Hashable, error: Exception) -> None:
        with self._lock:
            if self._asked.pop(key, None) is not None and self._was_ended(error):
                self._ends[key] = self._ends.pop(key, (0, 0.0))[0] + 1, self._now()
                while len(self._ends) > self._kept:
                    self._ends.popitem(last=False)

    def _remember(self, key: Hashable, answer: Any) -> None:
        with self._lock:
            self._known[key] = answer
            self._asked.pop(key, None)
            self._ends.pop(key, None)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)


def _too_heavy(times: int) -> Problem:
    return Problem(
        code="question-too-heavy",
        where=(),
        happened=f"The process that looks into networks ended {times} times over this question.",
        expected="Expected an answer that fits in its memory.",
        fix="Look at another layer or image, or at a smaller network; in a minute this is tried again.",
    )
