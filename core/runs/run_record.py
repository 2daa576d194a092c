"""The record of a run: an experiment that a visitor trained, or has queued, at a certain time."""

from dataclasses import dataclass
from typing import Any

from core.experiment.model import Experiment
from core.problems import Problem
from core.run_events import Actor
from core.runs.states import STATES

OWNER: Actor = "owner"
LECTURER: Actor = "lecturer"


@dataclass(frozen=True)
class Run:
    """A run as stored in the database: an experiment, its state and its result."""

    id: str  # long and random
    number: int  # 1, 2, 3 ... of its visitor
    visitor: str  # the owner
    experiment: Experiment
    state: str  # a key of STATES
    created: float  # seconds since 1970
    ended: float | None
    problem: Problem | None  # the reason of a failure
    result: dict[str, Any] | None  # the return value of training
    test_openings: int  # number of openings of the test set
    name: str  # the owner's name for the run; "" for none
    note: str  # the owner's note
    series: str  # the same for all repeats of an experiment with other seeds; "" for none
    parts: int  # number of starts and resumes
    deleted: float | None  # time of the deletion by the owner
    test_sealed: bool = False  # whether its owner has sealed the test set again

    @property
    def is_over(self) -> bool:
        return STATES[self.state].is_over

    @property
    def test_is_open(self) -> bool:
        """Whether the evaluation on the test set may be shown."""
        return self.test_openings > 0 and not self.test_sealed

    def accuracy(self, name: str) -> float | None:
        """Return the accuracy of the kept weights on a whole set, from 0 to 1. Return None before the evaluation.

        This accuracy is the run's result. The last epoch's accuracy may differ: a run may keep another epoch's weights.

        Parameters
        ----------
        name
            The name of the set: "validation" or "test".
        """
        evaluated = (self.result or {}).get(name)
        return evaluated["accuracy"] if evaluated else None

    @property
    def title(self) -> str:
        """The title of the run: "Run 4: with dropout", or "Run 4" without a name."""
        return f"Run {self.number}: {self.name}" if self.name else f"Run {self.number}"
