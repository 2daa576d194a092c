"""Ready blocks from the literature: connected layers that a single command adds to a network, folded into a block."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.catalogue.layers import LAYERS
from core.experiment.edits import append_layer, find_layer, insert_layer, new_id
from core.experiment.graph import previous_layer_id
from core.experiment.model import Experiment, Layer, in_keras_order
from core.parameters import Value

ENTRANCE = "entrance"  # among the inputs of a block's layers: the layer before the block


def _layer(layer_id: str, name: str, *inputs: str, **arguments: Value) -> Layer:
    return Layer(name, in_keras_order(arguments, LAYERS[name]), layer_id, inputs)


def _conv(layer_id: str, filters: int, size: int, *inputs: str, activation: str | None = "relu") -> Layer:
    arguments = {"filters": filters, "kernel_size": size, "padding": "same", "activation": activation}
    return _layer(layer_id, "Conv2D", *inputs, **{name: value for name, value in arguments.items() if value is not None})


@dataclass(frozen=True)
class ReadyBlock:
    """A block of connected layers that the builder's palette offers."""

    name: str  # the name of the block in the palette and in the network
    sentence: str  # an explanation for beginners
    layers: tuple[Layer, ...]  # the first layer takes ENTRANCE; the rest take each other or ENTRANCE


READY_BLOCKS: Mapping[str, ReadyBlock] = MappingProxyType(
    {
        block.name: block
        for block in (
            ReadyBlock(
                # He et al., "Deep Residual Learning" (2015), figure 2, with a 1 x 1 convolution on the way round (option B),
                # so that the block fits behind any number of channels.
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
    """Return the experiment with a ready block before or right after a layer, or at the end.

    Parameters
    ----------
    experiment
        The experiment to start from.
    name
        A name in READY_BLOCKS.
    before, after
        The id of the layer to insert before or after. Without either, the block goes to the end.
    """
    title, ids = _title(experiment, name), list[str]()
    for layer in READY_BLOCKS[name].layers:
        ids.append(new_id(experiment, layer.name, reserved=ids))
    made = zip(READY_BLOCKS[name].layers, ids, strict=True)
    first, *following = (replace(layer, id=layer_id, block=title) for layer, layer_id in made)
    changed = append_layer(experiment, first, after) if after is not None else insert_layer(experiment, first, before)
    entrance = find_layer(changed, first.id).inputs or (previous_layer_id(changed, first.id),)
    previous_id = first.id
    for layer in following:
        inputs = tuple(entrance[0] if source == ENTRANCE else ids[int(source)] for source in layer.inputs)
        changed = append_layer(changed, replace(layer, inputs=()), previous_id)
        changed = _with_inputs(changed, layer.id, inputs)
        previous_id = layer.id
    return changed


def _with_inputs(experiment: Experiment, layer_id: str, inputs: tuple[str, ...]) -> Experiment:
    layers = tuple(replace(layer, inputs=inputs) if layer.id == layer_id else layer for layer in experiment.layers)
    return replace(experiment, layers=layers)


def _title(experiment: Experiment, name: str) -> str:
    """Return the block's name, with a number if the network already has a block of that name."""
    used = {layer.block for layer in experiment.layers}
    names = (name, *(f"{name} {number}" for number in range(2, len(used) + 2)))
    return next(candidate for candidate in names if candidate not in used)
