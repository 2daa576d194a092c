"""One number of a layer: its window in the input, the weights, their products and the sum, by pointer or arrow keys."""

import base64
import hashlib

import numpy as np
import streamlit as st

from core.sums import Sums
from pages.components import FOLDER

_HTML, _CSS = ((FOLDER / f"window.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
_JS = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in ("keeping.js", "window_sums.js", "window.js"))
_WINDOW = st.components.v2.component("window", html=_HTML, css=_CSS, js=_JS)


def window(sums: Sums, *, layer: str, takes: str, gives: str, key: str) -> None:
    """One channel of a layer, number by number.

    Parameters
    ----------
    sums : what it is made of; not a missing one.
    layer : its id; the browser tab keeps the place that is looked at in each.
    takes, gives : what goes in and what comes out, in words.
    key : of the element.
    """
    arrays = {name: _packed(getattr(sums, name)) for name in ("inputs", "weights", "before", "outputs")}
    data = {
        **arrays,
        "shape": list(np.shape(sums.inputs)),
        "weightShape": list(np.shape(sums.weights)),
        "kind": sums.kind,
        "rows": sums.rows,
        "columns": sums.columns,
        "bias": sums.bias or 0.0,
        "hasBias": sums.bias is not None,
        "activation": sums.activation,
        "channels": list(sums.channels),
        "note": sums.note,
        "layer": layer,
        "takes": takes,
        "gives": gives,
    }
    content = hashlib.sha256("".join((*arrays.values(), layer, takes, gives)).encode()).hexdigest()
    _WINDOW(key=key, data={**data, "content": content})


def _packed(values: np.ndarray | None) -> str:
    """Numbers as float32 in base 64, which is a third as long as JSON; "" for none."""
    return "" if values is None else base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")
