"""The interactive view of an image that passes through the layers of the network that the visitor has built."""

from dataclasses import dataclass

from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.number_text import quantity
from core.parameters import Integer
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.views.layer_outputs import NetworkPreview, NetworkPreviewQuestion, is_small_enough

SENT, MOST_PARAMETERS = "sent", "most-parameters"
MOST_LAYERS = 1_000
IMAGE = 0  # the value of an image that went through all layers; n is a click on the n-th layer


@dataclass(frozen=True)
class ForwardPass:
    """The outputs of all layers of a network for an image."""

    experiment: Experiment
    summary: Summary
    glimpse: NetworkPreview

    @property
    def largest(self) -> int:
        """The position of the layer with the most parameters, counted from 1."""
        counts = [row.parameters for row in self.summary.rows]
        return counts.index(max(counts)) + 1


def _ground(runs: Runs, subject: ViewSubject, _settings: Settings, wait: bool) -> ForwardPass | Problem | None:
    experiment = subject.draft
    if not experiment.layers:
        return _problem("The network has no layers yet.", "Go back to Define, and stack its layers.")
    summary = runs.facts.summary(experiment, wait=wait)
    if summary is None:
        return None
    if summary.refused:
        return _problem("A layer of the network cannot take what it gets.", "Go back to Define, and repair the layer.")
    if not is_small_enough(summary):
        return _problem("This network is too large to send an image through.", "Make a layer smaller on Define.")
    glimpse = runs.inspector.ask(NetworkPreviewQuestion(experiment, 0), wait=False)
    return ForwardPass(experiment, summary, glimpse) if isinstance(glimpse, NetworkPreview) else glimpse


def _problem(happened: str, fix: str) -> Problem:
    return Problem("show-without-network", ("layers",), happened, "Expected a network whose layers fit each other.", fix)


def _reached(way: ForwardPass, _settings: Settings, value: int) -> list[str]:
    return [SENT] if value == IMAGE else [MOST_PARAMETERS] if value == way.largest else []


SEND_THROUGH = InteractiveView(
    name="send-through",
    sentence="An image goes through the visitor's own network: each layer shows what it makes of the image, and, when it is "
    "clicked, how its parameters are counted.",
    ground=_ground,
    moved_to=Integer(0, MOST_LAYERS),
    reached=_reached,
    words=lambda value: f"layer {value} of the network" if value else quantity(1, "image"),
    goals=(
        Goal(SENT, "send the image through", "The image went through all layers."),
        Goal(MOST_PARAMETERS, "click the layer with the most parameters", "The layer with the most parameters was clicked."),
    ),
)
