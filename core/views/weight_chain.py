"""The chain rule in numbers: the gradient of an image's loss with respect to a weight of a stack of Dense layers.

`core.worker.views.weight_chain` computes the numbers of a network, and compares the gradient with TensorFlow's gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.experiment.image_ref import ImageRef
from core.parameters import EntryRef
from core.views.shared.dense_gradients import SLOPES, BackwardPass, DenseLayer, apply_activation
from core.views.shared.question import NetworkQuestion

MOST_ROUTES = 10  # paths that are shown singly; all other paths are added up
CURVE_POINTS = 61
LEAST_REACH = 2.0  # the least distance that the curve reaches to both sides of the weight

INPUT_MEANING = "The number that the weight multiplies: how much the unit's sum changes for a change of the weight."
LOSS_MEANING = "How much the loss, −ln p, changes for a change of p, the probability of the right class: −1 / p."
SOFTMAX_MEANING = (
    "How much p changes for a change of this answer's sum: p × (1 − p) at the right class, −p × q at another one, whose "
    "probability is q."
)
SLOPE_MEANING = "How much the unit's output changes for a change of its sum."
RELU_MEANING = " With relu that is 1 where the sum is above 0, and 0 elsewhere."


@dataclass(frozen=True)
class ChainRuleFactor:
    """A factor of the chain rule, such as a weight or a slope."""

    name: str
    value: float
    formula: str  # a short formula of the value
    meaning: str  # a sentence for beginners: which change the factor turns into which


@dataclass(frozen=True)
class GradientPath:
    """A path of backpropagation from the loss to a weight, as the factors of the chain rule in their order."""

    name: str  # the name of the unit in the next layer through which the path leads
    factors: tuple[ChainRuleFactor, ...]

    @property
    def product(self) -> float:
        """The part of the gradient that this path contributes."""
        return float(np.prod([factor.value for factor in self.factors]))


@dataclass(frozen=True)
class ChosenWeight:
    """The weight and the image that a person chose."""

    layer_id: str  # "" for the first layer with weights
    input: int  # -1 for the input of the largest number
    unit: int  # -1 for the unit of the largest error
    loss: EntryRef  # the loss function of the run
    rank: int = -1  # n, from 0, chooses the image with the n-th largest loss; -1 means the field `image` of the request


@dataclass(frozen=True)
class WeightChain:
    """The chain rule for a weight and an image: the factors, their products, and TensorFlow's gradient to compare."""

    layer_id: str = ""
    layers: tuple[str, ...] = ()  # ids of the layers whose weights can be chosen
    input: int = 0
    unit: int = 0
    pixels: np.ndarray | None = None  # uint8 (height, width, channels), the image for people
    inputs: np.ndarray | None = None  # float32 (inputs,), the inputs of the layer
    input_shape: tuple[int, ...] = ()  # the shape of the picture that was flattened into the inputs; () for none
    units: np.ndarray | None = None  # float32 (units,), the outputs of the layer
    errors: np.ndarray | None = None  # float32 (units,), the gradient of the loss by each unit's sum
    probabilities: tuple[float, ...] = ()
    label: int = 0
    image: int = 0  # the index of the image in its set
    loss: float = 0.0
    weight: float = 0.0
    routes: tuple[GradientPath, ...] = ()
    others: float = 0.0  # the sum of all other paths
    gradient: float = 0.0  # the gradient by the chain rule
    automatic: float = 0.0  # the gradient by TensorFlow's GradientTape
    largest: float = 0.0  # the largest absolute gradient of the layer
    largest_difference: float = 0.0  # between chain rule and TensorFlow, over all weights of the layer
    curve: tuple[tuple[float, float], ...] = ()  # (weight, loss), with all other weights unchanged
    missing: str = ""  # why the chain cannot be shown; "" for a chain that can be shown

    @property
    def share(self) -> float:
        """The absolute gradient, as a share of the largest gradient of the layer."""
        return abs(self.gradient) / self.largest if self.largest else 0.0


@dataclass(frozen=True)
class WeightChainQuestion(NetworkQuestion[WeightChain]):
    """A request for the gradient of an image's loss with respect to a weight, factor by factor with the chain rule."""

    image: ImageRef  # an image of a set, since a drawing has no label
    weight: ChosenWeight

    function = "core.worker.views.weight_chain:weight_chain"
    kept = 200


