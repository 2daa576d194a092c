"""The numbers of a layer taken apart: window, weights, products, sum, for every layer that adds up what it sees.

Which way is the layer's own trait, `sums`; what comes of it is compared with Keras' numbers before anyone sees it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from core.analysis.weighted_sums import LARGEST, MEAN, ReceptiveWindows, WeightedSum, total
from core.experiment.graph import inputs_of
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment, Layer
from core.parameters import EntryRef
from core.worker.interpret.layer_activations import layer_arrays
from core.worker.interpret.load_trained import errors_as_problems, load_image, load_model
from core.worker.interpret.receptive_windows import adaptive, sliding, transposed, whole_axis, windows
from core.worker.interpret.without_activation import without_activation

MOST_NUMBERS = 400_000  # of one input: 2 MB on their way to a browser
CLOSE = 1e-3  # numbers that differ by more are not Keras'
CHECKED = 3  # places in each direction
SHORTEST, LONGEST = 8, 32  # lines of a row of numbers that is laid out as a plane
KEEPS = ("Regularization", "Shape")  # groups of layers behind which a flattened picture is still one


@dataclass(frozen=True)
class LayerPass:
    """A layer at work on one image, without the batch."""

    made: Any  # the layer as Keras made it
    inputs: np.ndarray  # what it takes
    before: np.ndarray  # what it gives before its activation
    outputs: np.ndarray  # what it gives
    channel: int  # of the output that is taken apart
    place: int  # which of several slices
    flat: tuple[int, ...]  # that its row of numbers had as a picture; () for none

    @property
    def axes(self) -> int:
        """Along how many axes its window moves."""
        return self.inputs.ndim - 1


@errors_as_problems
def sums(experiment: Experiment, path: str, picked: ImageRef, identity: str, channel: int, place: int) -> WeightedSum:
    """One channel of a layer, taken apart.

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
    channel
        The channel of the layer's output, from 0.
    place
        The depth or step, from 0, where the layer has several.
    """
    built = load_model(experiment, path)
    _, prepared = load_image(experiment, picked)
    found = layer_arrays(experiment, built, prepared, identity)
    layer = next((one for one in experiment.layers if one.id == identity), None)
    if layer is None or identity not in found:
        return WeightedSum(missing="This layer cannot take what it gets; Define says why.")
    held, made = unwrap_both(layer, built.get_layer(identity))
    taken = inputs_of(experiment)[identity]
    way = SUM_READERS.get(held.entry.trait("sums", ""))
    if way is None or len(taken) != 1:
        return WeightedSum(missing=f"Its numbers are no weighted sums over a window. {layer.entry.sentence}")
    inputs, outputs = found[taken[0]][0], found[identity][0]
    flat, steps = shape_before_flatten(experiment, found, identity), 1
    if layer.entry.trait("each_step"):  # one step, which the held layer sees alone
        steps = len(inputs)
        step = place % steps
        inputs, outputs, flat = inputs[step], outputs[step], ()
    if inputs.size > MOST_NUMBERS:
        return WeightedSum(missing=f"It takes {inputs.size:,} numbers, too many to be sent to a browser.")
    before = outputs
    if activation := _activation(made):
        before = np.asarray(keras.ops.convert_to_numpy(without_activation(built, made)(inputs[None])))[0]
    seen = LayerPass(made, inputs, before, outputs, channel % outputs.shape[-1], place, flat)
    taken_apart = replace(way(seen), activation=activation)
    if steps > 1:
        taken_apart = replace(taken_apart, slices=steps, slice_name="step")
    if not _agrees(taken_apart):
        return WeightedSum(missing="Its numbers could not be taken apart so that they add up to those of Keras.")
    return taken_apart


def unwrap_both(layer: Layer, made: Any) -> tuple[Layer, Any]:
    """The layer that a wrapper holds, as it was chosen and as Keras made it; any other layer itself."""
    parameter = layer.entry.parameter("layer")
    held = layer.argument("layer", parameter.default if parameter else None)
    if isinstance(held, EntryRef) and hasattr(made, "layer"):
        return Layer(held.name, held.arguments, layer.id), made.layer
    return layer, made


def shape_before_flatten(experiment: Experiment, found: dict[str, np.ndarray], identity: str) -> tuple[int, ...]:
    """The shape of the picture that a layer's row of numbers was before it was flattened; () where it was none.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    found
        The output of each layer, by the layer's id.
    identity
        The layer's id.
    """
    taken = inputs_of(experiment)
    layers = {layer.id: layer for layer in experiment.layers}
    if len(taken[identity]) != 1:
        return ()
    before = taken[identity][0]
    size = found[before][0].size
    while before in layers and found[before].ndim == 2 and layers[before].entry.group in KEEPS:
        before = taken[before][0]
    shape = found[before].shape[1:]
    return shape if len(shape) == 3 and found[before][0].size == size else ()


def _activation(made: Any) -> str:
    """The name of a layer's activation; "" where it has none, or one that changes nothing."""
    function = getattr(made, "activation", None)
    if function is None or function is keras.activations.linear:
        return ""
    return str(getattr(function, "__name__", type(function).__name__))


