"""The problems, the execution and the expected duration of an experiment on this server."""

from collections.abc import Callable

from core.checks.experiment_checks import check
from core.engine.experiment_facts import ExperimentFacts
from core.engine.installed_backends import check_backend
from core.engine.supervisor import WorkerPool
from core.experiment.execution import Execution, choose_execution
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.runs.time_estimates import estimated
from core.runs.time_left import Durations, RunWorkload


class ServerChecks:
    """The checks of experiments that depend on the backends and the measured speed of this server.

    Parameters
    ----------
    workers
        The workers of this server.
    facts
        The layer tables of networks, which Keras computes.
    seconds_per_step
        Returns the seconds of a training step of the lecture's network on this machine, or None if unmeasured.
    """

    def __init__(self, workers: WorkerPool, facts: ExperimentFacts, seconds_per_step: Callable[[], float | None]) -> None:
        self._workers = workers
        self._facts = facts
        self._seconds_per_step = seconds_per_step

    def problems(self, experiment: Experiment) -> tuple[Problem, ...]:
        """Return all problems of an experiment, with problems of this server such as a missing backend."""
        return (*check(experiment, self._facts.known_summary(experiment)), *self.backend_problems(experiment))

    def backend_problems(self, experiment: Experiment) -> tuple[Problem, ...]:
        """Return the problem of a backend that this server does not offer, or an empty tuple."""
        return check_backend(experiment, self._workers.backends, elsewhere=self._workers.shares_no_disk)

    def refuse_blocked(self, experiment: Experiment) -> None:
        """Raise ProblemError with the first problem that keeps an experiment from being trained."""
        for problem in self.problems(experiment):
            if problem.blocks:
                raise ProblemError(problem)

    def execution(self, experiment: Experiment) -> Execution:
        """Choose how this server executes an experiment, from the network and the measured speed of the machine."""
        return choose_execution(experiment, self._facts.known_summary(experiment), self._seconds_per_step())

    def estimated(self, experiment: Experiment, work: RunWorkload) -> Durations | None:
        """Return the durations of an experiment's run, estimated from the cost of its layers. Return None if unknown."""
        summary = self._facts.known_summary(experiment)
        return estimated(experiment, work, self._seconds_per_step(), summary, self.execution(experiment))
