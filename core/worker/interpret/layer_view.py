"""One layer of a network, looked at alone: maps, kernels, weights as pictures, states over time, attention."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from core.analysis.layer_activations import MOST_PICTURES, Gallery, LayerActivations, Picture
from core.experiment.graph import call_inputs, inputs_of
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment, Layer
from core.problems import Problem, ProblemError
from core.worker.interpret.array_images import finite, signed
from core.worker.interpret.layer_activations import layer_arrays
from core.worker.interpret.layer_activations import layer_maps as maps_of
from core.worker.interpret.load_trained import errors_as_problems, load_image, load_model
from core.worker.interpret.weighted_sums import shape_before_flatten, unwrap_both

ATTENTION = "Attention"  # the group of layers that look at others
NO_PICTURES = "This layer has no weights, so that there are no kernels to see: it does the same before and after training."
OTHER_WEIGHTS = "Its weights are a row of numbers, no pictures; their distribution is below."


@errors_as_problems
def all_maps(experiment: Experiment, path: str, picked: ImageRef, identity: str) -> LayerActivations:
    """All maps of one layer for one image.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    path
        The file of the weights; see `core.worker.interpret.load_trained.load_model`.
    picked
        The image to look at.
    identity
        The layer's id.
    """
    layer, _, found = _seen(experiment, path, picked, identity)
    return maps_of(identity, layer.name, inputs_of(experiment)[identity], found[identity][0], MOST_PICTURES)


@errors_as_problems
def galleries(experiment: Experiment, path: str, picked: ImageRef, identity: str, channel: int) -> tuple[Gallery, ...]:
    """The galleries of one layer beside its maps: kernels, weights, states or attention.

    Parameters
    ----------
    experiment, path, picked, identity
        See `maps`.
    channel
        The channel whose weights are shown where there are too many channels to show all.
    """
    layer, built, found = _seen(experiment, path, picked, identity)
    inputs = [found[one] for one in inputs_of(experiment)[identity]]
    flat, made = shape_before_flatten(experiment, found, identity), built.get_layer(identity)
    return tuple(_galleries(layer, made, inputs, flat, channel % found[identity].shape[-1])) or (_none(made),)


def _seen(
    experiment: Experiment, path: str, picked: ImageRef, identity: str
) -> tuple[Layer, keras.Model, dict[str, np.ndarray]]:
    """The layer, the network that it is in, and what all layers up to it give for the image.

    Raises
    ------
    ProblemError
        The network has no such layer, or the layer has no output.
    """
    layer = next((one for one in experiment.layers if one.id == identity), None)
    _, prepared = load_image(experiment, picked)
    built = load_model(experiment, path)
    found = layer_arrays(experiment, built, prepared, identity)
    if layer is None or identity not in found:
        raise ProblemError(_unreachable())
    return layer, built, found


def _unreachable() -> Problem:
    return Problem(
        code="layer-unreachable",
        where=("layers",),
        happened="This layer gives nothing: it, or one before it, cannot take what it gets.",
        expected="Expected layers that fit each other.",
        fix="Mend the network on Define; the messages there say how.",
    )


def _none(made: Any) -> Gallery:
    return Gallery("Weights", "", missing=OTHER_WEIGHTS if made.weights else NO_PICTURES)


def _galleries(layer: Layer, made: Any, inputs: list[np.ndarray], flat: tuple[int, ...], channel: int) -> Iterator[Gallery]:
    """What there is to see of a layer beside its maps."""
    held, inner = unwrap_both(layer, made)
    kernel = getattr(inner, "kernel", getattr(inner, "depthwise_kernel", None))
    if held.entry.group == ATTENTION:
        yield _attention(layer, made, inputs)
    elif hasattr(inner, "return_sequences") or hasattr(made, "forward_layer"):
        yield from _states(made, inputs[0])
    elif held.entry.trait("sums") == "dense":
        yield _dense(np.asarray(keras.ops.convert_to_numpy(kernel)), flat, channel)
    elif kernel is not None and held.entry.trait("sums"):
        yield _kernels(np.asarray(keras.ops.convert_to_numpy(kernel)), held.entry.trait("sums"), channel)
    elif hasattr(inner, "embeddings"):
        table = np.asarray(keras.ops.convert_to_numpy(inner.embeddings))
        yield _gallery("The table", "A row for each value that comes in; its columns are the vector.", {"all values": table})


def _gallery(title: str, words: str, planes: dict[str, np.ndarray]) -> Gallery:
    """Planes of numbers with a sign, on one scale."""
    shown = {name: finite(plane) for name, plane in list(planes.items())[:MOST_PICTURES]}
    bound = max((float(np.abs(plane).max()) for plane in shown.values() if plane.size), default=0.0)
    pictures = tuple(
        Picture(signed(plane, bound), place, name, silent=not plane.any())
        for place, (name, plane) in enumerate(shown.items())
    )
    more = f" {len(shown)} of {len(planes):,} are shown." if len(planes) > len(shown) else ""
    return Gallery(title, words + more, pictures, bound)


def _kernels(kernel: np.ndarray, kind: str, channel: int) -> Gallery:
    """The patterns of a convolution; (sizes along the axes ..., from, to)."""
    if kind == "transposed":
        kernel = np.swapaxes(kernel, -1, -2)
    if kernel.ndim == 3:  # along a sequence: steps down, features across
        planes = {f"channel {place + 1}": kernel[:, :, place] for place in range(kernel.shape[2])}
        return _gallery("Kernels", "One for each channel: steps down, features across.", planes)
    while kernel.ndim > 4:
        kernel = kernel[len(kernel) // 2]
    _, _, taken, made = kernel.shape
    if kind in ("depthwise", "separable"):
        planes = {f"channel {place + 1}": kernel[:, :, place, 0] for place in range(taken)}
        return _gallery("Kernels", "The pattern that each channel of the input is looked through with.", planes)
    if taken == 1:
        planes = {f"channel {place + 1}": kernel[:, :, 0, place] for place in range(made)}
        return _gallery("Kernels", "The pattern that each channel looks for.", planes)
    planes = {f"input channel {place + 1}": kernel[:, :, place, channel] for place in range(taken)}
    return _gallery(
        f"Kernels of channel {channel + 1}", "The pattern that it looks for in each channel of its input.", planes
    )


def _dense(kernel: np.ndarray, flat: tuple[int, ...], unit: int) -> Gallery:
    """The weights of a Dense layer, (inputs, units), as pictures where it sees a picture."""
    if flat and flat[2] == 1:
        planes = {f"unit {place + 1}": kernel[:, place].reshape(flat[:2]) for place in range(kernel.shape[1])}
        return _gallery(
            "Weights as pictures", "Of each unit, the weight of each pixel: bright pixels there push it.", planes
        )
    if flat:
        weights = kernel[:, unit].reshape(flat)
        planes = {f"map {place + 1}": weights[..., place] for place in range(flat[2])}
        return _gallery(f"Weights of unit {unit + 1}", "The weight of each place of each map that was flattened.", planes)
    words = (
        "What comes in stands in rows, the units in columns: it is a row of numbers, so that no picture has a meaning here."
    )
    return _gallery("Weights", words, {"all weights": kernel})


def _states(made: Any, inputs: np.ndarray) -> Iterator[Gallery]:
    """The state of a recurrent layer after each step; of one that reads both ways, of both."""
    readers = {"Read forwards": made}
    if hasattr(made, "forward_layer"):
        readers = {"Read forwards": made.forward_layer, "Read backwards": made.backward_layer}
    for name, reader in readers.items():
        states = _state_of(reader, inputs)[0]
        title = "State over the steps" if len(readers) == 1 else f"State over the steps: {name.lower()}"
        order = " The last step is read first." if reader.go_backwards else ""
        words = f"One row a step, in the order of reading; one column a unit.{order}"
        if states.ndim == 2:
            yield _gallery(title, words, {"steps down, units across": states})
        else:  # of a convolutional one, what it holds of the first channel
            planes = {f"step {place + 1}": states[place].reshape(states[place].shape[0], -1) for place in range(len(states))}
            yield _gallery(title, "What it holds after each step.", planes)


def _state_of(reader: Any, inputs: np.ndarray) -> np.ndarray:
    twin = type(reader).from_config({**reader.get_config(), "return_sequences": True, "return_state": False})
    twin.build(inputs.shape)
    twin.set_weights(reader.get_weights())
    return np.asarray(keras.ops.convert_to_numpy(twin(inputs)))


def _attention(layer: Layer, made: Any, inputs: list[np.ndarray]) -> Gallery:
    """Who looks at whom: (heads, query, key)."""
    several = call_inputs(layer, inputs)
    taken = several if layer.entry.trait("takes_arguments") else [several]
    _, scores = made(*taken, return_attention_scores=True)
    found = np.asarray(keras.ops.convert_to_numpy(scores))[0]
    found = found.reshape(-1, *found.shape[-2:])
    planes = {f"head {place + 1}": head for place, head in enumerate(found)}
    words = "Who looks at whom: one row for each step that asks, one column for each that it looks at; a row adds up to 1."
    return _gallery("Attention", words, planes)
