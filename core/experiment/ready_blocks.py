"""Blocks of nets from the literature, to be added in one go: layers that are joined already, and folded into one block."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.catalogue.layers import LAYERS
from core.experiment.edits import append_layer, find_layer, insert_layer, new_id
from core.experiment.graph import previous
from core.experiment.model import Experiment, Layer, in_keras_order
from core.parameters import Value

ENTRANCE = "entrance"  # among the inputs of a block's layers: what stands before the block


def _layer(identity: str, name: str, *inputs: str, **arguments: Value) -> Layer:
    return Layer(name, in_keras_order(arguments, LAYERS[name]), identity, inputs)


def _conv(identity: str, filters: int, size: int, *inputs: str, activation: str | None = "relu") -> Layer:
    arguments = {"filters": filters, "kernel_size": size, "padding": "same", "activation": activation}
    return _layer(identity, "Conv2D", *inputs, **{name: value for name, value in arguments.items() if value is not None})


@dataclass(frozen=True)
class ReadyBlock:
    """A block that the palette offers."""

    name: str  # what the palette and the network call it
    sentence: str  # what it is, for a beginner
    layers: tuple[Layer, ...]  # the first takes ENTRANCE; all others take each other or ENTRANCE


READY_BLOCKS: Mapping[str, ReadyBlock] = MappingProxyType(
    {
        block.name: block
        for block in (
            ReadyBlock(
                # He et al., "Deep Residual Learning" (2015), figure 2, with a 1 x 1 convolution on the way round (option B),
                # so that it fits behind any number of channels.
                "Residual block",
                "Two convolutions, and a way round them: what they find is added to what came in.",
                (
                    _conv("conv", 32, 3),
                    _conv("conv", 32, 3, activation=None),
                    _conv("shortcut", 32, 1, ENTRANCE, activation=None),
                    _layer("add", "Add", "1", "2"),
                    _layer("relu", "Activation", activation="relu"),
                ),
            ),
            ReadyBlock(
                # Szegedy et al., "Going Deeper with Convolutions" (2014), figure 2b.
                "Inception block",
                "Looks at windows of several sizes side by side, and lays what it finds side by side.",
                (
                    _conv("conv", 16, 1),
                    _conv("conv", 24, 1, ENTRANCE),
                    _conv("conv", 32, 3),
                    _conv("conv", 8, 1, ENTRANCE),
                    _conv("conv", 16, 5),
                    _layer("pool", "MaxPooling2D", ENTRANCE, pool_size=3, strides=1, padding="same"),
                    _conv("conv", 16, 1),
                    _layer("concat", "Concatenate", "0", "2", "4", "6"),
                ),
            ),
            ReadyBlock(
                # Iandola et al., "SqueezeNet" (2016), figure 2.
                "Fire module",
                "Squeezes the channels, then looks at single pixels and at windows side by side: few weights.",
                (
                    _conv("conv", 16, 1),
                    _conv("conv", 32, 1),
                    _conv("conv", 32, 3, "0"),
                    _layer("concat", "Concatenate", "1", "2"),
                ),
            ),
            ReadyBlock(
                # Howard et al., "MobileNets" (2017), table 1, without its normalisation.
                "Separable block",
                "Looks at each channel by itself, then mixes them: far fewer weights than a convolution.",
                (
                    _layer("look", "DepthwiseConv2D", kernel_size=3, padding="same", activation="relu"),
                    _conv("mix", 32, 1),
                ),
            ),
        )
    }
)


def add_block(experiment: Experiment, name: str, *, before: str | None = None, after: str | None = None) -> Experiment:
    """The experiment with a ready block put before a layer, right after one, or at the end.

    Parameters
    ----------
    experiment
        The experiment to start from.
    name
        One of READY_BLOCKS.
    before, after
        The id of the layer to insert before or after; without either, the block goes to the end.
    """
    title, ids = _title(experiment, name), list[str]()
    for layer in READY_BLOCKS[name].layers:
        ids.append(new_id(experiment, layer.name, taken=ids))
    made = zip(READY_BLOCKS[name].layers, ids, strict=True)
    first, *others = (replace(layer, id=identity, block=title) for layer, identity in made)
    changed = append_layer(experiment, first, after) if after is not None else insert_layer(experiment, first, before)
    entrance = find_layer(changed, first.id).inputs or (previous(changed, first.id),)
    above = first.id
    for layer in others:
        named = tuple(entrance[0] if one == ENTRANCE else ids[int(one)] for one in layer.inputs)
        changed = append_layer(changed, replace(layer, inputs=()), above)
        changed = _taking(changed, layer.id, named)
        above = layer.id
    return changed


def _taking(experiment: Experiment, identity: str, inputs: tuple[str, ...]) -> Experiment:
    layers = tuple(replace(one, inputs=inputs) if one.id == identity else one for one in experiment.layers)
    return replace(experiment, layers=layers)


def _title(experiment: Experiment, name: str) -> str:
    """The block's name, with a number where the network has one of that name."""
    taken = {layer.block for layer in experiment.layers}
    names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 2)))
    return next(one for one in names if one not in taken)
