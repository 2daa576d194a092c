"""The gradients of all weights of a layer for a batch, and the change of the loss after a step."""

import base64

import numpy as np
import streamlit as st

from core.teaching.shows.all_weights import AllWeightsData
from core.views.all_weights import AllWeights
from pages.components.browser_modules import register
from pages.shell.messages import escape_markdown
from pages.views.shared.view_context import ViewContext

_ALL_WEIGHTS = register("all_weights", folder="views/all_weights")
ZERO, FURTHEST = 128, 127  # the byte of a gradient of 0, and the distance from this byte to that of the largest gradient
MOST_MAPS = 24  # units that are drawn


def draw(shown: ViewContext) -> None:
    """Draw the gradients of all weights. See `pages.views.shared.view_context.ViewContext`."""
    ground: AllWeightsData = shown.ground
    batch = ground.batch
    if batch.missing:
        st.info(escape_markdown(batch.missing), icon=":material/info:")
        return
    assert batch.gradient is not None
    inputs, units = batch.gradient.shape
    rows = batch.input_shape[0] if batch.input_shape else 1
    largest = float(np.abs(batch.gradient).max())
    data = shown.data() | {
        "shape": [rows, inputs // rows],
        "gradients": _bytes(batch, largest),
        "drawn": min(units, MOST_MAPS),
        "units": units,
        "largest": largest,
        "input": batch.input,
        "unit": batch.unit,
        "each": list(batch.each),
        "mean": batch.mean,
        "count": batch.num_weights,
        "before": batch.loss_before,
        "steps": [[step.rate, step.loss, step.promised] for step in batch.steps],
        "difference": batch.largest_difference,
        "words": ground.words,
    }
    _ALL_WEIGHTS(key=shown.key, data=data, on_moved_change=shown.on_move)


def _bytes(batch: AllWeights, largest: float) -> str:
    """Return the gradients of the drawn units as bytes in base 64, unit by unit."""
    assert batch.gradient is not None
    shares = batch.gradient[:, :MOST_MAPS].T / (largest or 1.0)
    return base64.b64encode((ZERO + np.rint(shares * FURTHEST)).astype("uint8").tobytes()).decode("ascii")
