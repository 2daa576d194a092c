"""What this server makes of an experiment: its problems, how it is executed, and how long it should take."""

from collections.abc import Callable

from core.checks.run import check
from core.engine.inspector_summaries import Summaries
from core.engine.installed_backends import check_backend
from core.engine.supervisor import Workers
from core.experiment.execution import Execution, choose_execution
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.runs.time_estimates import estimated
from core.runs.time_left import Durations, Work


class ServerChecks:
    """Checks experiments against what this server has and has measured.

    Parameters
    ----------
    workers
        The workers of this server.
    summaries
        The tables of networks, from Keras.
    seconds_per_step
        Returns the seconds of a training step of the lecture's network on this machine; None where unmeasured.
    """

    def __init__(self, workers: Workers, summaries: Summaries, seconds_per_step: Callable[[], float | None]) -> None:
        self._workers = workers
        self._summaries = summaries
        self._seconds_per_step = seconds_per_step

    def problems(self, experiment: Experiment) -> tuple[Problem, ...]:
        """All problems of an experiment, those of this server too: a backend that it does not have."""
        here = check_backend(experiment, self._workers.backends, elsewhere=self._workers.shares_no_disk)
        return (*check(experiment, self._summaries.known(experiment)), *here)

    def refuse_blocked(self, experiment: Experiment) -> None:
        """Make sure that an experiment can be trained; raises ProblemError with the first problem that blocks it."""
        for problem in self.problems(experiment):
            if problem.blocks:
                raise ProblemError(problem)

    def execution(self, experiment: Experiment) -> Execution:
        """How an experiment is executed here: from what is in it, and what was measured on this machine."""
        return choose_execution(experiment, self._summaries.known(experiment), self._seconds_per_step())

    def estimated(self, experiment: Experiment, work: Work) -> Durations | None:
        """How long an experiment's work should take by what its layers cost; None where nothing tells."""
        summary = self._summaries.known(experiment)
        return estimated(experiment, work, self._seconds_per_step(), summary, self.execution(experiment))
