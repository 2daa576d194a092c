"""The checks that tasks name, and the judgement of a whole task.

A visitor passes a task with several checks only by a single experiment and a single run that pass all of them: an accuracy
that another network reached does not count. So the draft and each run are judged. The page shows the attempt with the
highest share. Attempts whose experiment passes come first, so that a draft that only needs a run says so; among these, a run
that waits or trains comes first, since the visitor watches that run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.experiment.descriptions import changes
from core.experiment.model import Experiment
from core.runs.comparison import Outcome
from core.teaching.checks.activity_checks import ACTIVITY_CHECKS
from core.teaching.checks.answer_checks import ANSWER_CHECKS
from core.teaching.checks.check import EXPERIMENT, RUN, VISITOR, Check, CheckResult
from core.teaching.checks.comparison_checks import COMPARISON_CHECKS
from core.teaching.checks.data_checks import DATA_CHECKS
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_checks import NETWORK_CHECKS
from core.teaching.checks.result_checks import RESULT_CHECKS, no_run
from core.teaching.checks.training_checks import TRAINING_CHECKS
from core.teaching.deck import CheckCall, Task

FAMILIES: Mapping[str, tuple[Check, ...]] = MappingProxyType(
    {
        "Network": NETWORK_CHECKS,
        "Data": DATA_CHECKS,
        "Compile and train": TRAINING_CHECKS,
        "Results": RESULT_CHECKS,
        "Several runs": COMPARISON_CHECKS,
        "Looked at and done": ACTIVITY_CHECKS,
        "Answers": ANSWER_CHECKS,
    }
)
CHECKS: Mapping[str, Check] = MappingProxyType({check.name: check for family in FAMILIES.values() for check in family})


@dataclass(frozen=True)
class TaskResult:
    """The judgement of a task: the results of its checks, for the run or the draft with the highest share."""

    check_results: tuple[CheckResult, ...]  # the judgement of each check, in the order of the task
    outcome: Outcome | None  # the run with the highest share; None if the draft has the highest share
    foreign: tuple[str, ...] = ()  # in words, the differences of the judged draft from the scene's experiment

    @property
    def share(self) -> float:
        """The reached share of the whole task, from 0 to 1, which is the mean of the shares of its checks."""
        return sum(result.share for result in self.check_results) / len(self.check_results) if self.check_results else 1.0

    @property
    def has_passed(self) -> bool:
        return not self.foreign and all(result.has_passed for result in self.check_results)

    def judges_older_than(self, draft: Experiment) -> bool:
        """Return whether a finished run is judged, and the draft has changed since."""
        return self.outcome is not None and self.outcome.run.is_over and bool(changes(draft, self.outcome.run.experiment))


def seed_dependent_checks(task: Task) -> tuple[CheckCall, ...]:
    """Return the checks of a task that may judge a run differently with another seed."""
    return tuple(call for call in task.checks if CHECKS[call.name].depends_on_chance and CHECKS[call.name].subject == RUN)


def judge(task: Task, evidence: Evidence) -> TaskResult:
    """Run the checks of a task on the visitor's draft and on each run, and return the best result.

    Parameters
    ----------
    task
        The task; its checks are in CHECKS.
    evidence
        The evidence.
    """
    if all(CHECKS[call.name].subject != RUN for call in task.checks):
        looks_at_draft = any(CHECKS[call.name].subject == EXPERIMENT for call in task.checks)
        return TaskResult(
            tuple(_apply(call, evidence) for call in task.checks), None, evidence.foreign if looks_at_draft else ()
        )
    beside = {
        index: _apply(call, evidence) for index, call in enumerate(task.checks) if CHECKS[call.name].subject == VISITOR
    }
    outcomes: list[Outcome | None] = [*evidence.runs, None]
    tries = []
    for outcome in outcomes:
        judged = _judge_one(task, evidence, outcome, beside)
        if judged.has_passed:
            return judged
        tries.append(judged)
    fitting = [attempt for attempt in tries if _has_right_experiment(task, attempt)]
    on_now = [attempt for attempt in fitting if attempt.outcome is not None and not attempt.outcome.run.is_over]
    return max(on_now or fitting or tries, key=lambda attempt: attempt.share)  # among equals the newest run, which is first


def _has_right_experiment(task: Task, judged: TaskResult) -> bool:
    """Return whether a judgement passes all checks of the experiment. Checks of the run do not count."""
    pairs = zip(task.checks, judged.check_results, strict=True)
    return all(result.has_passed for call, result in pairs if CHECKS[call.name].subject == EXPERIMENT)


def _judge_one(task: Task, evidence: Evidence, outcome: Outcome | None, beside: Mapping[int, CheckResult]) -> TaskResult:
    own = evidence if outcome is None else evidence.of_run(outcome)
    check_results = []
    for index, call in enumerate(task.checks):
        if index in beside:
            check_results.append(beside[index])
        elif outcome is None and CHECKS[call.name].subject == RUN:
            check_results.append(no_run(evidence))
        else:
            check_results.append(_apply(call, own))
    return TaskResult(tuple(check_results), outcome, evidence.foreign if outcome is None else ())


def _apply(call: CheckCall, evidence: Evidence) -> CheckResult:
    return CHECKS[call.name].apply(evidence, call.arguments)
