"""Draw the outputs of all layers for an image, and a single layer's maps, kernels, weights, states and attention."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from core.experiment.graph import call_inputs, inputs_of
from core.experiment.image_ref import ImageRef
from core.experiment.model import INPUT, Experiment, Layer
from core.png import to_data_uri
from core.problems import Problem, ProblemError
from core.views.activations import MOST_MAPS, MOST_PICTURES, Gallery, LayerActivations, NetworkActivations, Picture
from core.worker.training.evaluation import as_probabilities
from core.worker.views.shared.array_images import grey, nan_to_zero, output_planes, signed_heatmap_uri
from core.worker.views.shared.layer_tensors import layer_arrays, shape_before_flatten, unwrap_layer_pair
from core.worker.views.shared.load_trained import errors_as_problems, load_image, load_model
from core.worker.views.shared.spatial_axes import ATTENTION


@errors_as_problems
def activations(experiment: Experiment, path: str, image_ref: ImageRef) -> NetworkActivations:
    """Return the outputs of all layers for an image as small pictures, and the class probabilities."""
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
    """Draw the channels of a layer's output as pictures with a common grey scale.

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
        The largest number of pictures.
    """
    values = nan_to_zero(values)
    low, high = float(values.min()), float(values.max())
    shown = output_planes(values)
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


NO_PICTURES = "This layer has no weights, so that there are no kernels to see: it does the same before and after training."
OTHER_WEIGHTS = "Its weights are a row of numbers, no pictures; their distribution is below."


@errors_as_problems
def all_maps(experiment: Experiment, path: str, image_ref: ImageRef, layer_id: str) -> LayerActivations:
    """Draw the output channels of a layer for an image, at most MOST_PICTURES."""
    layer, _, arrays = _outputs_up_to(experiment, path, image_ref, layer_id)
    return layer_maps(layer_id, layer.name, inputs_of(experiment)[layer_id], arrays[layer_id][0], MOST_PICTURES)


@errors_as_problems
def galleries(experiment: Experiment, path: str, image_ref: ImageRef, layer_id: str, channel: int) -> tuple[Gallery, ...]:
    """Draw a layer's kernels or weights, or its recurrent states or attention scores for an image."""
    layer, built, arrays = _outputs_up_to(experiment, path, image_ref, layer_id)
    inputs = [arrays[input_id] for input_id in inputs_of(experiment)[layer_id]]
    flat, keras_layer = shape_before_flatten(experiment, arrays, layer_id), built.get_layer(layer_id)
    return tuple(_galleries(layer, keras_layer, inputs, flat, channel % arrays[layer_id].shape[-1])) or (
        _no_weights(keras_layer),
    )


def _outputs_up_to(
    experiment: Experiment, path: str, image_ref: ImageRef, layer_id: str
) -> tuple[Layer, keras.Model, dict[str, np.ndarray]]:
    """Return a layer, its network, and the outputs of all layers up to this layer for an image.

    Raises
    ------
    ProblemError
        The network has no such layer, or the layer has no output.
    """
    layer = next((candidate for candidate in experiment.layers if candidate.id == layer_id), None)
    _, prepared = load_image(experiment, image_ref)
    built = load_model(experiment, path)
    arrays = layer_arrays(experiment, built, prepared, layer_id)
    if layer is None or layer_id not in arrays:
        raise ProblemError(_unreachable())
    return layer, built, arrays


def _unreachable() -> Problem:
    return Problem(
        code="layer-unreachable",
        where=("layers",),
        happened="This layer gives nothing: it, or one before it, cannot take what it gets.",
        expected="Expected layers that fit each other.",
        fix="Mend the network on Define; the messages there say how.",
    )


def _no_weights(keras_layer: Any) -> Gallery:
    return Gallery("Weights", "", missing=OTHER_WEIGHTS if keras_layer.weights else NO_PICTURES)


def _galleries(
    layer: Layer, keras_layer: Any, inputs: list[np.ndarray], flat: tuple[int, ...], channel: int
) -> Iterator[Gallery]:
    """Yield pictures of a layer's attention scores, recurrent states, weights or kernels, depending on the layer."""
    wrapped, inner = unwrap_layer_pair(layer, keras_layer)
    kernel = getattr(inner, "kernel", getattr(inner, "depthwise_kernel", None))
    if wrapped.entry.group == ATTENTION:
        yield _attention(layer, keras_layer, inputs)
    elif hasattr(inner, "return_sequences") or hasattr(keras_layer, "forward_layer"):
        yield from _states(keras_layer, inputs[0])
    elif wrapped.entry.trait("sums") == "dense":
        yield _dense(np.asarray(keras.ops.convert_to_numpy(kernel)), flat, channel)
    elif kernel is not None and wrapped.entry.trait("sums"):
        yield _kernels(np.asarray(keras.ops.convert_to_numpy(kernel)), wrapped.entry.trait("sums"), channel)
    elif hasattr(inner, "embeddings"):
        table = np.asarray(keras.ops.convert_to_numpy(inner.embeddings))
        yield _gallery("The table", "A row for each value that comes in; its columns are the vector.", {"all values": table})


