"""Compute the weighted sums from which a layer gets a channel of its output: their inputs, weights and windows.

A window is the part of the input that an output number depends on. Pooling layers have windows but no weights.

The trait `sums` of a layer names the kind of its sums. The result is shown only if the sums equal Keras' output.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from core.experiment.graph import inputs_of
from core.experiment.image_ref import ImageRef
from core.experiment.model import Experiment
from core.views.weighted_sums import LARGEST, MEAN, ReceptiveWindows, WeightedSum, total
from core.worker.views.shared.layer_tensors import layer_arrays, shape_before_flatten, unwrap_layer_pair, without_activation
from core.worker.views.shared.load_trained import errors_as_problems, load_image, load_model
from core.worker.views.shared.receptive_windows import (
    adaptive_windows,
    sliding_windows,
    transposed_windows,
    whole_axis_window,
    windows,
)

MOST_NUMBERS = 400_000  # the largest number of inputs that is sent to a browser, as 2 MB
MOST_SUM_ERROR = 1e-3  # the largest allowed difference from Keras' output, times the largest output if that is above 1
CHECKED = 3  # positions along each axis at which the sums are compared with Keras' output
SHORTEST, LONGEST = 8, 32  # the numbers in a line, when a row of numbers is drawn in several lines


@dataclass(frozen=True)
class LayerCall:
    """A layer with its input and output for an image, without the batch axis."""

    layer: Any  # the layer as Keras made it
    inputs: np.ndarray  # the input of the layer
    before: np.ndarray  # the output before the activation
    outputs: np.ndarray  # the output of the layer
    channel: int  # the output channel whose sums are computed
    position: int  # the number of the depth or step to show, if the output has several
    flat: tuple[int, ...]  # the shape of its input before Flatten; () without Flatten

    @property
    def axes(self) -> int:
        """The number of axes along which the window moves."""
        return self.inputs.ndim - 1


@errors_as_problems
def sums(experiment: Experiment, path: str, image_ref: ImageRef, layer_id: str, channel: int, position: int) -> WeightedSum:
    """Return the weighted sums from which a layer computes a channel of its output for an image.

    If the sums cannot be shown, the field `missing` of the result has the reason.

    Parameters
    ----------
    experiment
        The experiment that the network was made from.
    path
        The file of the network. An empty string means the initial weights.
    image_ref
        The image.
    layer_id
        The layer's id.
    channel
        The number of the output channel, from 0.
    position
        The number of the depth or step to show, from 0, if the output has several.
    """
    built = load_model(experiment, path)
    _, prepared = load_image(experiment, image_ref)
    arrays = layer_arrays(experiment, built, prepared, layer_id)
    layer = next((candidate for candidate in experiment.layers if candidate.id == layer_id), None)
    if layer is None or layer_id not in arrays:
        return WeightedSum(missing="This layer cannot take what it gets; Define says why.")
    wrapped, keras_layer = unwrap_layer_pair(layer, built.get_layer(layer_id))
    input_ids = inputs_of(experiment)[layer_id]
    take_apart = SUM_READERS.get(wrapped.entry.trait("sums", ""))
    if take_apart is None or len(input_ids) != 1:
        return WeightedSum(missing=f"Its numbers are no weighted sums over a window. {layer.entry.sentence}")
    inputs, outputs = arrays[input_ids[0]][0], arrays[layer_id][0]
    flat, steps = shape_before_flatten(experiment, arrays, layer_id), 1
    if layer.entry.trait("each_step"):  # the wrapped layer sees a single step
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


def _activation(keras_layer: Any) -> str:
    """Return the name of a layer's activation. Return an empty string if no activation changes the sums."""
    function = getattr(keras_layer, "activation", None)
    if function is None or function is keras.activations.linear:
        return ""
    return str(getattr(function, "__name__", type(function).__name__))


