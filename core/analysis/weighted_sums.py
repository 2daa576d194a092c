"""How one number of a layer comes about: window, weights, products, sum; `core.worker.interpret.weighted_sums` fills it in.

A layer's numbers are laid out so that all kinds are taken apart alike: each output place takes certain rows and columns of
the input, each with a row or column of the weights.
"""

from dataclasses import dataclass

import numpy as np

SUM, LARGEST, MEAN = "sum", "largest", "mean"
ReceptiveWindows = tuple[
    tuple[tuple[int, int], ...], ...
]  # for each place of the output: (place of the input, place of the weights)


@dataclass(frozen=True)
class WeightedSum:
    """One channel of a layer's output, taken apart."""

    kind: str = SUM  # SUM, LARGEST or MEAN
    rows: ReceptiveWindows = ()  # an input row of -1 lies outside, where all is 0
    columns: ReceptiveWindows = ()
    inputs: np.ndarray | None = None  # float32 (rows, columns, channels): those that the channel looks at
    weights: np.ndarray | None = None  # float32 (rows, columns, channels); None in pooling
    bias: float | None = None  # that is added; None for none
    before: np.ndarray | None = None  # float32 (rows, columns): Keras' own numbers before the activation
    activation: str = ""  # that follows; "" for none
    outputs: np.ndarray | None = None  # float32 (rows, columns): what the layer gives
    channels: tuple[str, ...] = ()  # names of the input's channels
    slices: int = 1  # how many there are of which one was taken: depths, steps or moments
    slice_name: str = ""  # what one is called
    note: str = ""  # what else is to be known
    missing: str = ""  # why the numbers of this layer cannot be taken apart; "" where they can


def terms(sums: WeightedSum, row: int, column: int) -> list[tuple[int, int, int, float, float]]:
    """What one number is made of: (row, column, channel, input, weight) of each place that lies inside."""
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
    """One number before its activation: the sum of the products and the bias, or the largest, or the mean."""
    products = [value * weight for _, _, _, value, weight in terms(sums, row, column)]
    if sums.kind == LARGEST:
        return max(products)
    return sum(products) / len(products) if sums.kind == MEAN else sum(products) + (sums.bias or 0.0)
