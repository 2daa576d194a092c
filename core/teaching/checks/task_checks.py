"""The checks that tasks name, and the judgement of a whole task.

A task with several checks is passed by one experiment that passes all of them, and by one run of it: an accuracy that
another network reached does not count. So the draft and each run are judged, and shown is the one that came farthest, of
those whose experiment is as asked where there are such: a draft that only needs a run says so, whatever older runs lack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.runs.comparison import Outcome
from core.teaching.checks.activity_checks import ACTIVITY_CHECKS
from core.teaching.checks.answer_checks import ANSWER_CHECKS
from core.teaching.checks.check import EXPERIMENT, RUN, VISITOR, Check, Seen
from core.teaching.checks.comparison_checks import COMPARISON_CHECKS
from core.teaching.checks.data_checks import DATA_CHECKS
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.network_checks import NETWORK_CHECKS
from core.teaching.checks.result_checks import NO_RUN, RESULT_CHECKS
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
class Judged:
    """A task as it was judged."""

    seen: tuple[Seen, ...]  # what each check saw, in the order of the task
    outcome: Outcome | None  # the run that came farthest; None where it was the draft

    @property
    def share(self) -> float:
        """Of the whole task, from 0 to 1: the mean of its checks."""
        return sum(seen.share for seen in self.seen) / len(self.seen) if self.seen else 1.0

    @property
    def has_passed(self) -> bool:
        return all(seen.has_passed for seen in self.seen)


def chancy_calls(task: Task) -> tuple[CheckCall, ...]:
    """The checks of a task on one run that another seed may change."""
    return tuple(call for call in task.checks if CHECKS[call.name].depends_on_chance and CHECKS[call.name].subject == RUN)


def judge(task: Task, evidence: Evidence) -> Judged:
    """Judge a task.

    Parameters
    ----------
    task
        The task; its checks are in CHECKS.
    evidence
        The evidence.
    """
    if all(CHECKS[call.name].subject != RUN for call in task.checks):
        return Judged(tuple(_see(call, evidence) for call in task.checks), None)
    beside = {place: _see(call, evidence) for place, call in enumerate(task.checks) if CHECKS[call.name].subject == VISITOR}
    outcomes: list[Outcome | None] = [*evidence.runs, None]
    tries = []
    for outcome in outcomes:
        judged = _judge_one(task, evidence, outcome, beside)
        if judged.has_passed:
            return judged
        tries.append(judged)
    fitting = [one for one in tries if _has_right_experiment(task, one)]
    return max(fitting or tries, key=lambda one: one.share)  # of equal ones the first: the newest run


def _has_right_experiment(task: Task, judged: Judged) -> bool:
    """Whether a try passes all checks that look at its experiment alone."""
    pairs = zip(task.checks, judged.seen, strict=True)
    return all(seen.has_passed for call, seen in pairs if CHECKS[call.name].subject == EXPERIMENT)


def _judge_one(task: Task, evidence: Evidence, outcome: Outcome | None, beside: Mapping[int, Seen]) -> Judged:
    own = evidence if outcome is None else evidence.of_run(outcome)
    seen = []
    for place, call in enumerate(task.checks):
        if place in beside:
            seen.append(beside[place])
        elif outcome is None and CHECKS[call.name].subject == RUN:
            seen.append(NO_RUN)
        else:
            seen.append(_see(call, own))
    return Judged(tuple(seen), outcome)


def _see(call: CheckCall, evidence: Evidence) -> Seen:
    return CHECKS[call.name].see(evidence, call.arguments)
