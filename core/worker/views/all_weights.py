"""Compute the gradients of all weights of a layer for a batch, with the chain rule in NumPy and with TensorFlow."""

import numpy as np

from core.experiment.model import Experiment
from core.views.all_weights import AllWeights, ChosenBatch, Step, layers_after_step, squared_gradients
from core.views.shared.dense_gradients import backpropagate
from core.worker.data.load import corrected_labels, load_raw, prepare, set_indexes
from core.worker.views.shared.dense_stack import DenseStack, NotOfThisKindError, automatic_gradients, dense_stack
from core.worker.views.shared.load_trained import errors_as_problems, load_model


@errors_as_problems
def all_weights(experiment: Experiment, path: str, question: ChosenBatch) -> AllWeights:
    """Compute the gradients of a layer's weights for the first training images, and the loss after gradient steps."""
    chosen = set_indexes(experiment.data, experiment.fit.seed).train[: question.images]
    images, labels = load_raw(experiment.data.dataset)[0]
    prepared, labels = prepare(images[chosen], experiment.data), corrected_labels(labels, experiment.data, "train")[chosen]
    network = load_model(experiment, path)
    try:
        stack = dense_stack(experiment, network, question.loss, prepared, labels)
    except NotOfThisKindError as error:
        return AllWeights(missing=str(error))
    position, passed = stack.place(question.layer_id), stack.passed
    gradient = passed.gradient(position)
    source, unit = divmod(int(np.abs(gradient).argmax()), gradient.shape[1])
    slope = squared_gradients(stack.layers, passed)
    return AllWeights(
        layer_id=stack.ids[position],
        layers=stack.ids,
        gradient=gradient.astype("float32"),
        input_shape=stack.input_shape if position == 0 else (),
        images=len(labels),
        input=source,
        unit=unit,
        each=tuple((passed.inputs[position][:, source] * passed.errors[position][:, unit]).tolist()),
        num_weights=sum(layer.kernel.size + layer.bias.size for layer in stack.layers),
        loss_before=float(passed.losses.mean()),
        steps=tuple(Step(rate, _loss_after(stack, labels, rate), -rate * slope) for rate in question.rates),
        largest_difference=_difference(stack, automatic_gradients(experiment, network, prepared, labels, stack.ids)),
    )


def _loss_after(stack: DenseStack, labels: np.ndarray, rate: float) -> float:
    """Return the mean loss of the batch after a gradient step with all weights and biases."""
    return float(backpropagate(layers_after_step(stack.layers, stack.passed, rate), stack.inputs, labels).losses.mean())


def _difference(stack: DenseStack, automatic: list[list[np.ndarray]]) -> float:
    """Return the largest difference between NumPy's and TensorFlow's gradients, of all weights and biases."""
    passed = stack.passed
    both = [
        (computed, tensors[index])
        for position, tensors in enumerate(automatic)
        for index, computed in enumerate((passed.gradient(position), passed.bias_gradient(position))[: len(tensors)])
    ]
    return max(float(np.abs(computed - tensor).max()) for computed, tensor in both)
