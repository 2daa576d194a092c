"""A run as it was recorded: one time that an experiment was done."""

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
    """One time that an experiment was done."""

    id: str  # long and random
    number: int  # 1, 2, 3 ... of its visitor
    visitor: str  # whose it is
    experiment: Experiment
    state: str  # one of STATES
    created: float  # seconds since 1970
    ended: float | None
    problem: Problem | None  # why it failed
    result: dict[str, Any] | None  # what training returned
    test_openings: int  # how often its test set was opened
    name: str  # what its owner calls it; "" for none
    note: str  # what its owner noted down
    series: str  # the same for all repeats of one experiment with other seeds; "" for none
    parts: int  # how often it was begun or gone on with
    deleted: float | None  # when its owner deleted it
    test_sealed: bool = False  # whether its owner has sealed the test set again

    @property
    def is_over(self) -> bool:
        return STATES[self.state].is_over

    @property
    def test_is_open(self) -> bool:
        """Whether what the network says of the test set may be seen."""
        return self.test_openings > 0 and not self.test_sealed

    def accuracy(self, name: str) -> float | None:
        """The accuracy of the weights that the run kept, on the whole of a set, from 0 to 1; None where there is none.

        It is the run's result. The last epoch's own figure may differ: a run may go on after it, or keep an earlier epoch.

        Parameters
        ----------
        name
            The name of the set: "validation" or "test".
        """
        evaluated = (self.result or {}).get(name)
        return evaluated["accuracy"] if evaluated else None

    @property
    def title(self) -> str:
        """The run as its owner calls it: "Run 4: with dropout", or "Run 4"."""
        return f"Run {self.number}: {self.name}" if self.name else f"Run {self.number}"
