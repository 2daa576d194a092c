"""The variables for layer outputs in a script: `x` in a chain of layers, or the layer's name for outputs needed later."""

import re

from core.experiment.graph import inputs_of
from core.experiment.layer_names import CHAIN, OUTPUTS, RESERVED, SHORTCUT, layer_names
from core.experiment.model import INPUT, Experiment

Lifetime = tuple[int, int]  # the positions of the layer that returns an output, and of the last layer that takes the output


def variables(experiment: Experiment) -> dict[str, str]:
    """Return the variable for each layer's output by the layer's id, and for the input image by INPUT.

    An input that names a missing layer has a variable too, since pages show the script of an invalid network.
    """
    names = {INPUT: "inputs"} | layer_names(experiment) | dict.fromkeys(_chained(experiment), CHAIN)
    if experiment.layers:
        names[experiment.layers[-1].id] = OUTPUTS
    for layer_id in (source for layer in experiment.layers for source in layer.inputs if source not in names):
        name = "missing_" + re.sub(r"\W", "_", layer_id, flags=re.ASCII)
        while name in names.values() or name in RESERVED:
            name += "_"
        names[layer_id] = name
    return names


def _chained(experiment: Experiment) -> set[str]:
    """Return the ids of the layers whose output can be named `x`: a single later layer takes the output, and `x` is free.

    The shortest lifetimes come first, so that the layers of a branch use `x`, and outputs that wait for a merge have names.
    """
    inputs, named = inputs_of(experiment), _named(experiment)
    positions = {layer_id: position for position, layer_id in enumerate(inputs)}
    lifetimes: dict[str, Lifetime] = {}
    for layer_id, position in positions.items():
        consumers = [positions[consumer] for consumer, sources in inputs.items() if layer_id in sources]
        if len(consumers) == 1 and consumers[0] > position and layer_id not in named:
            lifetimes[layer_id] = position, consumers[0]
    chained: dict[str, Lifetime] = {}
    for layer_id, (start, end) in sorted(lifetimes.items(), key=lambda item: item[1][1] - item[1][0]):
        if all(end <= other_start or other_end <= start for other_start, other_end in chained.values()):
            chained[layer_id] = start, end
    return set(chained)


def _named(experiment: Experiment) -> set[str]:
    """Return the ids of layers whose outputs have names of their own: shortcuts, and inputs of a merge used only there."""
    inputs, names = inputs_of(experiment), layer_names(experiment)
    all_sources = [source for sources in inputs.values() for source in set(sources)]
    named = {layer_id for layer_id, name in names.items() if re.fullmatch(rf"{SHORTCUT}\d*", name)}
    for layer in experiment.layers:
        sources = set(inputs[layer.id])
        if len(sources) > 1 and all(all_sources.count(source) == 1 and source not in named for source in sources):
            named |= sources
    return named
