"""What a script calls the numbers between layers: `x` along a chain, a layer's name where they are needed later."""

import re

from core.experiment.graph import inputs_of
from core.experiment.layer_names import CHAIN, OUTPUTS, RESERVED, SHORTCUT, layer_names
from core.experiment.model import INPUT, Experiment

RealOrRange = tuple[int, int]  # the numbers of the layer that makes something, and of the last one that takes it


def variables(experiment: Experiment) -> dict[str, str]:
    """The variable that holds what each layer makes, by the layer's id; and the picture, by INPUT.

    Layers that are named as an input and are not there have names too: the script of a broken network is shown as it is.
    """
    names = {INPUT: "inputs"} | layer_names(experiment) | dict.fromkeys(_chained(experiment), CHAIN)
    if experiment.layers:
        names[experiment.layers[-1].id] = OUTPUTS
    for layer_id in (one for layer in experiment.layers for one in layer.inputs if one not in names):
        name = "missing_" + re.sub(r"\W", "_", layer_id, flags=re.ASCII)
        while name in names.values() or name in RESERVED:
            name += "_"
        names[layer_id] = name
    return names


def _chained(experiment: Experiment) -> set[str]:
    """The layers whose numbers can be `x`: nothing else is until they are taken, and only one layer takes them.

    The shortest ways come first, so that `x` goes along each branch, and what waits for a merge has a name.
    """
    taken, named = inputs_of(experiment), _named(experiment)
    place = {layer_id: number for number, layer_id in enumerate(taken)}
    spans: dict[str, RealOrRange] = {}
    for number, layer_id in enumerate(taken):
        takers = [place[other] for other, inputs in taken.items() if layer_id in inputs]
        if len(takers) == 1 and takers[0] > number and layer_id not in named:
            spans[layer_id] = number, takers[0]
    chained: dict[str, RealOrRange] = {}
    for layer_id, (start, end) in sorted(spans.items(), key=lambda item: item[1][1] - item[1][0]):
        if all(end <= other_start or other_end <= start for other_start, other_end in chained.values()):
            chained[layer_id] = start, end
    return set(chained)


def _named(experiment: Experiment) -> set[str]:
    """The layers that a reader wants to see by name where they are merged: shortcuts, and all branches of equal rank."""
    taken, names = inputs_of(experiment), layer_names(experiment)
    everything = [one for inputs in taken.values() for one in set(inputs)]
    found = {layer_id for layer_id, name in names.items() if re.fullmatch(rf"{SHORTCUT}\d*", name)}
    for layer in experiment.layers:
        inputs = set(taken[layer.id])
        if len(inputs) > 1 and all(everything.count(one) == 1 and one not in found for one in inputs):
            found |= inputs
    return found
