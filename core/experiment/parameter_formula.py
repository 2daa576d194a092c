"""The formula for the number of a layer's parameters."""

from core.experiment.model import Layer
from core.experiment.shapes import LayerRow


def parameter_formula(layer: Layer, row: LayerRow) -> str:
    """Write the parameters of a layer as units times weights: "128 × (784 weights + 1 bias)".

    Parameters
    ----------
    layer
        The layer.
    row
        Its row of the summary.

    Returns
    -------
    str
        The formula, or an empty string if the parameters do not belong to units or filters.
    """
    units = row.output_shape[-1] if row.output_shape else None
    if (
        layer.entry.trait("sums") not in ("dense", "convolution")
        or not units
        or not row.parameters
        or row.parameters % units
    ):
        return ""
    each, bias = row.parameters // units, bool(layer.values.get("use_bias"))
    weights = f"{each - bias:,} {'weight' if each - bias == 1 else 'weights'}"
    return f"{units:,} × ({weights} + 1 bias)" if bias else f"{units:,} × {weights}"
