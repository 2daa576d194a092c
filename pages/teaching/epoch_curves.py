"""Small charts of loss or accuracy by epoch, for training and validation."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.analysis.curve_axes import guess_levels
from core.experiment.model import Experiment
from core.number_text import accuracy_text, loss_text
from pages.widgets.epoch_chart import epoch_figure, training_and_validation

HEIGHT = 270  # pixels
AXIS = 48  # pixels at the left of a chart with a marked epoch, for the numbers of its axis
LINE = "#7D8790"  # stands out from both themes
SETS = (("training", ""), ("validation", "val_"))
TEXTS = {"loss": loss_text, "accuracy": accuracy_text}
MOST_SAID = 6  # epochs whose numbers the text alternative names

Epochs = Sequence[Mapping[str, float | None]]


def figure(epochs: Epochs, number: str, experiment: Experiment, *, marked: int | None = None) -> go.Figure:
    """Return the chart of the loss or the accuracy by epoch, for training and validation.

    Parameters
    ----------
    epochs
        The numbers of each epoch, as Keras names them.
    number
        "loss" or "accuracy".
    experiment
        The experiment of the run, from which the level of chance follows.
    marked
        The epoch at which a line stands, from 1, or None for no line.
    """
    training, validation = ([epoch.get(prefix + number) for epoch in epochs] for _, prefix in SETS)
    lines = training_and_validation(training, validation)
    chart = epoch_figure(lines, number, chance=guess_levels(experiment)[number], has_gap=True, height=HEIGHT)
    if marked is not None:
        chart.add_vline(x=marked, line={"color": LINE, "width": 3})
        chart.update_layout(margin={"l": AXIS}).update_yaxes(automargin=False)
    return chart


def slider_room(chart: go.Figure, last: int) -> dict[str, float]:
    """Return the room beside a slider whose epochs, from 1 to the last, stand below those of a chart with a marked epoch.

    `left-pixels` and `right-pixels` are the margins of the chart. `left-share` and `right-share` are the shares of the axis
    before the first and behind the last epoch.
    """
    start, end = chart.layout.xaxis.range
    shares = {"left-share": (1 - start) / (end - start), "right-share": (end - last) / (end - start)}
    return {"left-pixels": AXIS, "right-pixels": chart.layout.margin.r, **shares}


def words(epochs: Epochs, number: str, epoch: int) -> str:
    """Return the losses or accuracies after an epoch in words, such as "training loss 0.21, validation loss 0.35"."""
    values = ((name, epochs[epoch - 1].get(prefix + number)) for name, prefix in SETS)
    return ", ".join(f"{name} {number} {TEXTS[number](value)}" for name, value in values if value is not None)


def text_alternative(epochs: Epochs, number: str) -> str:
    """Describe the curves for screen readers, by the values of a few epochs from the first to the last."""
    step = max(1, (len(epochs) - 1) // (MOST_SAID - 1))
    said = sorted({*range(1, len(epochs) + 1, step), len(epochs)})
    return f"{number.capitalize()} by epoch. " + "; ".join(
        f"epoch {epoch}: {words(epochs, number, epoch)}" for epoch in said
    )