def _agrees(found: WeightedSum) -> bool:
    """Whether the sums are Keras', at some places: what does not add up is not shown."""
    assert found.before is not None
    height, width = found.before.shape
    scale = max(1.0, float(np.abs(found.before).max()))
    return all(
        abs(total(found, row, column) - float(found.before[row, column])) <= CLOSE * scale
        for row in np.linspace(0, height - 1, min(CHECKED, height)).astype(int)
        for column in np.linspace(0, width - 1, min(CHECKED, width)).astype(int)
    )


# Convolutions


def _convolution(seen: LayerPass) -> WeightedSum:
    kernel = _array(seen.made.kernel)[..., seen.channel]
    count = kernel.shape[-1]
    group = seen.channel // (seen.outputs.shape[-1] // seen.made.groups)
    return _windowed(seen, kernel, _sliding(seen, kernel), group * count)


def _depthwise(seen: LayerPass) -> WeightedSum:
    kernel = _array(seen.made.kernel)
    source, number = divmod(seen.channel, kernel.shape[-1])
    found = kernel[..., source : source + 1, number]
    return _windowed(seen, found, _sliding(seen, found), source)


def _separable(seen: LayerPass) -> WeightedSum:
    """Both of its steps as one: linear steps behind each other are one convolution."""
    deep, point = _array(seen.made.depthwise_kernel), _array(seen.made.pointwise_kernel)
    mixing = point.reshape(*deep.shape[-2:], -1)[..., seen.channel]
    kernel = (deep * mixing).sum(axis=-1)
    note = "Its two steps are shown as one: each channel's pattern, times what the mixing makes of it."
    return replace(_windowed(seen, kernel, _sliding(seen, kernel), 0), note=note)


def _transposed(seen: LayerPass) -> WeightedSum:
    kernel = _array(seen.made.kernel)[..., seen.channel, :]
    strides, dilation = _each(seen.made.strides, seen.axes), _each(seen.made.dilation_rate, seen.axes)
    taps = [
        transposed(*sizes, padding=seen.made.padding)
        for sizes in zip(seen.inputs.shape, seen.outputs.shape, kernel.shape, strides, dilation, strict=False)
    ]
    return _windowed(seen, kernel, taps, 0)


def _sliding(seen: LayerPass, kernel: np.ndarray) -> list[ReceptiveWindows]:
    strides, dilation = _each(seen.made.strides, seen.axes), _each(seen.made.dilation_rate, seen.axes)
    return [
        sliding(*sizes, padding=seen.made.padding)
        for sizes in zip(seen.inputs.shape, seen.outputs.shape, kernel.shape, strides, dilation, strict=False)
    ]


def _windowed(seen: LayerPass, kernel: np.ndarray, taps: list[ReceptiveWindows], first: int) -> WeightedSum:
    """Sums over a window that moves along one, two or three axes.

    Parameters
    ----------
    seen
        The layer, its inputs and its outputs.
    kernel
        The kernel of the channel that is taken apart, (sizes along the axes ..., channels).
    taps
        The taps along each axis.
    first
        The first input channel that the window covers.
    """
    bias = None if seen.made.bias is None else float(_array(seen.made.bias)[seen.channel])
    count = kernel.shape[-1]
    inputs = seen.inputs[..., first : first + count]
    before, outputs = seen.before[..., seen.channel], seen.outputs[..., seen.channel]
    names = tuple(f"channel {first + number + 1}" for number in range(count))
    if seen.axes == 1:  # steps down, features across
        found = WeightedSum(
            rows=taps[0], columns=whole_axis(count), inputs=inputs[..., None], weights=kernel[..., None], channels=("",)
        )
        return replace(found, bias=bias, before=before[:, None], outputs=outputs[:, None])
    if seen.axes == 2:
        found = WeightedSum(rows=taps[0], columns=taps[1], inputs=inputs, weights=kernel, channels=names)
        return replace(found, bias=bias, before=before, outputs=outputs)
    depth = seen.place % len(outputs)
    inside = [(there, own) for there, own in taps[0][depth] if there >= 0]
    return WeightedSum(
        rows=taps[1],
        columns=taps[2],
        inputs=np.concatenate([inputs[there] for there, _ in inside], axis=-1),
        weights=np.concatenate([kernel[own] for _, own in inside], axis=-1),
        bias=bias,
        before=before[depth],
        outputs=outputs[depth],
        channels=tuple(f"depth {there + 1}, {name}" for there, _ in inside for name in names),
        slices=len(outputs),
        slice_name="depth",
    )


