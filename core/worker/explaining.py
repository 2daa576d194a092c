"""Why a network gave an answer for one image: Grad-CAM, saliency, integrated gradients and occlusion.

All but occlusion explain the score of a class: what the network gives before its softmax, which is what it gives where it
ends without one.
"""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from core.catalogue.layers import LAYERS
from core.experiment import INPUT, Chosen, Experiment, Layer
from core.explanations import Explanation
from core.graph import sources
from core.picked import Picked
from core.problems import Problem, ProblemError
from core.worker.bare import bare
from core.worker.evaluation import as_probabilities
from core.worker.inside import flows
from core.worker.looking import source
from core.worker.model import call
from core.worker.painting import LESS, MORE
from core.worker.trained import answered, image, model

STEPS = 64  # of integrated gradients, from the black image to the picked one
SQUARES = 7  # of occlusion: as many fit side by side
OVERLAP = 2  # how many squares lie over each pixel, in each direction
PALE, CONTRAST = 150, 105 / 255  # of the image below the colours: black is a light grey
NO_SLOPE = "There is no gradient: how the answer moves with a pixel cannot be followed"
LOUDER = 0.7  # exponent: weak colours are lifted a little
FINDS = ("Convolution",)  # groups of layers that find something at places
GOES_ON = (*FINDS, "Merging", "Activation", "Normalization")  # groups that keep what was found where it is


def scores(experiment: Experiment, built: keras.Model, found: dict) -> tf.Tensor:
    """The score of each class, (images, classes): what the last layer gives, before its softmax where it has one.

    Arguments:
        experiment: what the network was made from.
        built: the network.
        found: what `core.worker.inside.flows` gave.

    Raises:
        ProblemError: the network has no number for each class.
    """
    last = experiment.layers[-1]
    given, taken = found.get(last.id), [found[one] for one in sources(experiment)[last.id] if one in found]
    if given is None or len(given.shape) != 2 or given.shape[1] != experiment.data.entry.num_classes:
        raise ProblemError(_no_answers())
    layer = built.get_layer(last.id)
    if isinstance(layer, keras.layers.Softmax) or (_ends_in_softmax(layer) and not layer.weights):
        return taken[0]
    return call(bare(built, layer), last, taken) if _ends_in_softmax(layer) else given


def _ends_in_softmax(layer: keras.layers.Layer) -> bool:
    return getattr(layer, "activation", None) is keras.activations.softmax


def _no_answers() -> Problem:
    return Problem(
        code="no-answers",
        where=("layers",),
        happened="This network does not end in one number for each class.",
        expected="Expected a last layer with as many numbers as there are classes.",
        fix="Mend it on Define; the messages there say how.",
    )


@answered
def says(experiment: Experiment, path: str, picked: Picked) -> tuple[float, ...]:
    """The probabilities of the classes for one image."""
    _, prepared = image(experiment, picked)
    return tuple(map(float, _probabilities(model(experiment, path), prepared)[0]))


def _probabilities(built: keras.Model, images: np.ndarray) -> np.ndarray:
    return as_probabilities(np.asarray(keras.ops.convert_to_numpy(built(images, training=False))))


@answered
def explain(experiment: Experiment, path: str, picked: Picked, label: int, method: str) -> Explanation:
    """What one method says of one image and one class.

    Arguments:
        experiment: only its data, its layers and its seed matter.
        path: the file of the weights; see `core.worker.trained.model`.
        picked: the image.
        label: the class that is asked about.
        method: the name of one of METHODS.
    """
    raw, prepared = image(experiment, picked)
    return EXPLAINING[method](experiment, model(experiment, path), raw, prepared, label)


# Grad-CAM


def grad_cam(experiment: Experiment, built: keras.Model, raw: np.ndarray, prepared: np.ndarray, label: int) -> Explanation:
    """Selvaraju's Grad-CAM; see `class_activation`."""
    identity = last_maps(experiment, built)
    if not identity:
        return Explanation(missing="This network has no convolution over the picture, so that there are no maps to weigh.")
    heat = class_activation(experiment, built, prepared, label, identity)
    size = f"{heat.shape[0]} × {heat.shape[1]}"
    if not heat.any():
        return Explanation(missing=f"Nothing that layer {identity} found anywhere speaks for this class.")
    large = np.asarray(keras.ops.image.resize(heat[..., None], raw.shape[:2], interpolation="bilinear"))[..., 0]
    return _explanation(raw, large, f"From the maps of layer {identity}, {size} places.")


