"""Small charts of loss or accuracy by epoch, for training and validation."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.number_text import accuracy_text, loss_text
from pages.shell.colours import TRAINING, VALIDATION
from pages.widgets.charts import integer_ticks

HEIGHT = 270  # pixels
LINE = "#7D8790"  # stands out from both themes
SETS = (("training", "", TRAINING, "solid", 3), ("validation", "val_", VALIDATION, "dash", 5))
TEXTS = {"loss": loss_text, "accuracy": accuracy_text}
MOST_SAID = 6  # epochs whose numbers the text alternative names

Epochs = Sequence[Mapping[str, float | None]]


def figure(epochs: Epochs, number: str, *, marked: int | None = None) -> go.Figure:
    """Return the chart of the loss or the accuracy by epoch, for training and validation.

    Parameters
    ----------
    epochs
        The numbers of each epoch, as Keras names them.
    number
        "loss" or "accuracy".
    marked
        The epoch at which a line stands, from 1, or None for no line.
    """
    chart, places = go.Figure(), list(range(1, len(epochs) + 1))
    for name, prefix, colour, dash, width in SETS:
        values = [epoch.get(prefix + number) for epoch in epochs]
        line = {"color": colour, "dash": dash, "width": width}
        chart.add_scatter(x=places, y=values, name=name, mode="lines+markers" if len(places) < 5 else "lines", line=line)
    if marked is not None:
        chart.add_vline(x=marked, line={"color": LINE, "width": 3})
    chart.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
    )
    chart.update_xaxes(title="epoch", range=[0.5, len(places) + 0.5], fixedrange=True, **integer_ticks(len(places)))
    chart.update_yaxes(title=number, rangemode="tozero", fixedrange=True)
    return chart


def words(epochs: Epochs, number: str, epoch: int) -> str:
    """Return the losses or accuracies after an epoch in words, such as "training loss 0.21, validation loss 0.35"."""
    values = ((name, epochs[epoch - 1].get(prefix + number)) for name, prefix, *_ in SETS)
    return ", ".join(f"{name} {number} {TEXTS[number](value)}" for name, value in values if value is not None)


def text_alternative(epochs: Epochs, number: str) -> str:
    """Describe the curves for screen readers, by the values of a few epochs from the first to the last."""
    step = max(1, (len(epochs) - 1) // (MOST_SAID - 1))
    said = sorted({*range(1, len(epochs) + 1, step), len(epochs)})
    return f"{number.capitalize()} by epoch. " + "; ".join(
        f"epoch {epoch}: {words(epochs, number, epoch)}" for epoch in said
    )
