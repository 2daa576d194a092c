"""Compute the gradient of the loss with respect to a single weight, with the chain rule in NumPy and with TensorFlow."""

import keras
import numpy as np

from core.experiment.image_ref import OWN, ImageRef
from core.experiment.model import Experiment
from core.views.weight_chain import ChosenWeight, WeightChain, gradient_paths, loss_curve, strongest_gradient_paths
from core.worker.data.load import prepare
from core.worker.views.shared.dense_stack import DenseStack, NotOfThisKindError, automatic_gradients, dense_stack
from core.worker.views.shared.load_trained import errors_as_problems, load_image, load_model, load_set

LOOKED_AT = 200  # images of a set that are searched for large losses


@errors_as_problems
def weight_chain(experiment: Experiment, path: str, image_ref: ImageRef, question: ChosenWeight) -> WeightChain:
    """Compute the gradient of an image's loss with respect to a weight, factor by factor with the chain rule."""
    try:
        if image_ref.part == OWN:
            raise NotOfThisKindError("A drawing has no label, and so no loss: choose an image of a set.")
        network = load_model(experiment, path)
        if question.rank >= 0:
            image_ref = _surprising(experiment, network, image_ref.part, question)
        raw, prepared = load_image(experiment, image_ref)
        labels = load_set(experiment, image_ref.part)[1]
        label = np.array([int(labels[image_ref.index % len(labels)])])
        stack = dense_stack(experiment, network, question.loss, prepared, label)
    except NotOfThisKindError as error:
        return WeightChain(missing=str(error))
    position = stack.place(question.layer_id)
    gradient = stack.passed.gradient(position)
    source, unit = _chosen(stack, position, question)
    all_routes = gradient_paths(
        stack.layers, stack.passed, (position, source, unit), int(label[0]), experiment.data.entry.classes
    )
    shown = strongest_gradient_paths(all_routes)
    automatic = automatic_gradients(experiment, network, prepared, label, stack.ids)[position][0]
    return WeightChain(
        layer_id=stack.ids[position],
        layers=stack.ids,
        input=source,
        unit=unit,
        pixels=raw,
        inputs=stack.passed.inputs[position][0].astype("float32"),
        input_shape=stack.input_shape if position == 0 else (),
        units=stack.passed.outputs[position][0].astype("float32"),
        errors=stack.passed.errors[position][0].astype("float32"),
        probabilities=tuple(stack.passed.outputs[-1][0].tolist()),
        label=int(label[0]),
        image=image_ref.index,
        loss=float(stack.passed.losses[0]),
        weight=float(stack.layers[position].kernel[source, unit]),
        routes=shown,
        others=sum(route.product for route in all_routes) - sum(route.product for route in shown),
        gradient=sum(route.product for route in all_routes),
        automatic=float(automatic[source, unit]),
        largest=float(np.abs(gradient).max()),
        largest_difference=float(np.abs(gradient - automatic).max()),
        curve=loss_curve(stack.layers, stack.passed, (position, source, unit), int(label[0])),
    )


def _surprising(experiment: Experiment, network: keras.Model, part: str, question: ChosenWeight) -> ImageRef:
    """Return the image with the n-th largest loss of the first images, since sure and right predictions teach little."""
    images, labels = load_set(experiment, part)
    count = min(LOOKED_AT, len(labels))
    prepared = prepare(images[np.arange(count)], experiment.data)
    losses = dense_stack(experiment, network, question.loss, prepared, labels[:count]).passed.losses
    return ImageRef(part, int(np.argsort(-losses, kind="stable")[question.rank % count]))


def _chosen(stack: DenseStack, position: int, question: ChosenWeight) -> tuple[int, int]:
    """Return the weight's input and unit. If a request has -1, choose the largest input, or the unit of largest error."""
    inputs, errors = stack.passed.inputs[position][0], stack.passed.errors[position][0]
    source = question.input if question.input >= 0 else int(np.abs(inputs).argmax())
    unit = question.unit if question.unit >= 0 else int(np.abs(errors).argmax())
    return source % len(inputs), unit % len(errors)