def last_maps(experiment: Experiment, built: keras.Model) -> str:
    """The id of the last layer whose maps still show what convolutions found, and where; "" where there is none."""
    found, seen = "", {INPUT: True}  # of each layer: whether it, and all before it, give a picture
    convolved = {INPUT: False}
    for layer, taken in zip(experiment.layers, sources(experiment).values(), strict=True):
        shape = built.get_layer(layer.id).output.shape[1:]
        seen[layer.id] = len(shape) == 3 and all(seen[one] for one in taken) and not layer.entry.trait("rearranges")
        group = _group(layer)
        convolved[layer.id] = group in FINDS or any(convolved[one] for one in taken)
        is_wide = len(shape) == 3 and shape[0] * shape[1] > 1
        if seen[layer.id] and convolved[layer.id] and is_wide and group in GOES_ON:
            found = layer.id
    return found


def _group(layer: Layer) -> str:
    """The group of a layer, or of the one that it holds."""
    held = layer.argument("layer")
    return LAYERS[held.name].group if isinstance(held, Chosen) else layer.entry.group


def class_activation(
    experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int, identity: str
) -> np.ndarray:
    """Grad-CAM: a layer's maps, each weighed by the mean slope of the class's score in it, added up; below 0 is cut off.

    Returns:
        (height, width) of these maps.
    """
    with tf.GradientTape() as tape:
        start = tf.convert_to_tensor(prepared)
        tape.watch(start)
        found = flows(experiment, built, start)
        score = scores(experiment, built, found)[:, label]
    maps, slopes = found[identity][0], tape.gradient(score, found[identity])
    if slopes is None:  # the answer does not depend on it
        return np.zeros(maps.shape[:2], dtype="float32")
    weights = tf.reduce_mean(slopes[0], axis=(0, 1))
    return tf.nn.relu(tf.reduce_sum(maps * weights, axis=-1)).numpy()


# Saliency and integrated gradients


def slopes_of(experiment: Experiment, built: keras.Model, images: np.ndarray, label: int) -> np.ndarray | None:
    """The slope of a class's score in each pixel, as `images`; None where there is none."""
    with tf.GradientTape() as tape:
        start = tf.convert_to_tensor(images)
        tape.watch(start)
        score = scores(experiment, built, flows(experiment, built, start))[:, label]
    found = tape.gradient(score, start)
    return None if found is None else found.numpy()


def without_slope(experiment: Experiment, built: keras.Model, prepared: np.ndarray) -> str:
    """Why a network has no gradient: the first layer through which none passes, in a sentence."""
    with tf.GradientTape(persistent=True) as tape:
        start = tf.convert_to_tensor(prepared)
        tape.watch(start)
        found = flows(experiment, built, start)
    for layer in experiment.layers:
        flow = found.get(layer.id)
        if flow is None or not flow.dtype.is_floating or tape.gradient(flow, start) is None:
            return f"{NO_SLOPE} through layer {layer.id}. {layer.entry.sentence}"
    return f"{NO_SLOPE} to this class."


def saliency(experiment: Experiment, built: keras.Model, raw: np.ndarray, prepared: np.ndarray, label: int) -> Explanation:
    """Simonyan's saliency: how steep the score is in each pixel, of the colours the steepest."""
    slopes = slopes_of(experiment, built, prepared, label)
    if slopes is None:
        return Explanation(missing=without_slope(experiment, built, prepared))
    steep = np.abs(slopes[0]).max(axis=-1)
    return _explanation(raw, steep, f"The steepest pixel changes the score by {steep.max():.3g} for each 1 that it changes.")


def integrated(experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int) -> np.ndarray | None:
    """Integrated gradients of a class's score from the black image, (height, width, channels); None without a gradient."""
    black = np.full_like(prepared, experiment.data.pixel_range[0])
    shares = ((np.arange(STEPS, dtype="float32") + 0.5) / STEPS).reshape(-1, 1, 1, 1)  # the middle of each step
    slopes = slopes_of(experiment, built, black + shares * (prepared - black), label)
    return None if slopes is None else (prepared - black)[0] * slopes.mean(axis=0)


