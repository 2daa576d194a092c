"""The tables of stacks that were asked for: each is asked of the inspector once, and known from then on."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from core.checks import check
from core.experiment import Experiment
from core.shapes import Summary

KEPT = 500  # a few kilobytes each
MOMENT_SECONDS = 0.3  # how long a page may wait for a worker


class Inspector(Protocol):
    """What is asked."""

    def inspect(self, name: str, *arguments: Any) -> Future: ...


class Summaries:
    """All summaries of this server. Safe to use from several threads."""

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool]) -> None:
        """Arguments: `inspector`, who answers; `is_ready`, whether it is worth waiting for."""
        self._inspector = inspector
        self._is_ready = is_ready
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple, Summary] = OrderedDict()
        self._asked: dict[tuple, Future] = {}

    def known(self, experiment: Experiment) -> Summary | None:
        """The table of a stack where the answer is there already; never waits for one."""
        return self.ask(experiment, wait=False)

    def ask(self, experiment: Experiment, *, wait: bool = True) -> Summary | None:
        """The table of a stack.

        Arguments:
            experiment: only its data set and layers matter.
            wait: whether to wait a moment for the answer.

        Returns:
            None where the answer is not there yet, or a value is not allowed; ask again.
        """
        if any(problem.code == "value-not-allowed" for problem in check(experiment)):
            return None
        key = (experiment.data.dataset, experiment.layers)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            if key not in self._asked:
                try:
                    self._asked[key] = self._inspector.inspect("core.worker.summary:summarise", experiment)
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

    def _remember(self, key: tuple, answer: Summary) -> None:
        with self._lock:
            self._known[key] = answer
            self._asked.pop(key, None)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