# Pooling


def _largest(seen: LayerPass) -> WeightedSum:
    return replace(_pooled(seen), kind=LARGEST)


def _mean(seen: LayerPass) -> WeightedSum:
    return replace(_pooled(seen), kind=MEAN)


def _pooled(seen: LayerPass) -> WeightedSum:
    values = seen.inputs[..., seen.channel]
    lengths = seen.outputs.shape[:-1] if seen.outputs.ndim == seen.inputs.ndim else (1,) * seen.axes
    given = seen.outputs[..., seen.channel].reshape(lengths)
    taps = _pool_taps(seen, lengths)
    if seen.axes == 1:
        found = WeightedSum(rows=taps[0], columns=whole_axis(1), inputs=values[:, None, None])
        return replace(found, before=given[:, None], outputs=given[:, None], channels=("",))
    if seen.axes == 2:
        return WeightedSum(
            rows=taps[0], columns=taps[1], inputs=values[..., None], before=given, outputs=given, channels=("",)
        )
    depth = seen.place % lengths[0]
    inside = [there for there, _ in taps[0][depth] if there >= 0]
    return WeightedSum(
        rows=taps[1],
        columns=taps[2],
        inputs=values[inside].transpose(1, 2, 0),
        before=given[depth],
        outputs=given[depth],
        channels=tuple(f"depth {there + 1}" for there in inside),
        slices=lengths[0],
        slice_name="depth",
    )


def _pool_taps(seen: LayerPass, lengths: tuple[int, ...]) -> list[ReceptiveWindows]:
    """The windows of pooling along each axis: of a size of their own, of the size that an output asks for, or the whole."""
    if hasattr(seen.made, "pool_size"):
        sizes, strides = _each(seen.made.pool_size, seen.axes), _each(seen.made.strides, seen.axes)
        return [
            sliding(*each, 1, padding=seen.made.padding)
            for each in zip(seen.inputs.shape, lengths, sizes, strides, strict=False)
        ]
    if hasattr(seen.made, "output_size"):
        return [adaptive(*each) for each in zip(seen.inputs.shape, lengths, strict=False)]
    return [windows(((0, length),)) for length in seen.inputs.shape[:-1]]


# Dense


def _dense(seen: LayerPass) -> WeightedSum:
    kernel = _array(seen.made.kernel)[:, seen.channel]
    steps = seen.inputs.reshape(-1, seen.inputs.shape[-1])
    step = seen.place % len(steps)
    before, outputs = (
        values.reshape(len(steps), -1)[step, seen.channel].reshape(1, 1) for values in (seen.before, seen.outputs)
    )
    shape = seen.flat if len(steps) == 1 and seen.flat else _plane_shape(len(kernel))
    return WeightedSum(
        rows=windows(((0, shape[0]),), weighed=True),
        columns=windows(((0, shape[1]),), weighed=True),
        inputs=steps[step].reshape(shape),
        weights=kernel.reshape(shape),
        bias=None if seen.made.bias is None else float(_array(seen.made.bias)[seen.channel]),
        before=before,
        outputs=outputs,
        channels=tuple(f"channel {number + 1}" for number in range(shape[2])) if shape[2] > 1 else ("",),
        slices=len(steps),
        slice_name="step" if len(steps) > 1 else "",
    )


def _plane_shape(count: int) -> tuple[int, int, int]:
    """A row of numbers as lines that are all full; one line where that cannot be."""
    lines = [count // length for length in range(SHORTEST, LONGEST + 1) if count % length == 0]
    height = lines[-1] if lines and count > LONGEST else 1
    return height, count // height, 1


def _array(variable: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(variable))


def _each(value: Any, axes: int) -> tuple[int, ...]:
    """An argument that is one number for all axes, or one for each."""
    return (value,) * axes if isinstance(value, int) else tuple(value)


SUM_READERS: dict[str, Callable[[LayerPass], WeightedSum]] = {
    "convolution": _convolution,
    "depthwise": _depthwise,
    "separable": _separable,
    "transposed": _transposed,
    "largest": _largest,
    "mean": _mean,
    "dense": _dense,
}
