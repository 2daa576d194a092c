"""One picture on its way through a network: the data after each layer, as small pictures."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from core.analysis.layer_outputs import LayerOutput
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.png import to_data_uri
from core.worker.data.load import load_raw, prepare
from core.worker.interpret.array_images import downsampled, row_as_plane
from core.worker.keras_patches import seeded
from core.worker.training.build_model import call, make_layer

MAPS = 4  # channels of a layer that are shown
LIKELIEST = 2  # classes of an answer
LONGEST_SIDE = 64  # numbers; of a longer side, every second, third ... number is shown


def layer_outputs(experiment: Experiment, index: int, model: str = "") -> dict[str, LayerOutput]:
    """The data after each layer, for one image of the training set; the image itself under INPUT.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    index
        The index of the picture in the training set, as in the files; an index that is too large starts again from 0.
    model
        The file of a trained network with the same layers; "" for the weights that training starts from.

    Returns
    -------
    dict[str, LayerOutput]
        One glimpse for each layer, by its id; fewer than all where a layer cannot take its input, or the file does not
        exist.
    """
    (images, _), _ = load_raw(experiment.data.dataset)
    position = index % len(images)
    outputs = {}
    after = data_after_layers(experiment, prepare(images[position : position + 1], experiment.data), model)
    for layer_id, values in after.items():
        outputs[layer_id] = _output_pictures(values)
    last = experiment.layers[-1].id if experiment.layers else ""
    if last in outputs:
        outputs[last] = replace(outputs[last], likeliest=_likeliest(after[last], experiment.data.entry.num_classes))
    return outputs


def _likeliest(values: np.ndarray, num_classes: int) -> tuple[tuple[int, float], ...]:
    """The best classes with their probabilities; none where the values are no probabilities of the classes."""
    if values.shape != (num_classes,) or not np.isclose(values.sum(), 1, atol=1e-3) or (values < 0).any():
        return ()
    return tuple((int(label), float(values[label])) for label in np.argsort(-values, kind="stable")[:LIKELIEST])


def data_after_layers(experiment: Experiment, image: np.ndarray, model: str = "") -> dict[str, np.ndarray]:
    """The output of each layer for one picture, without the batch; see `layer_outputs`.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    image
        Prepared, (1, height, width, channels).
    model
        The file of a trained network with the same layers; "" for the weights that training starts from.
    """
    tensors = {INPUT: keras.ops.convert_to_tensor(image)}
    try:
        trained = keras.saving.load_model(Path(model), compile=False) if model else None  # a file that we wrote ourselves
        with seeded(experiment.fit.seed):
            for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
                built = trained.get_layer(layer.id) if trained else make_layer(layer)
                tensors[layer.id] = call(built, layer, [tensors[input_id] for input_id in inputs])
    except (
        Exception
    ):  # Keras raises many kinds; the table of shapes says what is wrong, and the layers before the fault are shown
        pass
    return {layer_id: keras.ops.convert_to_numpy(tensor)[0] for layer_id, tensor in tensors.items()}


def _output_pictures(values: np.ndarray) -> LayerOutput:
    values = np.nan_to_num(np.asarray(values, dtype="float32"), posinf=0.0, neginf=0.0)
    while values.ndim > 3:  # of a solid, its middle slice
        values = values[len(values) // 2]
    if values.ndim < 2:
        return LayerOutput(
            (to_data_uri(_to_bytes(row_as_plane(np.ravel(values), LONGEST_SIDE, aspect=1))[..., None]),), 1, values.size
        )
    if values.ndim == 2:
        return LayerOutput((to_data_uri(_to_bytes(downsampled(values, LONGEST_SIDE))[..., None]),), 1, values.size)
    channels = values.shape[2]
    if channels == 3:  # red, green, blue, or the like
        return LayerOutput((to_data_uri(_to_bytes(downsampled(values, LONGEST_SIDE))),), channels, values.size)
    maps = [downsampled(values[..., channel], LONGEST_SIDE) for channel in range(min(MAPS, channels))]
    return LayerOutput(tuple(to_data_uri(_to_bytes(plane)[..., None]) for plane in maps), channels, values.size)


def _to_bytes(values: np.ndarray) -> np.ndarray:
    """The values as pixels, from black for the smallest to white for the largest."""
    low, high = float(values.min()), float(values.max())
    return np.rint((values - low) * (255 / (high - low) if high > low else 0.0)).astype("uint8")
