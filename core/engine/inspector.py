"""Ask a worker process short questions, each only once, and keep the answers. No page waits long for an answer."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Protocol, cast

from cachetools import LRUCache

from core.catalogue.datasets import are_pictures_gone
from core.checks.data import missing_pictures_problem
from core.problems import Problem
from core.views.shared.question import Answer, Question

MOMENT_SECONDS = 0.3  # how long a page may wait for a worker
MOST_ENDS = 3  # how often a question may end the inspector, after which all open questions must be sent again
REST_SECONDS = 60.0  # the pause before such a question is sent once more


class InspectorProcess(Protocol):
    """The methods of the workers that the inspector needs. A question may kill its process by taking too much memory."""

    def inspect(self, name: str, *arguments: Any) -> Future[Any]: ...

    def was_killed(self, error: BaseException | None) -> bool: ...


class Inspector:
    """The answers to the questions of all visitors. Equal questions are asked once. Safe to use from several threads.

    Parameters
    ----------
    process
        The workers that answer.
    is_ready
        Whether the workers are ready, so that waiting for an answer makes sense.
    now
        The clock, in seconds.
    """

    def __init__(
        self, process: InspectorProcess, is_ready: Callable[[], bool], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._process = process
        self._is_ready = is_ready
        self._now = now
        self._lock = threading.Lock()
        self._answers: dict[type[Question[Any]], _Answers] = {}

    def ask(self, question: Question[Answer], *, wait: bool = True) -> Answer | Problem | None:
        """Return the answer to a question. Return None if the answer has not arrived yet; then call again later.

        Parameters
        ----------
        question
            The question, such as `core.views.border.BorderQuestion`.
        wait
            Whether to wait a moment for the answer.

        Returns
        -------
        Answer | Problem | None
            A Problem if the question cannot be answered, if the question killed its process repeatedly, or if the images
            were deleted.
        """
        if _shows_deleted_pictures(question):
            return missing_pictures_problem(question.shown_dataset)
        return cast("Answer | Problem | None", self._answers_like(question).ask(question, wait=wait))

    def known(self, question: Question[Answer]) -> Answer | None:
        """Return the answer to a question, or None if no answer has arrived or its images were deleted. Ask no worker."""
        if _shows_deleted_pictures(question):
            return None
        return cast("Answer | None", self._answers_like(question).known(question.key))

    def forget(self, question: Question[Any]) -> None:
        """Forget the answer to a question, such as a failure, so that the next call of `ask` asks again."""
        self._answers_like(question).forget(question.key)

    def _answers_like(self, question: Question[Any]) -> "_Answers":
        kind = type(question)
        with self._lock:
            if kind not in self._answers:
                self._answers[kind] = _Answers(self._process, self._is_ready, kind.kept, self._now)
            return self._answers[kind]


def _shows_deleted_pictures(question: Question[Any]) -> bool:
    return bool(question.shown_dataset) and are_pictures_gone(question.shown_dataset)


class _Answers:
    """The answers to all questions of a class, such as `BorderQuestion`."""

    def __init__(self, process: InspectorProcess, is_ready: Callable[[], bool], kept: int, now: Callable[[], float]) -> None:
        self._process = process
        self._is_ready = is_ready
        self._now = now
        self._lock = threading.Lock()
        self._known: LRUCache[Hashable, Any] = LRUCache(kept)
        self._sent: dict[Hashable, Future[Any]] = {}
        self._ends: LRUCache[Hashable, tuple[int, float]] = LRUCache(kept)  # how often the process ended, and when last

    def ask(self, question: Question[Any], *, wait: bool) -> Any:
        key = question.key
        with self._lock:
            if key in self._known:
                return self._known[key]
            ends, last = self._ends.get(key, (0, 0.0))
            if ends >= MOST_ENDS and self._now() - last < REST_SECONDS:
                return _too_heavy(ends)
            if key not in self._sent:
                try:
                    self._sent[key] = self._process.inspect(question.function, *question.arguments)
                except (AssertionError, OSError):  # the scheduler has not answered yet
                    return None
            future = self._sent[key]
        if not future.done() and not (wait and self._is_ready()):
            return None
        try:
            answer = future.result(MOMENT_SECONDS)  # also a finished answer must be fetched from its worker
        except TimeoutError:
            return None
        except Exception as error:  # the process ended; the next call asks its successor
            self._fail(key, error)
            return None
        self._remember(key, answer)
        return answer

    def known(self, key: Hashable) -> Any:
        with self._lock:
            return self._known.get(key)

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._known.pop(key, None)

    def _fail(self, key: Hashable, error: Exception) -> None:
        with self._lock:
            if self._sent.pop(key, None) is not None and self._process.was_killed(error):
                self._ends[key] = self._ends.pop(key, (0, 0.0))[0] + 1, self._now()

    def _remember(self, key: Hashable, answer: Any) -> None:
        with self._lock:
            self._known[key] = answer
            self._sent.pop(key, None)
            self._ends.pop(key, None)


def _too_heavy(times: int) -> Problem:
    return Problem(
        code="question-too-heavy",
        where=(),
        happened=f"The process that looks into networks ended {times} times over this question.",
        expected="Expected an answer that fits in its memory.",
        fix="Look at another layer or image, or at a smaller network; in a minute this is tried again.",
    )
