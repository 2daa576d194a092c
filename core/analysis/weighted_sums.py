"""How a layer computes one number: window, weights, products, sum; `core.worker.interpret.weighted_sums` fills it in.

All kinds of layers have the same form: each output position reads some rows and columns of the input, each with a row or
column of the weights.
"""

from dataclasses import dataclass

import numpy as np

SUM, LARGEST, MEAN = "sum", "largest", "mean"
ReceptiveWindows = tuple[tuple[tuple[int, int], ...], ...]  # for each output position: (input position, weight position)


@dataclass(frozen=True)
class WeightedSum:
    """The computation of one channel of a layer's output."""

    kind: str = SUM  # SUM, LARGEST or MEAN
    rows: ReceptiveWindows = ()  # an input row of -1 lies in the zero padding
    columns: ReceptiveWindows = ()
    inputs: np.ndarray | None = None  # float32 (rows, columns, channels): the input channels that this channel reads
    weights: np.ndarray | None = None  # float32 (rows, columns, channels); None in pooling
    bias: float | None = None  # None if there is none
    before: np.ndarray | None = None  # float32 (rows, columns): Keras' values before the activation
    activation: str = ""  # "" if there is none
    outputs: np.ndarray | None = None  # float32 (rows, columns): the layer's output
    channels: tuple[str, ...] = ()  # names of the input's channels
    slices: int = 1  # number of depths, steps or moments, of which one is shown
    slice_name: str = ""  # such as "step"
    note: str = ""  # a remark for the reader
    missing: str = ""  # why the computation cannot be shown; "" if it can


def terms(sums: WeightedSum, row: int, column: int) -> list[tuple[int, int, int, float, float]]:
    """The terms of one output: (row, column, channel, input, weight) of each input position inside the picture."""
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
    """One output before its activation: the sum of the products plus bias, the maximum, or the mean."""
    products = [value * weight for _, _, _, value, weight in terms(sums, row, column)]
    if sums.kind == LARGEST:
        return max(products)
    return sum(products) / len(products) if sums.kind == MEAN else sum(products) + (sums.bias or 0.0)
