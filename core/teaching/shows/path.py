"""The interactive view of the path of gradient descent in an epoch, on a loss of two weights, at a chosen batch size."""

from collections.abc import Iterable

from core.number_text import quantity
from core.parameters import Integer, Integers, Parameter
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.views.path import BatchPaths, BatchPathsQuestion

MOST_STEPS, FEWEST_STEPS, CLOSE = "most-steps", "fewest-steps", "close"
CLOSE_LOSS_DISTANCE = 0.04  # above the lowest loss: a path that ends so near has come close
FEW_STEPS = 20  # steps


def goals_of(paths: BatchPaths, batch_size: int) -> tuple[str, ...]:
    """Return the goals that the path at a batch size reaches."""
    path = paths.of(batch_size)
    states = {
        MOST_STEPS: path.batch_size == 1,
        FEWEST_STEPS: path.steps == 1,
        CLOSE: path.steps < FEW_STEPS and path.loss <= paths.lowest + CLOSE_LOSS_DISTANCE,
    }
    return tuple(name for name, is_so in states.items() if is_so)


def _ground(runs: Runs, subject: ViewSubject, _settings: Settings, wait: bool) -> BatchPaths | Problem | None:
    return runs.inspector.ask(BatchPathsQuestion(subject.experiment.fit.seed), wait=wait)


def _reached(paths: BatchPaths, _settings: Settings, value: int) -> Iterable[str]:
    return goals_of(paths, value)


PATH = InteractiveView(
    name="path",
    sentence="The batch size is dragged on a slider, and the path of one epoch is drawn on the loss of a unit with two "
    "weights that tells zeros from ones.",
    ground=_ground,
    moved_to=Integer(1, 100_000),
    reached=_reached,
    words=lambda value: quantity(value, "image"),
    goals=(
        Goal(MOST_STEPS, "makes the most steps", "The batch holds one image."),
        Goal(FEWEST_STEPS, "makes a single step", "The batch holds all images."),
        Goal(
            CLOSE,
            f"comes within {CLOSE_LOSS_DISTANCE} of the lowest loss in fewer than {FEW_STEPS} steps",
            f"After fewer than {FEW_STEPS} steps the loss is at most {CLOSE_LOSS_DISTANCE} above the lowest one.",
        ),
    ),
    needs_experiment=False,
    parameters=(
        Parameter(
            "shown", (8,), Integers(1, 7, 1, 100_000), "The batch sizes whose paths are drawn at first; the last is chosen."
        ),
    ),
)
