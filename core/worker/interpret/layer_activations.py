"""What a network makes of one image, layer by layer, whatever its graph."""

from typing import Any

import keras
import numpy as np

from core.analysis.layer_activations import MOST_MAPS, LayerActivations, NetworkActivations, Picture
from core.experiment.graph import inputs_of
from core.experiment.image_ref import ImageRef
from core.experiment.model import INPUT, Experiment
from core.png import to_data_uri
from core.worker.interpret.array_images import finite, grey, planes
from core.worker.interpret.load_trained import errors_as_problems, load_image, load_model
from core.worker.training.build_model import call
from core.worker.training.evaluation import as_probabilities


def layer_tensors(experiment: Experiment, built: keras.Model, images: object, until: str = "") -> dict[str, Any]:
    """The output of each layer, as a tensor with the batch, by its id, in order; the images themselves under INPUT.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    built
        The network.
    images
        Prepared, (images, height, width, channels).
    until
        The id of the last layer that is wanted; "" for all.

    Returns
    -------
    dict
        The output of each layer, by its id; fewer than all where a layer cannot take its input.
    """
    found = {INPUT: keras.ops.convert_to_tensor(images)}
    for layer, taken in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        try:
            found[layer.id] = call(built.get_layer(layer.id), layer, [found[one] for one in taken])
        except Exception:  # Keras raises many kinds; the table of shapes says what is wrong
            break
        if layer.id == until:
            break
    return found


def layer_arrays(experiment: Experiment, built: keras.Model, images: np.ndarray, until: str = "") -> dict[str, np.ndarray]:
    """The same as arrays."""
    found = layer_tensors(experiment, built, images, until)
    return {identity: np.asarray(keras.ops.convert_to_numpy(flow)) for identity, flow in found.items()}


@errors_as_problems
def activations(experiment: Experiment, path: str, picked: ImageRef) -> NetworkActivations:
    """All layers as small pictures, for one image, and the network's answer.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    path
        The file of the weights; see `core.worker.interpret.load_trained.load_model`.
    picked
        The image to look at.
    """
    raw, prepared = load_image(experiment, picked)
    found = layer_arrays(experiment, load_model(experiment, path), prepared)
    taken = inputs_of(experiment)
    shown = [_image(raw, found[INPUT][0])]
    shown += [
        layer_maps(layer.id, layer.name, taken[layer.id], found[layer.id][0])
        for layer in experiment.layers
        if layer.id in found
    ]
    stopped = next((layer.id for layer in experiment.layers if layer.id not in found), "")
    last = found.get(experiment.layers[-1].id, np.zeros((1, 0))) if experiment.layers else np.zeros((1, 0))
    is_answer = last.ndim == 2 and last.shape[1] == experiment.data.entry.num_classes
    return NetworkActivations(tuple(shown), tuple(map(float, as_probabilities(last)[0])) if is_answer else (), stopped)


def _image(raw: np.ndarray, prepared: np.ndarray) -> LayerActivations:
    picture = Picture(to_data_uri(raw), 0, "the image")
    return LayerActivations(INPUT, "", (), prepared.shape, (picture,), 1, float(prepared.min()), float(prepared.max()))


def layer_maps(
    identity: str, name: str, takes: tuple[str, ...], values: np.ndarray, most: int = MOST_MAPS
) -> LayerActivations:
    """The output of one layer as pictures on one scale.

    Parameters
    ----------
    identity
        The layer's id.
    name
        The layer's name.
    takes
        The ids of the layer's inputs.
    values
        The values, without the batch.
    most
        The greatest number of pictures.
    """
    values = finite(values)
    low, high = float(values.min()), float(values.max())
    shown = planes(values)
    what = "channel" if values.ndim >= 3 else "all numbers"
    pictures = tuple(
        Picture(
            grey(shown[..., place], low, high),
            place,
            f"{what} {place + 1}" if values.ndim >= 3 else what,
            silent=not shown[..., place].any(),
        )
        for place in range(min(most, shown.shape[-1]))
    )
    return LayerActivations(identity, name, takes, values.shape, pictures, shown.shape[-1], low, high)