def _gallery(title: str, words: str, planes: dict[str, np.ndarray]) -> Gallery:
    """Draw 2D arrays of signed numbers as pictures with a common colour scale."""
    shown = {name: nan_to_zero(plane) for name, plane in list(planes.items())[:MOST_PICTURES]}
    bound = max((float(np.abs(plane).max()) for plane in shown.values() if plane.size), default=0.0)
    pictures = tuple(
        Picture(signed_heatmap_uri(plane, bound), index, name, silent=not plane.any())
        for index, (name, plane) in enumerate(shown.items())
    )
    more = f" {len(shown)} of {len(planes):,} are shown." if len(planes) > len(shown) else ""
    return Gallery(title, words + more, pictures, bound)


def _kernels(kernel: np.ndarray, kind: str, channel: int) -> Gallery:
    """Draw the kernels of a convolution, (sizes along the axes ..., inputs, outputs)."""
    if kind == "transposed":
        kernel = np.swapaxes(kernel, -1, -2)
    if kernel.ndim == 3:  # along a sequence: steps down, features across
        planes = {f"channel {index + 1}": kernel[:, :, index] for index in range(kernel.shape[2])}
        return _gallery("Kernels", "One for each channel: steps down, features across.", planes)
    while kernel.ndim > 4:
        kernel = kernel[len(kernel) // 2]
    _, _, num_inputs, num_outputs = kernel.shape
    if kind in ("depthwise", "separable"):
        planes = {f"channel {index + 1}": kernel[:, :, index, 0] for index in range(num_inputs)}
        return _gallery("Kernels", "The pattern that each channel of the input is looked through with.", planes)
    if num_inputs == 1:
        planes = {f"channel {index + 1}": kernel[:, :, 0, index] for index in range(num_outputs)}
        return _gallery("Kernels", "The pattern that each channel looks for.", planes)
    planes = {f"input channel {index + 1}": kernel[:, :, index, channel] for index in range(num_inputs)}
    return _gallery(
        f"Kernels of channel {channel + 1}", "The pattern that it looks for in each channel of its input.", planes
    )


def _dense(kernel: np.ndarray, flat: tuple[int, ...], unit: int) -> Gallery:
    """Draw the weights of a Dense layer, (inputs, units): a picture for each unit if the input is a flattened picture."""
    if flat and flat[2] == 1:
        planes = {f"unit {index + 1}": kernel[:, index].reshape(flat[:2]) for index in range(kernel.shape[1])}
        return _gallery(
            "Weights as pictures", "Of each unit, the weight of each pixel: bright pixels there push it.", planes
        )
    if flat:
        weights = kernel[:, unit].reshape(flat)
        planes = {f"map {index + 1}": weights[..., index] for index in range(flat[2])}
        return _gallery(f"Weights of unit {unit + 1}", "The weight of each place of each map that was flattened.", planes)
    words = (
        "What comes in stands in rows, the units in columns: it is a row of numbers, so that no picture has a meaning here."
    )
    return _gallery("Weights", words, {"all weights": kernel})


def _states(keras_layer: Any, inputs: np.ndarray) -> Iterator[Gallery]:
    """Draw the state of a recurrent layer after each step. A bidirectional layer has states of both directions."""
    readers = {"Read forwards": keras_layer}
    if hasattr(keras_layer, "forward_layer"):
        readers = {"Read forwards": keras_layer.forward_layer, "Read backwards": keras_layer.backward_layer}
    for name, reader in readers.items():
        states = _state_of(reader, inputs)[0]
        title = "State over the steps" if len(readers) == 1 else f"State over the steps: {name.lower()}"
        order = " The last step is read first." if reader.go_backwards else ""
        words = f"One row a step, in the order of reading; one column a unit.{order}"
        if states.ndim == 2:
            yield _gallery(title, words, {"steps down, units across": states})
        else:  # a convolutional layer: all columns and channels side by side
            planes = {f"step {index + 1}": states[index].reshape(states[index].shape[0], -1) for index in range(len(states))}
            yield _gallery(title, "What it holds after each step.", planes)


def _state_of(reader: Any, inputs: np.ndarray) -> np.ndarray:
    step_reader = type(reader).from_config({**reader.get_config(), "return_sequences": True, "return_state": False})
    step_reader.build(inputs.shape)
    step_reader.set_weights(reader.get_weights())
    return np.asarray(keras.ops.convert_to_numpy(step_reader(inputs)))


def _attention(layer: Layer, keras_layer: Any, inputs: list[np.ndarray]) -> Gallery:
    """Draw the attention scores of a layer, (heads, query, key), as a picture for each head."""
    to_call_with = call_inputs(layer, inputs)
    arguments = to_call_with if layer.entry.trait("takes_arguments") else [to_call_with]
    _, scores = keras_layer(*arguments, return_attention_scores=True)
    heads = np.asarray(keras.ops.convert_to_numpy(scores))[0]
    heads = heads.reshape(-1, *heads.shape[-2:])
    planes = {f"head {index + 1}": head for index, head in enumerate(heads)}
    words = "Who looks at whom: one row for each step that asks, one column for each that it looks at; a row adds up to 1."
    return _gallery("Attention", words, planes)
