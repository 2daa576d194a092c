"""Make an adversarial image: change the pixels of an image slightly to mislead a network."""

import numpy as np
import tensorflow as tf

from core.experiment.image_ref import OWN, ImageRef
from core.experiment.model import Experiment
from core.problems import Problem, ProblemError
from core.views.adversarial_image import AdversarialImage
from core.worker.views.shared.class_scores import class_scores, probabilities_of, why_no_gradient
from core.worker.views.shared.layer_tensors import layer_tensors
from core.worker.views.shared.load_trained import errors_as_problems, load_image, load_model


@errors_as_problems
def adversarial_image(experiment: Experiment, path: str, image_ref: ImageRef, levels: int) -> AdversarialImage:
    """Move each pixel of an image by `levels` in the direction that raises the loss, and classify the result.

    This is the fast gradient sign method. Source: Goodfellow, Shlens, Szegedy, "Explaining and harnessing adversarial
    examples" (2015), section 4: x + ε sign(∇ₓ J).

    Raises
    ------
    ProblemError
        The network has no gradient to follow.
    """
    raw, prepared = load_image(experiment, image_ref)
    network, inputs = load_model(experiment, path), tf.convert_to_tensor(prepared)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        logits = class_scores(experiment, network, layer_tensors(experiment, network, inputs))
        predicted = int(tf.argmax(logits[0]))
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits([predicted], logits)
    gradient = tape.gradient(loss, inputs)
    if gradient is None:
        raise ProblemError(_no_gradient_problem(why_no_gradient(experiment, network, prepared)))
    pixels = np.clip(raw + levels * np.sign(gradient.numpy()[0]), 0, 255).astype("uint8")
    _, changed = load_image(experiment, ImageRef(OWN, pixels=pixels.tobytes(), shape=pixels.shape))
    return AdversarialImage(pixels.tobytes(), predicted, probabilities_of(experiment, network, changed))


def _no_gradient_problem(why: str) -> Problem:
    return Problem(
        code="no-slope",
        where=("layers",),
        happened=f"No nudge can be found. {why}",
        expected="Expected a network that computes with its pixels.",
        fix="Set the nudge to 0, or try a network without this layer.",
    )
