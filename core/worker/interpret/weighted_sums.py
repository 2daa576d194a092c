"""The sums of a layer taken apart: window, weights, products, sum, for every layer that adds up its input.

The layer's trait `sums` says how. The result is compared with Keras' numbers before anyone sees it.
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
from core.worker.interpret.layer_activations import layer_arrays
from core.worker.interpret.load_trained import errors_as_problems, load_image, load_model
from core.worker.interpret.receptive_windows import adaptive, sliding, transposed, whole_axis, windows
from core.worker.interpret.spatial_axes import unwrap
from core.worker.interpret.without_activation import without_activation

MOST_NUMBERS = 400_000  # of one input: 2 MB on their way to a browser
CLOSE = 1e-3  # larger differences from Keras' numbers are faults
CHECKED = 3  # places in each direction
SHORTEST, LONGEST = 8, 32  # lengths of the lines of a row of numbers that is laid out as a plane
KEEPS = ("Regularization", "Shape")  # groups of layers that leave a flattened picture as it is


@dataclass(frozen=True)
class LayerCall:
    """A layer applied to one image, without the batch."""

    layer: Any  # the layer as Keras made it
    inputs: np.ndarray  # its input
    before: np.ndarray  # its output before the activation
    outputs: np.ndarray  # its output
    channel: int  # the channel of the output that is taken apart
    position: int  # the number of the slice, of several
    flat: tuple[int, ...]  # the shape of its input before it was flattened; () for none

    @property
    def axes(self) -> int:
        """Along how many axes its window moves."""
        return self.inputs.ndim - 1


@errors_as_problems
def sums(experiment: Experiment, path: str, image_ref: ImageRef, layer_id: str, channel: int, position: int) -> WeightedSum:
    """One channel of a layer, taken apart.

    Parameters
    ----------
    experiment
        The experiment; only its data, its layers and its seed matter.
    path
        The file of the weights; see `core.worker.interpret.load_trained.load_model`.
    image_ref
        The image to look at.
    layer_id
        The layer's id.
    channel
        The channel of the layer's output, from 0.
    position
        The depth or step, from 0, where the layer has several.
    """
    built = load_model(experiment, path)
    _, prepared = load_image(experiment, image_ref)
    arrays = layer_arrays(experiment, built, prepared, layer_id)
    layer = next((candidate for candidate in experiment.layers if candidate.id == layer_id), None)
    if layer is None or layer_id not in arrays:
        return WeightedSum(missing="This layer cannot take what it gets; Define says why.")
    wrapped, keras_layer = unwrap_both(layer, built.get_layer(layer_id))
    input_ids = inputs_of(experiment)[layer_id]
    take_apart = SUM_READERS.get(wrapped.entry.trait("sums", ""))
    if take_apart is None or len(input_ids) != 1:
        return WeightedSum(missing=f"Its numbers are no weighted sums over a window. {layer.entry.sentence}")
    inputs, outputs = arrays[input_ids[0]][0], arrays[layer_id][0]
    flat, steps = shape_before_flatten(experiment, arrays, layer_id), 1
    if layer.entry.trait("each_step"):  # one step, which the wrapped layer sees alone
        steps = len(inputs)
        step = position % steps
        inputs, outputs, flat = inputs[step], outputs[step], ()
    if inputs.size > MOST_NUMBERS:
        return WeightedSum(missing=f"It takes {inputs.size:,} numbers, too many to be sent to a browser.")
    before = outputs
    if activation := _activation(keras_layer):
        before = np.asarray(keras.ops.convert_to_numpy(without_activation(built, keras_layer)(inputs[None])))[0]
    call = LayerCall(keras_layer, inputs, before, outputs, channel % outputs.shape[-1], position, flat)
    taken_apart = replace(take_apart(call), activation=activation)
    if steps > 1:
        taken_apart = replace(taken_apart, slices=steps, slice_name="step")
    if not _agrees(taken_apart):
        return WeightedSum(missing="Its numbers could not be taken apart so that they add up to those of Keras.")
    return taken_apart


def unwrap_both(layer: Layer, keras_layer: Any) -> tuple[Layer, Any]:
    """The layer inside a wrapper, as it was chosen and as Keras made it; any other layer itself."""
    wrapped = unwrap(layer)
    return (wrapped, keras_layer.layer) if wrapped is not layer and hasattr(keras_layer, "layer") else (layer, keras_layer)


def shape_before_flatten(experiment: Experiment, arrays: dict[str, np.ndarray], layer_id: str) -> tuple[int, ...]:
    """The shape of the picture that was flattened into a layer's input; () if there was none.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    arrays
        The output of each layer, by the layer's id.
    layer_id
        The layer's id.
    """
    inputs = inputs_of(experiment)
    layers = {layer.id: layer for layer in experiment.layers}
    if len(inputs[layer_id]) != 1:
        return ()
    before = inputs[layer_id][0]
    size = arrays[before][0].size
    while before in layers and arrays[before].ndim == 2 and layers[before].entry.group in KEEPS:
        before = inputs[before][0]
    shape = arrays[before].shape[1:]
    return shape if len(shape) == 3 and arrays[before][0].size == size else ()


def _activation(keras_layer: Any) -> str:
    """The name of a layer's activation; "" for none, or for one that changes nothing."""
    function = getattr(keras_layer, "activation", None)
    if function is None or function is keras.activations.linear:
        return ""
    return str(getattr(function, "__name__", type(function).__name__))