def _agrees(result: WeightedSum) -> bool:
    """Return whether the sums equal Keras' output at some positions. Sums that differ from the output are not shown."""
    assert result.before is not None
    height, width = result.before.shape
    scale = max(1.0, float(np.abs(result.before).max()))
    return all(
        abs(total(result, row, column) - float(result.before[row, column])) <= MOST_SUM_ERROR * scale
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
    """Return the sums of a separable convolution. Its two steps are linear, so together they are a single convolution."""
    deep, point = _array(call.layer.depthwise_kernel), _array(call.layer.pointwise_kernel)
    mixing = point.reshape(*deep.shape[-2:], -1)[..., call.channel]
    kernel = (deep * mixing).sum(axis=-1)
    note = "Its two steps are shown as one: each channel's pattern, times what the mixing makes of it."
    return replace(_windowed(call, kernel, _sliding(call, kernel), 0), note=note)


def _transposed(call: LayerCall) -> WeightedSum:
    kernel = _array(call.layer.kernel)[..., call.channel, :]
    strides, dilation = _each(call.layer.strides, call.axes), _each(call.layer.dilation_rate, call.axes)
    taps = [
        transposed_windows(*sizes, padding=call.layer.padding)
        for sizes in zip(call.inputs.shape, call.outputs.shape, kernel.shape, strides, dilation, strict=False)
    ]
    return _windowed(call, kernel, taps, 0)


def _sliding(call: LayerCall, kernel: np.ndarray) -> list[ReceptiveWindows]:
    strides, dilation = _each(call.layer.strides, call.axes), _each(call.layer.dilation_rate, call.axes)
    return [
        sliding_windows(*sizes, padding=call.layer.padding)
        for sizes in zip(call.inputs.shape, call.outputs.shape, kernel.shape, strides, dilation, strict=False)
    ]


def _windowed(call: LayerCall, kernel: np.ndarray, taps: list[ReceptiveWindows], first: int) -> WeightedSum:
    """Return the weighted sums of a window that moves along up to three axes.

    Parameters
    ----------
    call
        The layer, its inputs and its outputs.
    kernel
        The kernel of the output channel, of shape (size along each axis ..., input channels).
    taps
        The windows along each axis.
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
            rows=taps[0],
            columns=whole_axis_window(count),
            inputs=inputs[..., None],
            weights=kernel[..., None],
            channels=("",),
        )
        return replace(result, bias=bias, before=before[:, None], outputs=outputs[:, None])
    if call.axes == 2:
        result = WeightedSum(rows=taps[0], columns=taps[1], inputs=inputs, weights=kernel, channels=names)
        return replace(result, bias=bias, before=before, outputs=outputs)
    depth = call.position % len(outputs)
    inside = [(position, own) for position, own in taps[0][depth] if position >= 0]
    return WeightedSum(
        rows=taps[1],
        columns=taps[2],
        inputs=np.concatenate([inputs[position] for position, _ in inside], axis=-1),
        weights=np.concatenate([kernel[own] for _, own in inside], axis=-1),
        bias=bias,
        before=before[depth],
        outputs=outputs[depth],
        channels=tuple(f"depth {position + 1}, {name}" for position, _ in inside for name in names),
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
        result = WeightedSum(rows=taps[0], columns=whole_axis_window(1), inputs=values[:, None, None])
        return replace(result, before=outputs[:, None], outputs=outputs[:, None], channels=("",))
    if call.axes == 2:
        return WeightedSum(
            rows=taps[0], columns=taps[1], inputs=values[..., None], before=outputs, outputs=outputs, channels=("",)
        )
    depth = call.position % lengths[0]
    inside = [position for position, _ in taps[0][depth] if position >= 0]
    return WeightedSum(
        rows=taps[1],
        columns=taps[2],
        inputs=values[inside].transpose(1, 2, 0),
        before=outputs[depth],
        outputs=outputs[depth],
        channels=tuple(f"depth {position + 1}" for position in inside),
        slices=lengths[0],
        slice_name="depth",
    )


def _pool_taps(call: LayerCall, lengths: tuple[int, ...]) -> list[ReceptiveWindows]:
    """Return the receptive windows of pooling along each axis: sliding, adaptive, or a window over the whole axis."""
    if hasattr(call.layer, "pool_size"):
        sizes, strides = _each(call.layer.pool_size, call.axes), _each(call.layer.strides, call.axes)
        return [
            sliding_windows(*each, 1, padding=call.layer.padding)
            for each in zip(call.inputs.shape, lengths, sizes, strides, strict=False)
        ]
    if hasattr(call.layer, "output_size"):
        return [adaptive_windows(*each) for each in zip(call.inputs.shape, lengths, strict=False)]
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
    """Return the 2D shape in which a row of numbers is drawn: full lines of equal length, or a single line."""
    lines = [count // length for length in range(SHORTEST, LONGEST + 1) if count % length == 0]
    height = lines[-1] if lines and count > LONGEST else 1
    return height, count // height, 1


def _array(variable: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(variable))


def _each(value: Any, axes: int) -> tuple[int, ...]:
    """Return the value of an argument for each axis. A single number is the value for all axes."""
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
