"""The interactive view of the chain rule: visitors pick a weight of their network, and see the factors of its gradient."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.experiment.image_ref import ImageRef
from core.parameters import Integer, Integers, Parameter, Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.teaching.shows.own_network import OwnNetwork, own_network
from core.views.weight_chain import ChosenWeight, WeightChain, WeightChainQuestion

LARGEST, NO_INPUT, NO_SLOPE, RAISES, LOWERS = "largest", "no-input", "no-slope", "raises", "lowers"
BRIGHT_INPUT_SHARE = 0.5  # an input is bright from this share of the largest input
GREY_INPUT_SHARE = 0.4  # the input that is nearest to this share of the largest input is grey
SHOWN_GRADIENT = 5e-7  # the smallest gradient that is not 0 on the screen, which has six decimals
Value = tuple[int, int]  # the input and the unit of a weight


@dataclass(frozen=True)
class WeightChainData:
    """A network and an image, with the factors of the gradients of all weights in the first Dense layer."""

    network: OwnNetwork
    image: ImageRef
    weight: ChosenWeight
    first: WeightChain

    @property
    def start(self) -> Value:
        """The weight that the view shows before the visitor picks a weight, as (input, unit).

        Its pixel is grey and the error of its unit small, so that the visitor has to search for the goals.
        """
        assert self.first.inputs is not None
        assert self.first.errors is not None
        inputs, errors = np.abs(self.first.inputs), np.abs(self.first.errors)
        grey = np.abs(inputs - GREY_INPUT_SHARE * inputs.max()).argmin()
        return int(grey), int(np.where(errors > 0, errors, np.inf).argmin())

    def gradient(self, source: int, unit: int) -> float:
        """Return the gradient of a weight, which is its input times the error of its unit."""
        assert self.first.inputs is not None
        assert self.first.errors is not None
        return float(self.first.inputs[source]) * float(self.first.errors[unit])


def _ground(runs: Runs, subject: ViewSubject, settings: Settings, wait: bool) -> WeightChainData | Problem | None:
    network = own_network(runs, subject)
    weight = ChosenWeight("", 0, 0, network.experiment.compile.loss, settings["image"] - 1)
    question = WeightChainQuestion(network.experiment, network.model, ImageRef(network.part), weight)
    first = runs.inspector.ask(question, wait=wait)
    if not isinstance(first, WeightChain):
        return first
    return WeightChainData(network, ImageRef(network.part, first.image), replace(weight, rank=-1), first)


def _reached(ground: WeightChainData, settings: Settings, value: Value) -> Iterable[str]:
    inputs, errors = ground.first.inputs, ground.first.errors
    source, unit = value
    if inputs is None or errors is None or source >= len(inputs) or unit >= len(errors):
        return []
    gradient, largest = ground.gradient(source, unit), ground.first.largest
    is_bright = abs(inputs[source]) >= BRIGHT_INPUT_SHARE * np.abs(inputs).max()
    states = {
        LARGEST: largest > 0 and abs(gradient) >= settings["share"] * largest,
        NO_INPUT: inputs[source] == 0 and errors[unit] != 0,
        NO_SLOPE: bool(is_bright) and errors[unit] == 0,
        RAISES: gradient >= SHOWN_GRADIENT,
        LOWERS: gradient <= -SHOWN_GRADIENT,
    }
    return [name for name, is_so in states.items() if is_so]


def _words(value: Value) -> str:
    return f"input {value[0] + 1}, unit {value[1] + 1}"


WEIGHT_CHAIN = InteractiveView(
    name="weight-chain",
    sentence="A weight of the first Dense layer is picked by its input and its unit, and the chain rule stands as numbers.",
    ground=_ground,
    moved_to=Integers(2, 2, 0, 10_000_000),
    reached=_reached,
    words=_words,
    goals=(
        Goal(LARGEST, "the largest gradient", "The gradient is at least so large, as a share of the layer's largest one."),
        Goal(NO_INPUT, "0, for the input is 0", "The gradient is 0 because the input is 0."),
        Goal(
            NO_SLOPE,
            "0, though the input is bright",
            "The gradient is 0 although the input is bright: relu has no slope there.",
        ),
        Goal(RAISES, "above 0", "The gradient is above 0: a larger weight raises the loss."),
        Goal(LOWERS, "below 0", "The gradient is below 0: a larger weight lowers the loss."),
    ),
    parameters=(
        Parameter("image", 1, Integer(1, 200), "Which image of the first 200: 1 is the one with the largest loss."),
        Parameter("share", 0.95, Real(0.1, 1.0), "The smallest share of the goal largest."),
    ),
)
