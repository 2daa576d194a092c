"""The outputs of a network for one image, layer by layer, whatever its graph."""

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
    tensors = {INPUT: keras.ops.convert_to_tensor(images)}
    for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
        try:
            tensors[layer.id] = call(built.get_layer(layer.id), layer, [tensors[input_id] for input_id in inputs])
        except Exception:  # Keras raises many kinds; the table of shapes says what is wrong
            break
        if layer.id == until:
            break
    return tensors


def layer_arrays(experiment: Experiment, built: keras.Model, images: np.ndarray, until: str = "") -> dict[str, np.ndarray]:
    """The same outputs as NumPy arrays."""
    tensors = layer_tensors(experiment, built, images, until)
    return {layer_id: np.asarray(keras.ops.convert_to_numpy(tensor)) for layer_id, tensor in tensors.items()}


@errors_as_problems
def activations(experiment: Experiment, path: str, image_ref: ImageRef) -> NetworkActivations:
    """All layers as small pictures, for one image, and the network's answer.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    path
        The file of the weights; see `core.worker.interpret.load_trained.load_model`.
    image_ref
        The image to look at.
    """
    raw, prepared = load_image(experiment, image_ref)
    arrays = layer_arrays(experiment, load_model(experiment, path), prepared)
    inputs = inputs_of(experiment)
    shown = [_image(raw, arrays[INPUT][0])]
    shown += [
        layer_maps(layer.id, layer.name, inputs[layer.id], arrays[layer.id][0])
        for layer in experiment.layers
        if layer.id in arrays
    ]
    stopped = next((layer.id for layer in experiment.layers if layer.id not in arrays), "")
    last = arrays.get(experiment.layers[-1].id, np.zeros((1, 0))) if experiment.layers else np.zeros((1, 0))
    is_answer = last.ndim == 2 and last.shape[1] == experiment.data.entry.num_classes
    return NetworkActivations(tuple(shown), tuple(map(float, as_probabilities(last)[0])) if is_answer else (), stopped)


def _image(raw: np.ndarray, prepared: np.ndarray) -> LayerActivations:
    picture = Picture(to_data_uri(raw), 0, "the image")
    return LayerActivations(INPUT, "", (), prepared.shape, (picture,), 1, float(prepared.min()), float(prepared.max()))


def layer_maps(
    layer_id: str, name: str, input_ids: tuple[str, ...], values: np.ndarray, most: int = MOST_MAPS
) -> LayerActivations:
    """The output of one layer as pictures on one scale.

    Parameters
    ----------
    layer_id
        The layer's id.
    name
        The layer's name.
    input_ids
        The ids of the layer's inputs.
    values
        The values, without the batch.
    most
        The greatest number of pictures.
    """
    values = finite(values)
    low, high = float(values.min()), float(values.max())
    shown = planes(values)
    label = "channel" if values.ndim >= 3 else "all numbers"
    pictures = tuple(
        Picture(
            grey(shown[..., index], low, high),
            index,
            f"{label} {index + 1}" if values.ndim >= 3 else label,
            silent=not shown[..., index].any(),
        )
        for index in range(min(most, shown.shape[-1]))
    )
    return LayerActivations(layer_id, name, input_ids, values.shape, pictures, shown.shape[-1], low, high)
