"""What a trained network says of a picture that a person tries it on, and of one that was made to mislead it."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from core.experiment import Experiment
from core.picked import Picked
from core.problems import Problem, ProblemError
from core.worker.evaluation import as_probabilities
from core.worker.explaining import TABLE, scores
from core.worker.inside import flows
from core.worker.trained import answered, image, model


@answered
def probabilities(experiment: Experiment, path: str, picked: Picked) -> tuple[float, ...]:
    """The network's answer to one image, class by class.

    Arguments:
        experiment: only its data, its layers and its seed matter.
        path: the file of the weights; see `core.worker.trained.model`.
        picked: the image.
    """
    _, prepared = image(experiment, picked)
    return _answer(model(experiment, path), prepared)


def _answer(network: keras.Model, prepared: np.ndarray) -> tuple[float, ...]:
    answers = keras.ops.convert_to_numpy(network(prepared, training=False))
    return tuple(float(one) for one in as_probabilities(answers)[0])


@dataclass(frozen=True)
class Nudged:
    """A picture whose every pixel was moved a little, the way that misleads the network most."""

    pixels: bytes  # uint8, row by row
    away_from: int  # the class that it was led away from: what the network said before


@answered
def nudged(experiment: Experiment, path: str, picked: Picked, levels: int) -> Nudged:
    """One step against the network: each pixel is moved by so many levels, up or down, as raises the loss of its own answer.

    The fast gradient sign method; source: Goodfellow, Shlens, Szegedy, "Explaining and harnessing adversarial examples"
    (2015), equation after section 4: x + ε sign(∇ₓ J).

    Arguments:
        experiment: only its data, its layers and its seed matter.
        path: the file of the weights.
        picked: the image.
        levels: how far each pixel is moved, of 255; 0 leaves it as it is.
    """
    raw, prepared = image(experiment, picked)
    network = model(experiment, path)
    said = int(np.argmax(_answer(network, prepared)))
    if not levels:
        return Nudged(raw.tobytes(), said)
    inputs = tf.convert_to_tensor(prepared)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        given = scores(experiment, network, flows(experiment, network, inputs))
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits([said], given)
    slope = tape.gradient(loss, inputs)
    if slope is None:
        raise ProblemError(_no_slope())
    pixels = np.clip(raw + levels * np.sign(slope.numpy()[0]), 0, 255).astype("uint8")
    return Nudged(pixels.tobytes(), said)


def _no_slope() -> Problem:
    return Problem(
        code="no-slope",
        where=("layers",),
        happened=f"No nudge can be found. {TABLE}",
        expected="Expected a network that computes with its pixels.",
        fix="Set the nudge to 0, or try a network without an Embedding.",
    )
