"""How one number of a layer comes about: its window in the input, the weights, their products and the sum."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.analysis.weighted_sums import WeightedSum
from pages.components.browser_modules import register

_WEIGHTED_SUM = register("weighted_sum")
ARRAYS = ("inputs", "weights", "before", "outputs")


def weighted_sum(
    sides: Sequence[tuple[str, WeightedSum]], *, layer: str, takes: str, gives: str, common: bool = False, key: str
) -> None:
    """Show a channel of a layer number by number, at a moment, or at two moments side by side.

    Parameters
    ----------
    sides
        The name of each moment, "" where it stands alone, and the sums of the channel at it; at least one.
    layer
        The layer's id; the browser tab keeps the last position in each layer.
    takes, gives
        What goes in and what comes out, in words.
    common
        Whether the colours of all moments are on one scale.
    key
        The key of the element.
    """
    data = {
        "sides": [_side(name, sums) for name, sums in sides],
        "layer": layer,
        "takes": takes,
        "gives": gives,
        "common": common,
    }
    content = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    _WEIGHTED_SUM(key=key, data={**data, "content": content})


def _side(name: str, sums: WeightedSum) -> dict[str, Any]:
    """The channel at one moment, as side.d.ts describes it."""
    return {
        "name": name,
        **{array: _packed(getattr(sums, array)) for array in ARRAYS},
        "shape": list(np.shape(np.asarray(sums.inputs))),
        "weightShape": list(np.shape(np.asarray(sums.weights))),
        "kind": sums.kind,
        "rows": sums.rows,
        "columns": sums.columns,
        "bias": sums.bias or 0.0,
        "hasBias": sums.bias is not None,
        "activation": sums.activation,
        "channels": list(sums.channels),
        "note": sums.note,
    }


def _packed(values: np.ndarray | None) -> str:
    """Numbers as float32 in base 64, which is a third as long as JSON; "" for none."""
    return "" if values is None else base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")
