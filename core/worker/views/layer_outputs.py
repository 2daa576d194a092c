"""Draw the output of each layer of a network for an image as small pictures."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from core.analysis.network_columns import reads_pixels
from core.experiment.graph import inputs_of
from core.experiment.model import INPUT, Experiment
from core.png import to_data_uri
from core.views.layer_outputs import LayerOutput, NetworkPreview, UnitPicture
from core.worker.data.load import load_raw, prepare, to_bytes
from core.worker.keras_patches import seeded
from core.worker.training.build_model import call_layer, make_layer
from core.worker.views.shared.array_images import downsampled, nan_to_zero, row_as_plane, signed_heatmap_uri
from core.worker.views.shared.network_drawing_state import network_drawing_state

MAPS = 4  # channels of a layer that are shown
LIKELIEST = 2  # the most probable classes that are shown
LONGEST_SIDE = 64  # numbers; of a longer side, every second, third ... number is shown


def network_preview(experiment: Experiment, index: int, model: str = "") -> NetworkPreview:
    """Draw the outputs of all layers of a network for a training image.

    Returns
    -------
    NetworkPreview
        The pictures. If a layer cannot take its input, or the model's file does not exist, layers are missing.
    """
    (images, labels), _ = load_raw(experiment.data.dataset)
    position = index % len(images)
    pixels = images[position]
    after, built, trained = _run_layers(experiment, prepare(pixels[None], experiment.data), model)
    outputs = {layer_id: _output_pictures(values) for layer_id, values in after.items()}
    last = experiment.layers[-1].id if experiment.layers else ""
    if last in outputs:
        outputs[last] = replace(outputs[last], likeliest=_likeliest(after[last], experiment.data.entry.num_classes))
    shown = to_bytes(pixels[None], experiment.data.dataset)[0]
    look = network_drawing_state(experiment, after, built, (shown, int(labels[position])), trained)
    return NetworkPreview(outputs, look, unit_pictures(experiment, built, shown.shape))


def _likeliest(values: np.ndarray, num_classes: int) -> tuple[tuple[int, float], ...]:
    """Return the likeliest classes with their probabilities. Return () if the values are no class probabilities."""
    if values.shape != (num_classes,) or not np.isclose(values.sum(), 1, atol=1e-3) or (values < 0).any():
        return ()
    return tuple((int(label), float(values[label])) for label in np.argsort(-values, kind="stable")[:LIKELIEST])


def data_after_layers(experiment: Experiment, image: np.ndarray, model: str = "") -> dict[str, np.ndarray]:
    """Return the output of each layer for an image, without the batch; see `network_preview`.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    image
        The prepared image, (1, height, width, channels).
    model
        The file of a trained network with the same layers. An empty string means the initial weights.
    """
    return _run_layers(experiment, image, model)[0]


def _run_layers(
    experiment: Experiment, image: np.ndarray, model: str
) -> tuple[dict[str, np.ndarray], dict[str, keras.layers.Layer], set[str]]:
    """Build and call the layers. Return their outputs and the Keras layers by id, and the ids of trained layers."""
    tensors, layers, trained = {INPUT: keras.ops.convert_to_tensor(image)}, {}, set()
    try:
        old = _layers_of(model) if model else {}
        with seeded(experiment.fit.seed):
            for layer, inputs in zip(experiment.layers, inputs_of(experiment).values(), strict=True):
                built = make_layer(layer)
                sources = [tensors[input_id] for input_id in inputs]
                tensors[layer.id] = call_layer(built, layer, sources)
                if layer.id in old and _take_weights(built, old[layer.id]):
                    trained.add(layer.id)
                    tensors[layer.id] = call_layer(built, layer, sources)
                layers[layer.id] = built
    except (
        Exception
    ):  # Keras raises many kinds; the table of shapes names the fault, and the layers before the fault are shown
        pass
    return {layer_id: keras.ops.convert_to_numpy(tensor)[0] for layer_id, tensor in tensors.items()}, layers, trained


def _layers_of(model: str) -> dict[str, keras.layers.Layer]:
    """Load a model file that this program wrote, and return its layers by id."""
    return {layer.name: layer for layer in keras.saving.load_model(Path(model), compile=False).layers}


def _take_weights(built: keras.layers.Layer, old: keras.layers.Layer) -> bool:
    """Set a layer's weights to those of a trained layer if they fit. Return whether the layer has weights that fit."""
    weights = old.get_weights()
    fits = type(built) is type(old) and [values.shape for values in built.get_weights()] == [
        values.shape for values in weights
    ]
    if fits:
        built.set_weights(weights)
    return fits and bool(weights)


def _output_pictures(values: np.ndarray) -> LayerOutput:
    values = np.nan_to_num(np.asarray(values, dtype="float32"), posinf=0.0, neginf=0.0)
    while values.ndim > 3:  # a volume is shown by its middle slice
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
    """Convert the values to pixels, from black for the smallest to white for the largest."""
    low, high = float(values.min()), float(values.max())
    return np.rint((values - low) * (255 / (high - low) if high > low else 0.0)).astype("uint8")


PICTURES = 6  # pictures of a layer's units


def unit_pictures(
    experiment: Experiment, built: Mapping[str, keras.layers.Layer], image_shape: tuple[int, ...]
) -> dict[str, tuple[UnitPicture, ...]]:
    """Draw the weights of each layer's strongest units as pictures: blue is positive, vermilion negative.

    Parameters
    ----------
    experiment
        The experiment that owns the layers.
    built
        The layers of Keras, by the layers' ids.
    image_shape
        Height, width and channels of the image.

    Returns
    -------
    dict[str, tuple[UnitPicture, ...]]
        The pictures by layer id, for layers whose weights belong to pixels. The unit with the largest weights is first.
    """
    pictures = {}
    for layer in experiment.layers:
        kernel = getattr(built.get(layer.id), "kernel", None)
        if (
            kernel is not None
            and layer.entry.trait("sums") in ("dense", "convolution")
            and reads_pixels(experiment, layer.id)
        ):
            planes = _planes(nan_to_zero(keras.ops.convert_to_numpy(kernel)), image_shape)
            pictures[layer.id] = _strongest(planes) if planes is not None else ()
    return {layer_id: shown for layer_id, shown in pictures.items() if shown}


def _planes(kernel: np.ndarray, image_shape: tuple[int, ...]) -> np.ndarray | None:
    """Return the weights as (units, rows, columns), summed over channels. Return None if they do not belong to pixels."""
    if kernel.ndim == 2 and len(kernel) == np.prod(image_shape):
        kernel = kernel.reshape(*image_shape, -1)
    if kernel.ndim != 4:
        return None
    summed: np.ndarray = kernel.sum(axis=2)
    return np.moveaxis(summed, -1, 0)


def _strongest(planes: np.ndarray) -> tuple[UnitPicture, ...]:
    sizes = np.square(planes).sum(axis=(1, 2))
    units = np.argsort(-sizes, kind="stable")[:PICTURES]
    return tuple(
        UnitPicture(int(unit), signed_heatmap_uri(planes[unit], float(np.abs(planes[unit]).max()))) for unit in units
    )
