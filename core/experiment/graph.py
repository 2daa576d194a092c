"""The connections of layers: a layer takes the output of the preceding layer, or the inputs that it names."""

from collections.abc import Mapping
from typing import Any

from core.experiment.model import INPUT, Experiment, Layer


def inputs_of(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """Return the inputs of each layer, in the order of the layers: ids of other layers, or INPUT for the image."""
    inputs, previous_id = {}, INPUT
    for layer in experiment.layers:
        inputs[layer.id] = layer.inputs or (previous_id,)
        previous_id = layer.id
    return inputs


def previous_layer_id(experiment: Experiment, layer_id: str) -> str:
    """Return the id of the layer before another layer. Return INPUT for the first layer."""
    index = [layer.id for layer in experiment.layers].index(layer_id)
    return experiment.layers[index - 1].id if index else INPUT


def successors(experiment: Experiment, layer_id: str) -> tuple[Layer, ...]:
    """Return the layers that take the output of a layer, or the image if `layer_id` is INPUT."""
    inputs = inputs_of(experiment)
    return tuple(layer for layer in experiment.layers if layer_id in inputs[layer.id])


def ancestors(experiment: Experiment, layer_id: str) -> tuple[Layer, ...]:
    """Return the layers whose output reaches another layer, directly or indirectly, in the order of the layers."""
    reached = ancestor_ids(inputs_of(experiment), layer_id)
    return tuple(layer for layer in experiment.layers if layer.id in reached)


def ancestor_ids(inputs: Mapping[str, tuple[str, ...]], layer_id: str) -> set[str]:
    """Return the ids of the layers whose output reaches another layer, and INPUT.

    `inputs` are the inputs of each layer, as `inputs_of` returns them.
    """
    reached, pending = set[str](), [layer_id]
    while pending:
        new = set(inputs.get(pending.pop(), ())) - reached
        reached |= new
        pending.extend(new)
    return reached


def is_sequential(experiment: Experiment) -> bool:
    """Tell whether `keras.Sequential` can hold the network: each layer takes only the output of the preceding layer."""
    previous_id = INPUT
    for layer, (layer_id, inputs) in zip(experiment.layers, inputs_of(experiment).items(), strict=True):
        if inputs != (previous_id,) or layer.entry.trait("num_inputs"):
            return False
        previous_id = layer_id
    return True


def dead_ends(experiment: Experiment) -> tuple[Layer, ...]:
    """Return the layers with an unused output, except the last layer, which gives the answers."""
    used = {layer_id for inputs in inputs_of(experiment).values() for layer_id in inputs}
    return tuple(layer for layer in experiment.layers[:-1] if layer.id not in used)


def call_inputs(layer: Layer, inputs: list[Any]) -> list[Any]:
    """Return the inputs to call a layer with. For self-attention, repeat the single input."""
    least = layer.entry.trait("num_inputs", (1, 1))[0]
    return inputs * least if len(inputs) == 1 and layer.entry.trait("self_attention") else inputs


def leading_layers(experiment: Experiment, trait: str) -> tuple[Layer, ...]:
    """Return the layers with a trait at the beginning of the network.

    The list ends before the first layer that lacks the trait, or does not take only the preceding layer.
    """
    leading: list[Layer] = []
    previous_id = INPUT
    for layer in experiment.layers:
        if not layer.entry.trait(trait) or layer.inputs not in ((), (previous_id,)):
            break
        leading.append(layer)
        previous_id = layer.id
    return tuple(leading)
