"""What the inspector is asked: each question once, and its answer known from then on. No page waits for it for long."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Protocol

MOMENT_SECONDS = 0.3  # how long a page may wait for a worker


class Inspector(Protocol):
    """What is asked."""

    def inspect(self, name: str, *arguments: Any) -> Future: ...


class Answers:
    """The answers of one function of the inspector. Safe to use from several threads."""

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool], name: str, kept: int) -> None:
        """Arguments:

        inspector: who answers.
        is_ready: whether it is worth waiting for.
        name: the function that it is asked for.
        kept: how many answers to keep.
        """
        self._inspector = inspector
        self._is_ready = is_ready
        self._name = name
        self._kept = kept
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._asked: dict[Hashable, Future] = {}

    def ask(self, key: Hashable, *arguments: Any, wait: bool = True) -> Any:
        """The answer to a question, or None where it is not there yet; ask again.

        Arguments:
            key: the same one for the same answer.
            arguments: of the function.
            wait: whether to wait a moment for the answer.
        """
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
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
        except Exception:  # the inspector died: the next look asks its successor
            self._asked.pop(key, None)
            return None
        self._remember(key, answer)
        return answer

    def known(self, key: Hashable) -> Any:
        """The answer to a question that was answered, else None; asks nothing, and a worker's answer is not fetched."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def _remember(self, key: Hashable, answer: Any) -> None:
        with self._lock:
            self._known[key] = answer
            self._asked.pop(key, None)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
