"""The chart of a metric by epoch, with names and values at the ends of the lines, and guessing as a dotted line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import plotly.graph_objects as go
import streamlit as st

from core.analysis.curve_axes import axis_limits
from core.analysis.curves import MAXIMUM_POINTS
from core.number_text import metric_text
from core.runs.comparison import Band
from pages.shell.colours import GAP, TRAINING, TRAINING_DARK, VALIDATION, VALIDATION_DARK
from pages.widgets.charts import integer_ticks

HEIGHT = 340  # pixels
AXIS_PIXELS = 70  # pixels of the height for the axis below the lines
LINE_OF_TEXT = 20  # pixels between labels
LETTER = 9  # pixels: the width of a letter of a label, at most
ROOM = 0.04  # the room behind the last epoch, as a share of the axis
BAND = "rgba(128,128,128,0.22)"
QUIET = "#808890"  # the grey of chance and of means, visible on white and on black
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True)
class EpochLine:
    """A line of the chart.

    Attributes
    ----------
    label
        The name at the end of the line.
    values
        The value after each epoch. None stands for a value that is not finite.
    colour
        The colour of the line.
    dash
        The dash of the line, by Plotly's names.
    is_mean
        Whether each value is the mean of an epoch, as of the training set. Such a line has steps.
    has_dots
        Whether each value is a dot, as of a set that is measured at the end of an epoch.
    is_named
        Whether the name stands beside the last value. In a chart with a legend, it does not.
    """

    label: str
    values: Sequence[float | None]
    colour: str
    dash: str = "solid"
    is_mean: bool = False
    has_dots: bool = False
    is_named: bool = True

    @property
    def end(self) -> tuple[int, float]:
        """The last epoch that has a value, and the value."""
        return [(epoch, value) for epoch, value in enumerate(self.values, 1) if value is not None][-1]


class End(NamedTuple):
    """The label at the end of a line, and the end."""

    label: str
    epoch: float
    value: float
    colour: str


def training_and_validation(training: Sequence[float | None], validation: Sequence[float | None]) -> tuple[EpochLine, ...]:
    """Return the lines of a run, in the colours and shapes that they have on Train. A line without a value is left out."""
    is_dark = st.context.theme.type == "dark"
    colours = (TRAINING_DARK, VALIDATION_DARK) if is_dark else (TRAINING, VALIDATION)
    lines = (
        EpochLine("training", training, colours[0], is_mean=True),
        EpochLine("validation", validation, colours[1], has_dots=True),
    )
    return tuple(line for line in lines if any(value is not None for value in line.values))


def epoch_figure(
    lines: Sequence[EpochLine],
    name: str,
    *,
    chance: float | None = None,
    bands: Sequence[tuple[str, Band]] = (),
    has_gap: bool = False,
    height: int = HEIGHT,
) -> go.Figure:
    """Return a chart of a metric with several lines.

    Parameters
    ----------
    lines
        The lines. Each has a finite value, and one has several epochs.
    name
        "loss" or "accuracy".
    chance
        The value of a network that only guesses, or None for no line of chance.
    bands
        Labels with the mean and the range of repeated runs.
    has_gap
        Whether the area between the first and the second line, if there are two, is shaded.
    height
        The height of the chart, in pixels.
    """
    longest = max(len(line.values) for line in lines)
    known = [value for line in lines for value in line.values if value is not None]
    known += [value for _, band in bands for value in (*band.lowest, *band.highest)]
    low, high = axis_limits(known, name, chance)
    figure = go.Figure()
    for label, band in bands:
        _add_band(figure, label, band)
    if has_gap and len(lines) == 2:
        _shade_gap(figure, *lines)
    for line in lines:
        _add_line(figure, line)
    edge = longest * (1 + ROOM)
    ends = _ends(lines, name)
    if chance is not None and low <= chance <= high:
        figure.add_hline(y=chance, line={"color": QUIET, "width": 1.5, "dash": "3px,4px"}, layer="below")
        ends.append(End(f"guessing {chance:.3g}", edge, chance, QUIET))
    heights = spread_labels([end.value for end in ends], low, high, height)
    for end, at in zip(ends, heights, strict=True):
        _add_label(figure, end, (edge, at))
    room = LETTER * (1 + max(len(end.label) for end in ends))
    start = 0 if any(line.is_mean for line in lines) else 1 - ROOM / 2 * longest
    figure.update_layout(height=height, margin={"l": 0, "r": room, "t": 10, "b": 0}, showlegend=False)
    figure.update_xaxes(title="epoch", range=[start, edge], zeroline=False, fixedrange=True, **integer_ticks(longest))
    figure.update_yaxes(range=[low, high], nticks=6, zeroline=False, fixedrange=True)
    return figure


def _ends(lines: Sequence[EpochLine], name: str) -> list[End]:
    """Return the labels at the ends of the lines. Lines that end at the same value share a label."""
    several: dict[tuple[int, str], list[EpochLine]] = {}
    for line in lines:
        epoch, value = line.end
        several.setdefault((epoch, metric_text(name, value)), []).append(line)
    return [
        End(f"{', '.join(line.label for line in same)} {value}" if same[0].is_named else value, *same[0].end, same[0].colour)
        for (_, value), same in several.items()
    ]


def _add_line(figure: go.Figure, line: EpochLine) -> None:
    epochs, values = _points(line)
    if line.is_mean:
        epochs, values = [epochs[0] - 1, *epochs], [values[0], *values]
    has_dots = line.has_dots or len(line.values) == 1  # a single epoch beside longer lines is a dot
    figure.add_scatter(
        x=epochs,
        y=values,
        name=line.label,
        mode="lines+markers" if has_dots else "lines",
        line={"color": line.colour, "dash": line.dash, "width": 2.5, "shape": "vh" if line.is_mean else "linear"},
        hovertemplate="%{fullData.name}, epoch %{x}: %{y:.3g}<extra></extra>",
    )


def _add_label(figure: go.Figure, end: End, position: tuple[float, float]) -> None:
    """Write the label of a line at the right edge of the chart, with a thin line from the end of the line."""
    figure.add_scatter(
        x=[end.epoch, position[0]],
        y=[end.value, position[1]],
        mode="lines+text",
        text=["", f" {end.label}"],
        textposition="middle right",
        line={"color": end.colour, "width": 1, "dash": "1px,3px"},
        showlegend=False,
        cliponaxis=False,
        hoverinfo="skip",
    )


def _shade_gap(figure: go.Figure, first: EpochLine, second: EpochLine) -> None:
    for line, fill in ((first, None), (second, "tonexty")):
        epochs, values = _points(line)
        hidden = {"width": 0, "shape": "vh" if line.is_mean else "linear"}
        figure.add_scatter(x=epochs, y=values, mode="lines", line=hidden, fill=fill, fillcolor=GAP, hoverinfo="skip")


def _add_band(figure: go.Figure, label: str, band: Band) -> None:
    indexes = thinned_indexes(len(band.mean))
    epochs = [index + 1 for index in indexes]
    for edge, fill in ((band.lowest, None), (band.highest, "tonexty")):
        edge_line = {"width": 0, "color": QUIET}
        values = [edge[index] for index in indexes]
        figure.add_scatter(x=epochs, y=values, mode="lines", line=edge_line, fill=fill, fillcolor=BAND, hoverinfo="skip")
    figure.add_scatter(
        x=epochs,
        y=[band.mean[index] for index in indexes],
        name=label,
        mode="lines",
        line={"color": QUIET, "width": 3},
        hovertemplate="%{fullData.name}, epoch %{x}: %{y:.3g}<extra></extra>",
    )


def _points(line: EpochLine) -> tuple[list[int], list[float | None]]:
    """Return the epochs and the values of a line that are drawn."""
    indexes = thinned_indexes(len(line.values))
    return [index + 1 for index in indexes], [line.values[index] for index in indexes]


def thinned_indexes(length: int) -> list[int]:
    """Return the indexes of at most MAXIMUM_POINTS points of a curve, evenly spaced from the first to the last."""
    if length <= MAXIMUM_POINTS:
        return list(range(length))
    return [round(number * (length - 1) / (MAXIMUM_POINTS - 1)) for number in range(MAXIMUM_POINTS)]


def spread_labels(heights: Sequence[float], low: float, high: float, pixels: int) -> list[float]:
    """Return the heights of labels, moved as little as needed so that no label covers another.

    `pixels` is the height of the chart.
    """
    gap = min(LINE_OF_TEXT / (pixels - AXIS_PIXELS), 1 / max(1, len(heights) - 1)) * (high - low)
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    moved = [heights[index] for index in order]
    for index in range(1, len(moved)):
        moved[index] = max(moved[index], moved[index - 1] + gap)
    top = high
    for index in reversed(range(len(moved))):
        moved[index] = min(moved[index], top)
        top = moved[index] - gap
    by_index = dict(zip(order, moved, strict=True))
    return [by_index[index] for index in range(len(heights))]