def gradient_paths(
    layers: Sequence[DenseLayer], passed: BackwardPass, chosen: tuple[int, int, int], label: int, names: Sequence[str]
) -> list[GradientPath]:
    """Return the paths from the loss of an image back to a weight, the largest absolute product first.

    Parameters
    ----------
    layers
        The layers.
    passed
        The forward and backward pass of the image.
    chosen
        The number of the layer, and the weight's input and unit.
    label
        The class of the image.
    names
        The names of the classes.
    """
    number, source, unit = chosen
    layer, last = layers[number], number == len(layers) - 1
    into = ChainRuleFactor("input", float(passed.inputs[number][0, source]), "what the weight multiplies", INPUT_MEANING)
    if last:
        return [GradientPath(names[unit], (*_from_loss(passed, label, unit), into))]
    slope = float(SLOPES[layer.activation](passed.outputs[number][0, unit]))
    own = (
        ChainRuleFactor(
            f"slope of {layer.activation}",
            slope,
            f"the unit gives {passed.outputs[number][0, unit]:.2f}",
            SLOPE_MEANING + (RELU_MEANING if layer.activation == "relu" else ""),
        ),
        into,
    )
    after, before_last = layers[number + 1], number + 1 == len(layers) - 1
    ways = []
    for target in range(after.kernel.shape[1]):
        name = names[target] if before_last else f"unit {target + 1}"
        start = _from_loss(passed, label, target) if before_last else (_error(passed, number + 1, target),)
        onward = ChainRuleFactor(
            "weight onward",
            float(after.kernel[unit, target]),
            f"from the unit to {name}",
            f"The weight between the unit and {name}: how much that sum changes for a change of the unit's output.",
        )
        ways.append(GradientPath(name, (*start, onward, *own)))
    return sorted(ways, key=lambda route: -abs(route.product))


def strongest_gradient_paths(ways: Sequence[GradientPath]) -> tuple[GradientPath, ...]:
    """Return the first MOST_ROUTES of the sorted paths. The page shows these paths singly, and the others as a sum."""
    return tuple(ways[:MOST_ROUTES])


def _from_loss(passed: BackwardPass, label: int, logit: int) -> tuple[ChainRuleFactor, ChainRuleFactor]:
    """Return two derivatives: of the loss by the label's probability, and of this probability by a logit (softmax)."""
    answers = passed.outputs[-1][0]
    right, own = float(answers[label]), float(answers[logit])
    formula = f"{right:.3g} × (1 − {right:.3g})" if logit == label else f"−{right:.3g} × {own:.3g}"
    softmax = right * ((1.0 if logit == label else 0.0) - own)
    return (
        ChainRuleFactor("slope of the loss", -1 / max(right, np.finfo(float).tiny), f"−1 / {right:.3g}", LOSS_MEANING),
        ChainRuleFactor("slope of softmax", softmax, formula, SOFTMAX_MEANING),
    )


def _error(passed: BackwardPass, number: int, unit: int) -> ChainRuleFactor:
    meaning = "How much the loss changes for a change of that unit's sum: what all ways behind it add up to."
    return ChainRuleFactor("error", float(passed.errors[number][0, unit]), "what came back to this unit", meaning)


def loss_curve(
    layers: Sequence[DenseLayer], passed: BackwardPass, chosen: tuple[int, int, int], label: int
) -> tuple[tuple[float, float], ...]:
    """Return the loss of an image as a function of a weight, with all other weights unchanged.

    See `gradient_paths` for the arguments.
    """
    number, source, unit = chosen
    layer, value = layers[number], passed.inputs[number][0, source]
    weight = float(layer.kernel[source, unit])
    reach = max(LEAST_REACH, 1.5 * abs(weight))
    moves = np.linspace(-reach, reach, CURVE_POINTS)
    sums = np.repeat(passed.inputs[number] @ layer.kernel + layer.bias, len(moves), axis=0)
    sums[:, unit] += moves * value
    values = apply_activation(layer, sums)
    for following in layers[number + 1 :]:
        values = apply_activation(following, values @ following.kernel + following.bias)
    losses = -np.log(np.maximum(values[:, label], np.finfo(float).tiny))
    return tuple(zip((weight + moves).tolist(), losses.tolist(), strict=True))
