"""The tables of stacks that were asked for: each is asked of the inspector once, and known from then on."""

from collections.abc import Callable

from core.answers import Answers, Inspector
from core.checks import check
from core.experiment import Experiment
from core.shapes import Summary

SUMMARISE = "core.worker.summary:summarise"
KEPT = 500  # a few kilobytes each


class Summaries:
    """All summaries of this server. Safe to use from several threads."""

    def __init__(self, inspector: Inspector, is_ready: Callable[[], bool]) -> None:
        """Arguments: `inspector`, who answers; `is_ready`, whether it is worth waiting for."""
        self._answers = Answers(inspector, is_ready, SUMMARISE, KEPT)

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
        return self._answers.ask((experiment.data.dataset, experiment.layers), experiment, wait=wait)
