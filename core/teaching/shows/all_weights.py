"""The interactive view of all weights of a layer: their gradients for a batch, and a step with a chosen learning rate."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.number_text import number, percent
from core.parameters import Integer, Parameter, Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.teaching.shows.own_network import own_network
from core.views.all_weights import AllWeights, AllWeightsQuestion, ChosenBatch

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # learning rates at which the slider stops
FALLS, AS_PROMISED, RISES = "falls", "as-promised", "rises"
MOST_SLOPE_ERROR = 0.1  # the share of the promised change by which the real change may differ
LEAST_LOSS_FALL = 0.01  # the least share of the loss by which the loss falls


@dataclass(frozen=True)
class AllWeightsData:
    """The gradients of the weights for a batch, and a sentence about the run that the weights are from."""

    batch: AllWeights
    words: str


def _ground(runs: Runs, subject: ViewSubject, settings: Settings, wait: bool) -> AllWeightsData | Problem | None:
    network = own_network(runs, subject)
    chosen = ChosenBatch("", settings["images"], RATES, network.experiment.compile.loss)
    batch = runs.inspector.ask(AllWeightsQuestion(network.experiment, network.model, chosen), wait=wait)
    return AllWeightsData(batch, network.words) if isinstance(batch, AllWeights) else batch


def _reached(ground: AllWeightsData, _settings: Settings, rate: float) -> Iterable[str]:
    step = next((step for step in ground.batch.steps if step.rate == rate), None)
    if step is None:
        return []
    change = step.loss - ground.batch.loss_before
    states = {
        FALLS: change <= -LEAST_LOSS_FALL * ground.batch.loss_before,
        AS_PROMISED: abs(change - step.promised) <= MOST_SLOPE_ERROR * abs(step.promised),
        RISES: change > 0,
    }
    return [name for name, is_so in states.items() if is_so]


ALL_WEIGHTS = InteractiveView(
    name="all-weights",
    sentence="The gradients of a layer stand as pictures for one batch; the learning rate of one step is dragged.",
    ground=_ground,
    moved_to=Real(0.0, 1_000.0),
    reached=_reached,
    words=number,
    goals=(
        Goal(
            FALLS,
            f"falls by {percent(LEAST_LOSS_FALL)} or more",
            f"One step makes the loss of the batch smaller by {percent(LEAST_LOSS_FALL)} or more.",
        ),
        Goal(
            AS_PROMISED,
            "changes as the slope promises",
            f"The loss changes as the slope promises, within {percent(MOST_SLOPE_ERROR)}.",
        ),
        Goal(RISES, "rises", "One step makes the loss of the batch larger."),
    ),
    parameters=(Parameter("images", 32, Integer(2, 256), "How many training images the batch holds."),),
)
