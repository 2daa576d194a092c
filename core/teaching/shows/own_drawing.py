"""The interactive view of a sheet to draw on. The scene's trained network classifies each new state of the drawing."""

from dataclasses import dataclass

from core.experiment.model import Experiment
from core.parameters import Integers
from core.problems import Problem
from core.runs.manager import Runs
from core.runs.results import RunResults
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject

RECOGNISED, CONFUSED = "recognised", "confused"
MOST_CLASSES = 10_000
IS_RIGHT = 1  # the second element of a value if the visitor said that the predicted class is right


@dataclass(frozen=True)
class TrainedNetwork:
    """The trained network of a finished run."""

    experiment: Experiment
    model: str  # the file of its weights
    number: int  # the number of the run

    @property
    def classes(self) -> tuple[str, ...]:
        return self.experiment.data.entry.classes


def _ground(runs: Runs, subject: ViewSubject, _settings: Settings, _wait: bool) -> TrainedNetwork | Problem:
    for outcome in subject.outcomes:
        if path := RunResults(runs).model(outcome.run):
            return TrainedNetwork(outcome.run.experiment, path, outcome.run.number)
    return Problem(
        code="show-without-run",
        where=(),
        happened="You have not trained the network of this lesson since you began it, so nothing answers a drawing.",
        expected="Expected a run that is over.",
        fix="Train it; the sheet follows when the run is over.",
    )


def _reached(network: TrainedNetwork, _settings: Settings, value: tuple[int, int]) -> list[str]:
    label, is_right = value
    if label >= len(network.classes):
        return []
    return [RECOGNISED if is_right == IS_RIGHT else CONFUSED]


OWN_DRAWING = InteractiveView(
    name="own-drawing",
    sentence="The visitor draws on a sheet, the bars of the answers of the scene's newest run follow, and the visitor says "
    "whether the likeliest one is right.",
    ground=_ground,
    moved_to=Integers(2, 2, 0, MOST_CLASSES),
    reached=_reached,
    words=lambda value: f"the answer was class {value[0]}",
    goals=(
        Goal(RECOGNISED, "is recognised", "The visitor said that the likeliest answer to a drawing is right."),
        Goal(CONFUSED, "is confused with another", "The visitor said that the likeliest answer to a drawing is wrong."),
    ),
)
