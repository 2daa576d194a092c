"""Find out whether a scheduler answers: a frozen process or a silent network keeps its connections open."""

from concurrent.futures import Future
from typing import Any

from distributed import Client

from core.engine.dask_patches import ask_scheduler

MOST_UNANSWERED = 150  # looks, five a second: a busy scheduler answers within some seconds


class Probe:
    """Ask one scheduler again and again.

    The probe counts looks, not seconds: after a sleep of the machine, or a freeze of this server, nothing is lost.
    """

    def __init__(self) -> None:
        self._question: Future[Any] | None = None
        self._unanswered = 0  # looks since the last answer

    def answers(self, client: Client) -> bool:
        """Look once, without waiting; False after MOST_UNANSWERED looks without an answer."""
        question = self._question
        if question is not None and question.done() and not question.cancelled() and question.exception() is None:
            self._unanswered = 0
        if question is None or question.done():
            self._question = ask_scheduler(client)
        self._unanswered += 1
        return self._unanswered <= MOST_UNANSWERED
