"""The computation of a single output number of a layer: the input window, the weights, their products and the sum."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.experiment.descriptions import layer_titles
from core.experiment.graph import inputs_of
from core.experiment.model import Experiment, Layer
from core.views.weighted_sums import WeightedSum
from pages.components.browser_modules import do_nothing, register
from pages.shell.messages import escape_markdown
from pages.views.shared.moments import Side

_WEIGHTED_SUMS = register("weighted_sums", folder="views/weighted_sums")
ARRAYS = ("inputs", "weights", "before", "outputs")


@dataclass(frozen=True)
class Opened:
    """The output number of a layer that the visitor opened."""

    experiment: Experiment
    layer: Layer
    channel: int  # or unit, from 0
    position: int  # of its slice, from 0


def draw(
    sides: Sequence[Side], several: Sequence[WeightedSum], opened: Opened, on_chosen: Callable[[], None] | None
) -> None:
    """Draw the numbers of a layer's channel with their computation, at a moment or at two moments side by side.

    Parameters
    ----------
    sides
        The moments. The browser tab keeps the last position in each layer for all of them.
    several
        The sums of the channel at each moment.
    opened
        The opened number.
    on_chosen
        Called when a person chose a number of the layer, by a click or by the arrow keys, or None.
    """
    if missing := next((sums.missing for sums in several if sums.missing), ""):
        st.info(escape_markdown(missing))
        return
    hint = "Point at a number, or use the arrow keys: the window that it sees, the weights, and what they add up to."
    both = "Both moments show the same place." if len(sides) > 1 else ""
    st.caption(" ".join(filter(None, (hint, both, sides[0].scale))))
    takes, gives = _words(opened, several[0])
    data = {
        "sides": [_side(side.name, sums) for side, sums in zip(sides, several, strict=True)],
        "layer": opened.layer.id,
        "takes": takes,
        "gives": gives,
        "common": sides[0].common,
        "isNoted": on_chosen is not None,
    }
    content = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    _WEIGHTED_SUMS(key="opened-window", data={**data, "content": content}, on_chosen_change=on_chosen or do_nothing)


def _words(opened: Opened, sums: WeightedSum) -> tuple[str, str]:
    """Return names of the input and of the output of the layer."""
    titles, layer = layer_titles(opened.experiment), opened.layer
    takes = " and ".join(titles[input_id] for input_id in inputs_of(opened.experiment)[layer.id])
    where = f", {sums.slice_name} {opened.position + 1}" if sums.slices > 1 else ""
    unit_name = "unit" if layer.entry.trait("output_size_argument") else "channel"
    return takes, f"{titles[layer.id]}, {unit_name} {opened.channel + 1}{where}"


def _side(name: str, sums: WeightedSum) -> dict[str, Any]:
    """Return the channel at a moment in the form of side.d.ts, for the component."""
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
    """Pack numbers as float32 in base 64, which is a third as long as JSON. Return an empty string for None."""
    return "" if values is None else base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")