def _agrees(result: WeightedSum) -> bool:
    """Whether the sums agree with Keras' numbers at some places: other sums are not shown."""
    assert result.before is not None
    height, width = result.before.shape
    scale = max(1.0, float(np.abs(result.before).max()))
    return all(
        abs(total(result, row, column) - float(result.before[row, column])) <= CLOSE * scale
        for row in np.linspace(0, height - 1, min(CHECKED, height)).astype(int)
        for column in np.linspace(0, width - 1, min(CHECKED, width)).astype(int)
    )


# Convolutions


def _convolution(call: LayerCall) -> WeightedSum:
    kernel = _array(call.layer.kernel)[..., call.channel]
    count = kernel.shape[-1]
    group = call.channel // (call.outputs.shape[-1] // call.layer.groups)
    return _windowed(call, kernel, _sliding(call, kernel), group * count)


def _depthwise(call: LayerCall) -> WeightedSum:
    kernel = _array(call.layer.kernel)
    source, number = divmod(call.channel, kernel.shape[-1])
    pattern = kernel[..., source : source + 1, number]
    return _windowed(call, pattern, _sliding(call, pattern), source)


def _separable(call: LayerCall) -> WeightedSum:
    """Both steps of a separable convolution as one: two linear steps in a row are one convolution."""
    deep, point = _array(call.layer.depthwise_kernel), _array(call.layer.pointwise_kernel)
    mixing = point.reshape(*deep.shape[-2:], -1)[..., call.channel]
    kernel = (deep * mixing).sum(axis=-1)
    note = "Its two steps are shown as one: each channel's pattern, times what the mixing makes of it."
    return replace(_windowed(call, kernel, _sliding(call, kernel), 0), note=note)


def _transposed(call: LayerCall) -> WeightedSum:
    kernel = _array(call.layer.kernel)[..., call.channel, :]
    strides, dilation = _each(call.layer.strides, call.axes), _each(call.layer.dilation_rate, call.axes)
    taps = [
        transposed(*sizes, padding=call.layer.padding)
        for sizes in zip(call.inputs.shape, call.outputs.shape, kernel.shape, strides, dilation, strict=False)
    ]
    return _windowed(call, kernel, taps, 0)


def _sliding(call: LayerCall, kernel: np.ndarray) -> list[ReceptiveWindows]:
    strides, dilation = _each(call.layer.strides, call.axes), _each(call.layer.dilation_rate, call.axes)
    return [
        sliding(*sizes, padding=call.layer.padding)
        for sizes in zip(call.inputs.shape, call.outputs.shape, kernel.shape, strides, dilation, strict=False)
    ]


def _windowed(call: LayerCall, kernel: np.ndarray, taps: list[ReceptiveWindows], first: int) -> WeightedSum:
    """Sums over a window that moves along one, two or three axes.

    Parameters
    ----------
    call
        The layer, its inputs and its outputs.
    kernel
        The kernel of the channel that is taken apart, (sizes along the axes ..., channels).
    taps
        The taps along each axis.
    first
        The first input channel that the window covers.
    """
    bias = None if call.layer.bias is None else float(_array(call.layer.bias)[call.channel])
    count = kernel.shape[-1]
    inputs = call.inputs[..., first : first + count]
    before, outputs = call.before[..., call.channel], call.outputs[..., call.channel]
    names = tuple(f"channel {first + number + 1}" for number in range(count))
    if call.axes == 1:  # steps down, features across
        result = WeightedSum(
            rows=taps[0], columns=whole_axis(count), inputs=inputs[..., None], weights=kernel[..., None], channels=("",)
        )
        return replace(result, bias=bias, before=before[:, None], outputs=outputs[:, None])
    if call.axes == 2:
        result = WeightedSum(rows=taps[0], columns=taps[1], inputs=inputs, weights=kernel, channels=names)
        return replace(result, bias=bias, before=before, outputs=outputs)
    depth = call.position % len(outputs)
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


