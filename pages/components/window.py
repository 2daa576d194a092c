"""One number of a layer: its window in the input, the weights, their products and the sum, by pointer or arrow keys."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.weighted_sums import WeightedSum
from pages.components import FOLDER

_HTML, _CSS = ((FOLDER / f"window.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
_SCRIPTS = ("keeping.js", "window_sums.js", "ink.js", "window_parts.js", "window.js")
_JS = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)
_WINDOW = st.components.v2.component("window", html=_HTML, css=_CSS, js=_JS)
ARRAYS = ("inputs", "weights", "before", "outputs")


def window(
    sides: Sequence[tuple[str, WeightedSum]], *, layer: str, takes: str, gives: str, common: bool = False, key: str
) -> None:
    """One channel of a layer, number by number, at one moment or at two beside each other, always at the same place.

    Parameters
    ----------
    sides : each moment's name, "" where it stands alone, and what the channel is made of then; none a missing one.
    layer : its id; the browser tab keeps the place that is looked at in each.
    takes, gives : what goes in and what comes out, in words.
    common : whether the colours of all moments are on one scale.
    key : of the element.
    """
    data = {
        "sides": [_side(name, sums) for name, sums in sides],
        "layer": layer,
        "takes": takes,
        "gives": gives,
        "common": common,
    }
    content = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    _WINDOW(key=key, data={**data, "content": content})


def _side(name: str, sums: WeightedSum) -> dict[str, Any]:
    """One moment, as the browser takes it."""
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
