"""How layers are joined: each takes what the one before it gives, unless it names its inputs."""

from typing import Any

from core.experiment.model import INPUT, Experiment, Layer


def inputs_of(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """What each layer takes, in the order of the layers: ids of others, and INPUT for the picture itself."""
    found, before = {}, INPUT
    for layer in experiment.layers:
        found[layer.id] = layer.inputs or (before,)
        before = layer.id
    return found


def previous(experiment: Experiment, identity: str) -> str:
    """The id of the layer above another one; INPUT where that is the first."""
    index = [layer.id for layer in experiment.layers].index(identity)
    return experiment.layers[index - 1].id if index else INPUT


def successors(experiment: Experiment, identity: str) -> tuple[Layer, ...]:
    """The layers that take what a layer gives; or those that take the picture, where `identity` is INPUT."""
    taken = inputs_of(experiment)
    return tuple(layer for layer in experiment.layers if identity in taken[layer.id])


def ancestors(experiment: Experiment, identity: str) -> tuple[Layer, ...]:
    """The layers whose numbers reach another one, in the order of the layers, by one way or another."""
    taken, reached, left = inputs_of(experiment), set[str](), [identity]
    while left:
        before = set(taken.get(left.pop(), ())) - reached
        reached |= before
        left.extend(before)
    return tuple(layer for layer in experiment.layers if layer.id in reached)


def is_sequential(experiment: Experiment) -> bool:
    """Whether `keras.Sequential` can hold the network: each layer takes one input, which the one before it gives."""
    before = INPUT
    for layer, (identity, taken) in zip(experiment.layers, inputs_of(experiment).items(), strict=True):
        if taken != (before,) or layer.entry.trait("takes_several"):
            return False
        before = identity
    return True


def dead_ends(experiment: Experiment) -> tuple[Layer, ...]:
    """The layers whose output nothing takes, but for the last one, which gives the answers."""
    taken = {identity for several in inputs_of(experiment).values() for identity in several}
    return tuple(layer for layer in experiment.layers[:-1] if layer.id not in taken)


def call_inputs(layer: Layer, inputs: list[Any]) -> list[Any]:
    """What a layer is called with: attention that is given one input looks at that input itself."""
    least = layer.entry.trait("takes_several", (1, 1))[0]
    return inputs * least if len(inputs) == 1 and layer.entry.trait("may_look_at_itself") else inputs


def leading_layers(experiment: Experiment, trait: str) -> tuple[Layer, ...]:
    """The layers with a trait that stand first, each of which takes only what the one before it gives."""
    found: list[Layer] = []
    before = INPUT
    for layer in experiment.layers:
        if not layer.entry.trait(trait) or layer.inputs not in ((), (before,)):
            break
        found.append(layer)
        before = layer.id
    return tuple(found)
