"""The network that a view shows, from the visitor's newest run of the scene's experiment."""

from typing import NamedTuple

from core.experiment.model import Experiment
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.teaching.shows.interactive_view import ViewSubject

UNTRAINED = "Not trained yet: the random weights that training starts from."


class OwnNetwork(NamedTuple):
    """A network that a view shows, with the file of its weights."""

    experiment: Experiment
    model: str  # the file of its weights; "" for the initial weights
    words: str  # whose weights these are

    @property
    def part(self) -> str:
        """The set whose images the view shows: "validation", or "training" if there is no validation set."""
        return "validation" if self.experiment.data.num_validation else "training"


def own_network(runs: Runs, subject: ViewSubject) -> OwnNetwork:
    """Return the trained network of the visitor's newest run whose network is stored.

    Return the scene's untrained network if there is no such run.
    """
    results = RunResults(runs)
    for outcome in subject.outcomes:
        if path := results.model(outcome.run):
            return OwnNetwork(outcome.run.experiment, path, f"The weights at the end of {outcome.run.title}.")
    return OwnNetwork(subject.experiment, "", UNTRAINED)