def integrated_gradients(
    experiment: Experiment, built: keras.Model, raw: np.ndarray, prepared: np.ndarray, label: int
) -> Explanation:
    """Sundararajan's integrated gradients, with the check that they add up to the difference of the scores."""
    found = integrated(experiment, built, prepared, label)
    if found is None:
        return Explanation(missing=without_slope(experiment, built, prepared))
    black = np.full_like(prepared, experiment.data.pixel_range[0])
    ends = scores(experiment, built, flows(experiment, built, np.concatenate([black, prepared]))).numpy()[:, label]
    total, difference = float(found.sum()), float(ends[1] - ends[0])
    words = (
        f"All pixels together: {total:+.3f}. The score of this image less that of a black one: "
        f"{ends[1]:.3f} − {_bracketed(ends[0])} = {difference:+.3f}. "
        f"Completeness: they differ by {abs(total - difference):.2g}."
    )
    return _explanation(raw, found.sum(axis=-1), words)


def _bracketed(value: float) -> str:
    return f"({value:.3f})" if value < 0 else f"{value:.3f}"


# Occlusion


def falls(experiment: Experiment, built: keras.Model, prepared: np.ndarray, label: int) -> tuple[np.ndarray, int, float]:
    """How much a class's probability falls for each pixel that is hidden, as the mean over all squares that hide it.

    Returns:
        The falls, (height, width); the side of a square in pixels; and the largest fall of one square.
    """
    height, width = prepared.shape[1:3]
    side = max(2, round(min(height, width) / SQUARES))
    step = max(1, side // OVERLAP)
    starts = [(top, left) for top in _starts(height, side, step) for left in _starts(width, side, step)]
    hidden = np.repeat(prepared, len(starts) + 1, axis=0)
    colour = prepared.mean(axis=(0, 1, 2))
    for place, (top, left) in enumerate(starts):
        hidden[place, top : top + side, left : left + side] = colour
    found = _probabilities(built, hidden)[:, label]
    fallen = found[-1] - found[:-1]
    total, covers = np.zeros((height, width)), np.zeros((height, width))
    for fall, (top, left) in zip(fallen, starts, strict=True):
        total[top : top + side, left : left + side] += fall
        covers[top : top + side, left : left + side] += 1
    return total / covers, side, float(fallen[np.abs(fallen).argmax()])


def _starts(length: int, side: int, step: int) -> list[int]:
    last = max(0, length - side)
    return [*range(0, last, step), last]


def occlusion(experiment: Experiment, built: keras.Model, raw: np.ndarray, prepared: np.ndarray, label: int) -> Explanation:
    """Zeiler and Fergus' occlusion, by squares of the image's mean colour."""
    found, side, largest = falls(experiment, built, prepared, label)
    way = "falls" if largest >= 0 else "rises"
    words = f"Squares of {side} × {side} pixels in the image's mean colour; one lets the probability {way[:-1]} by "
    return _explanation(raw, found, f"{words}{abs(largest) * 100:.1f} points at most.")


def _explanation(raw: np.ndarray, heat: np.ndarray, words: str) -> Explanation:
    """The heat over the image, and in words where it is strongest."""
    row, column = np.unravel_index(np.abs(heat).argmax(), heat.shape)
    way = "for" if heat[row, column] >= 0 else "against"
    strongest = f"Strongest {way} it at row {row + 1}, column {column + 1} of {heat.shape[0]} × {heat.shape[1]}."
    return Explanation(overlay(raw, heat), words, strongest)


def overlay(raw: np.ndarray, heat: np.ndarray) -> str:
    """The image, pale and grey, with blue where the heat is above 0 and vermilion where it is below; a data: URI."""
    pale = PALE + CONTRAST * raw.mean(axis=-1, keepdims=True)
    bound = float(np.abs(heat).max())
    share = np.abs(heat / bound)[..., None] ** LOUDER if bound > 0 else np.zeros((*heat.shape, 1))
    colours = np.where(heat[..., None] >= 0, MORE, LESS)
    return source(np.rint(pale * (1 - share) + colours * share).astype("uint8"))


EXPLAINING: dict[str, Callable[..., Explanation]] = {
    "grad_cam": grad_cam,
    "saliency": saliency,
    "integrated_gradients": integrated_gradients,
    "occlusion": occlusion,
}
