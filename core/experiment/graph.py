"""How layers are joined: each takes the output of the layer before it, unless it names its inputs."""

from collections.abc import Mapping
from typing import Any

from core.experiment.model import INPUT, Experiment, Layer


def inputs_of(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """The inputs of each layer, in the order of the layers: ids of other layers, and INPUT for the picture."""
    inputs, previous_id = {}, INPUT
    for layer in experiment.layers:
        inputs[layer.id] = layer.inputs or (previous_id,)
        previous_id = layer.id
    return inputs


def previous(experiment: Experiment, layer_id: str) -> str:
    """The id of the layer that stands before another one; INPUT for the first layer."""
    index = [layer.id for layer in experiment.layers].index(layer_id)
    return experiment.layers[index - 1].id if index else INPUT


def successors(experiment: Experiment, layer_id: str) -> tuple[Layer, ...]:
    """The layers that take the output of a layer, or the picture where `layer_id` is INPUT."""
    inputs = inputs_of(experiment)
    return tuple(layer for layer in experiment.layers if layer_id in inputs[layer.id])


def ancestors(experiment: Experiment, layer_id: str) -> tuple[Layer, ...]:
    """The layers that lead to another one, directly or through others, in the order of the layers."""
    reached = ancestor_ids(inputs_of(experiment), layer_id)
    return tuple(layer for layer in experiment.layers if layer.id in reached)


def ancestor_ids(inputs: Mapping[str, tuple[str, ...]], layer_id: str) -> set[str]:
    """The ids of the layers that lead to another one, and INPUT, from the inputs of each layer; see `inputs_of`."""
    reached, pending = set[str](), [layer_id]
    while pending:
        new = set(inputs.get(pending.pop(), ())) - reached
        reached |= new
        pending.extend(new)
    return reached


def is_sequential(experiment: Experiment) -> bool:
    """Whether `keras.Sequential` can hold the network: each layer takes one input, the output of the layer before it."""
    previous_id = INPUT
    for layer, (layer_id, inputs) in zip(experiment.layers, inputs_of(experiment).items(), strict=True):
        if inputs != (previous_id,) or layer.entry.trait("num_inputs"):
            return False
        previous_id = layer_id
    return True


def dead_ends(experiment: Experiment) -> tuple[Layer, ...]:
    """The layers whose output no other layer takes, except the last layer, which gives the answers."""
    used = {layer_id for inputs in inputs_of(experiment).values() for layer_id in inputs}
    return tuple(layer for layer in experiment.layers[:-1] if layer.id not in used)


def call_inputs(layer: Layer, inputs: list[Any]) -> list[Any]:
    """The inputs to call a layer with; attention with a single input compares it with itself."""
    least = layer.entry.trait("num_inputs", (1, 1))[0]
    return inputs * least if len(inputs) == 1 and layer.entry.trait("self_attention") else inputs


def leading_layers(experiment: Experiment, trait: str) -> tuple[Layer, ...]:
    """The first layers with a trait, up to one that lacks it or takes something else than the layer before it."""
    leading: list[Layer] = []
    previous_id = INPUT
    for layer in experiment.layers:
        if not layer.entry.trait(trait) or layer.inputs not in ((), (previous_id,)):
            break
        leading.append(layer)
        previous_id = layer.id
    return tuple(leading)