def _largest(call: LayerCall) -> WeightedSum:
    return replace(_pooled(call), kind=LARGEST)


def _mean(call: LayerCall) -> WeightedSum:
    return replace(_pooled(call), kind=MEAN)


def _pooled(call: LayerCall) -> WeightedSum:
    values = call.inputs[..., call.channel]
    lengths = call.outputs.shape[:-1] if call.outputs.ndim == call.inputs.ndim else (1,) * call.axes
    outputs = call.outputs[..., call.channel].reshape(lengths)
    taps = _pool_taps(call, lengths)
    if call.axes == 1:
        result = WeightedSum(rows=taps[0], columns=whole_axis(1), inputs=values[:, None, None])
        return replace(result, before=outputs[:, None], outputs=outputs[:, None], channels=("",))
    if call.axes == 2:
        return WeightedSum(
            rows=taps[0], columns=taps[1], inputs=values[..., None], before=outputs, outputs=outputs, channels=("",)
        )
    depth = call.position % lengths[0]
    inside = [there for there, _ in taps[0][depth] if there >= 0]
    return WeightedSum(
        rows=taps[1],
        columns=taps[2],
        inputs=values[inside].transpose(1, 2, 0),
        before=outputs[depth],
        outputs=outputs[depth],
        channels=tuple(f"depth {there + 1}" for there in inside),
        slices=lengths[0],
        slice_name="depth",
    )


def _pool_taps(call: LayerCall, lengths: tuple[int, ...]) -> list[ReceptiveWindows]:
    """The windows of pooling along each axis: of a fixed size, of the size that the output needs, or the whole axis."""
    if hasattr(call.layer, "pool_size"):
        sizes, strides = _each(call.layer.pool_size, call.axes), _each(call.layer.strides, call.axes)
        return [
            sliding(*each, 1, padding=call.layer.padding)
            for each in zip(call.inputs.shape, lengths, sizes, strides, strict=False)
        ]
    if hasattr(call.layer, "output_size"):
        return [adaptive(*each) for each in zip(call.inputs.shape, lengths, strict=False)]
    return [windows(((0, length),)) for length in call.inputs.shape[:-1]]


# Dense


def _dense(call: LayerCall) -> WeightedSum:
    kernel = _array(call.layer.kernel)[:, call.channel]
    steps = call.inputs.reshape(-1, call.inputs.shape[-1])
    step = call.position % len(steps)
    before, outputs = (
        values.reshape(len(steps), -1)[step, call.channel].reshape(1, 1) for values in (call.before, call.outputs)
    )
    shape = call.flat if len(steps) == 1 and call.flat else _plane_shape(len(kernel))
    return WeightedSum(
        rows=windows(((0, shape[0]),), weighed=True),
        columns=windows(((0, shape[1]),), weighed=True),
        inputs=steps[step].reshape(shape),
        weights=kernel.reshape(shape),
        bias=None if call.layer.bias is None else float(_array(call.layer.bias)[call.channel]),
        before=before,
        outputs=outputs,
        channels=tuple(f"channel {number + 1}" for number in range(shape[2])) if shape[2] > 1 else ("",),
        slices=len(steps),
        slice_name="step" if len(steps) > 1 else "",
    )


def _plane_shape(count: int) -> tuple[int, int, int]:
    """A row of numbers as full lines of equal length; one line where that is impossible."""
    lines = [count // length for length in range(SHORTEST, LONGEST + 1) if count % length == 0]
    height = lines[-1] if lines and count > LONGEST else 1
    return height, count // height, 1


def _array(variable: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(variable))


def _each(value: Any, axes: int) -> tuple[int, ...]:
    """An argument that is one number for all axes, or one for each."""
    return (value,) * axes if isinstance(value, int) else tuple(value)


SUM_READERS: dict[str, Callable[[LayerCall], WeightedSum]] = {
    "convolution": _convolution,
    "depthwise": _depthwise,
    "separable": _separable,
    "transposed": _transposed,
    "largest": _largest,
    "mean": _mean,
    "dense": _dense,
}
