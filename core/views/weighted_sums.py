"""The weighted sum by which a layer computes a number of its output from a window, which is a part of its input.

Convolution, pooling and Dense layers have the same form: each output position uses some rows and columns of the input,
each with a row or column of the weights.
"""

from dataclasses import dataclass

import numpy as np

from core.experiment.image_ref import ImageRef
from core.views.shared.question import NetworkQuestion

SUM, LARGEST, MEAN = "sum", "largest", "mean"
ReceptiveWindows = tuple[tuple[tuple[int, int], ...], ...]  # for each output position: (input position, weight position)


@dataclass(frozen=True)
class WeightedSum:
    """The inputs, weights and receptive windows from which a layer computes a channel of its output for an image."""

    kind: str = SUM  # SUM, LARGEST or MEAN
    rows: ReceptiveWindows = ()  # an input row of -1 lies in the zero padding
    columns: ReceptiveWindows = ()
    inputs: np.ndarray | None = None  # float32 (rows, columns, channels): the input channels that this channel reads
    weights: np.ndarray | None = None  # float32 (rows, columns, channels); None in pooling
    bias: float | None = None  # None without a bias
    before: np.ndarray | None = None  # float32 (rows, columns): Keras' values before the activation
    activation: str = ""  # "" without an activation
    outputs: np.ndarray | None = None  # float32 (rows, columns): the layer's output
    channels: tuple[str, ...] = ()  # names of the input's channels
    slices: int = 1  # number of depths, steps or moments; one of them is shown
    slice_name: str = ""  # such as "step"
    note: str = ""  # a remark for the person who looks at the page
    missing: str = ""  # the reason why the computation cannot be shown, or ""


@dataclass(frozen=True)
class WeightedSumQuestion(NetworkQuestion[WeightedSum]):
    """A request for the inputs, weights and windows from which a layer computes a channel of its output for an image."""

    image: ImageRef
    layer: str  # the layer's id
    channel: int  # the output channel, from 0
    position: int  # the depth or step, from 0, if the layer has several

    function = "core.worker.views.weighted_sums:sums"
    kept = 60


def terms(sums: WeightedSum, row: int, column: int) -> list[tuple[int, int, int, float, float]]:
    """Return the terms of an output's sum: (row, column, channel, input, weight) for each input inside the picture."""
    assert sums.inputs is not None
    products = []
    for above, weight_row in sums.rows[row]:
        for left, weight_column in sums.columns[column]:
            if above >= 0 and left >= 0:
                for channel in range(sums.inputs.shape[2]):
                    weight = 1.0 if sums.weights is None else float(sums.weights[weight_row, weight_column, channel])
                    products.append((above, left, channel, float(sums.inputs[above, left, channel]), weight))
    return products


def total(sums: WeightedSum, row: int, column: int) -> float:
    """Compute an output before its activation: the sum of the products plus bias, the maximum, or the mean."""
    products = [value * weight for _, _, _, value, weight in terms(sums, row, column)]
    if sums.kind == LARGEST:
        return max(products)
    return sum(products) / len(products) if sums.kind == MEAN else sum(products) + (sums.bias or 0.0)
