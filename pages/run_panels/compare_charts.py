"""Charts that compare the curves of several runs, and the spread of runs that repeat an experiment."""

from collections.abc import Sequence
from itertools import cycle, islice

import plotly.graph_objects as go
import streamlit as st

from core.analysis.curves import MAXIMUM_POINTS
from core.number_text import metric_text
from core.runs.comparison import Band, Measure, Outcome, Spread, spread
from pages.shell.colours import RUNS, RUNS_DARK, run_colour
from pages.widgets.charts import LETTERS, chart, integer_ticks

MOST_LINES = 10  # a person cannot distinguish more curves
HEIGHT = 340  # pixels
AXIS_PIXELS = 70  # pixels of the height for the axis below the lines
LINE_OF_TEXT = 20  # pixels between labels
# The colours of lines that are no runs: without another meaning, and visible on white and on black.
COLOURS = ("#8B5FBF", "#A0764A", "#C2558F", "#7A8490", "#8A8A2B")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
BAND = "rgba(128,128,128,0.22)"
BAND_LINE = "#808890"

Line = tuple[str, list[float | None]]  # a label, and a value after each epoch


def overlay(outcomes: Sequence[Outcome]) -> None:
    """Draw a chart of the accuracy and a chart of the loss of several runs, each with a sentence."""
    drawn = [outcome for outcome in outcomes if outcome.epochs][:MOST_LINES]
    if drawn:
        for column, name in zip(st.columns(2), ("accuracy", "loss"), strict=True):
            with column:
                _chart(drawn, name)
    if sum(bool(outcome.epochs) for outcome in outcomes) > MOST_LINES:
        st.caption(f"The first {MOST_LINES} that were selected are drawn; more could not be told apart.")
    if len({outcome.run.experiment.data.dataset for outcome in drawn}) > 1:
        st.caption("These runs learned from different data sets: compare the shapes of their curves, not the heights.")
    elif len({outcome.run.experiment.compile.loss for outcome in drawn}) > 1:
        st.caption("Their losses are different things: compare the shapes of those curves, not the heights.")
    left_out = [outcome for outcome in outcomes if not outcome.epochs]
    if left_out:
        numbers = _listed([f"run {outcome.run.number}" for outcome in left_out])
        st.caption(f"Without a curve, since no epoch is complete: {numbers}.")


def _chart(drawn: Sequence[Outcome], name: str) -> None:
    lines = [(_label(outcome, drawn), outcome.curve(name)) for outcome in drawn]
    lines = [(label, values) for label, values in lines if any(value is not None for value in values)]
    measured_on = dict.fromkeys(outcome.measured_on for outcome in drawn)
    title = f"{' or '.join(measured_on).capitalize()} {name}"
    st.markdown(f"**{title}**")
    if not lines:
        st.caption(f"None of these runs measured the {title.lower()}.")
        return
    if max(len(values) for _, values in lines) == 1:  # a single point is no curve
        ends = [(label, "no number" if end is None else metric_text(name, end)) for label, (end,) in lines]
        st.markdown("\n".join(["After epoch 1, the only epoch:", "", *(f"- {label}: **{end}**" for label, end in ends)]))
        return
    groups = [(group, repeats.bands[name]) for group, repeats in _repeats(drawn) if name in repeats.bands]
    bands = [(f"mean of {_listed(_names(group))}", band) for group, band in groups]
    words = _summary_sentence(lines, name)
    if name == "accuracy":
        words = " ".join([words, *(_kept_words(outcome) for outcome in drawn if outcome.last_epoch_words)])
    figure = _figure(lines, bands, name, colours=_colours(drawn, name))
    chart(figure, key=f"overlay-{name}", words=f"{title} by epoch. {words}")
    st.caption(words)


def curve_figure(lines: Sequence[Line], name: str, height: int = HEIGHT) -> go.Figure:
    """Return a chart of a metric with several curves, which differ in dash and in a label at the end.

    Parameters
    ----------
    lines
        Labels with a value after each epoch. At least one curve has several epochs.
    name
        "loss" or "accuracy".
    height
        The height of the chart, in pixels.
    """
    return _figure(lines, (), name, height)


def _colours(drawn: Sequence[Outcome], name: str) -> list[str]:
    """Return the colours of the runs that measured a metric. A run has the same colour on every page."""
    palette = RUNS_DARK if st.context.theme.type == "dark" else RUNS
    measured = [outcome for outcome in drawn if any(value is not None for value in outcome.curve(name))]
    return [palette[run_colour(outcome.run.number) - 1] for outcome in measured]


def _label(outcome: Outcome, drawn: Sequence[Outcome]) -> str:
    mixed = len({other.measured_on for other in drawn}) > 1
    return f"Run {outcome.run.number}" + (f" ({outcome.measured_on})" if mixed else "")


def _summary_sentence(lines: Sequence[Line], name: str) -> str:
    """Return a sentence about the curves with the best and the worst last value."""
    ends = {label: end for label, values in lines if (end := values[-1]) is not None}
    broken = [label for label, values in lines if values[-1] is None]
    words = f" {_listed(broken)} ended as no number." if broken else ""
    if not ends:
        return words.strip()
    best, worst = (choose(ends, key=lambda label: ends[label]) for choose in ((min, max) if name == "loss" else (max, min)))
    if best == worst or ends[best] == ends[worst]:
        return f"{best} ends at {metric_text(name, ends[best])}.{words}"
    degree = "lowest" if name == "loss" else "highest"
    first, last = (metric_text(name, ends[label]) for label in (best, worst))
    return f"{best} ends {degree}, at {first}; {worst.lower()} ends at {last}.{words}"


def _kept_words(outcome: Outcome) -> str:
    """Say that a run kept other weights than those of its last epoch, so that its result is not the end of its curve."""
    result = metric_text("accuracy", outcome.last("accuracy") or 0.0)
    return f"Run {outcome.run.number} kept other weights than those of its last epoch: they reach {result}."


def _figure(
    lines: Sequence[Line],
    bands: Sequence[tuple[str, Band]],
    name: str,
    height: int = HEIGHT,
    colours: Sequence[str] = COLOURS,
) -> go.Figure:
    longest = max(len(values) for _, values in lines)
    known = [value for _, values in lines for value in values if value is not None]
    known += [value for _, band in bands for value in (*band.lowest, *band.highest)]
    low, high = min(known), max(known)
    margin = 0.06 * (high - low) or 0.05
    low, high = low - margin, high + margin
    figure = go.Figure()
    for label, band in bands:
        _add_band(figure, label, band)
    ends = [_end(values) for _, values in lines]
    heights = spread_labels([last for _, last in ends], low, high, height)
    edge = longest + 0.04 * longest
    styles = islice(zip(cycle(colours), cycle(DASHES), strict=False), len(lines))
    for (label, values), (colour, dash), end, at in zip(lines, styles, ends, heights, strict=True):
        _add_line(figure, label, values, colour, dash)
        _add_label(figure, f"{label} {metric_text(name, end[1])}", end, (edge, at), colour)
    room = 10 + 9 * max(len(label) + len(metric_text(name, end[1])) + 1 for (label, _), end in zip(lines, ends, strict=True))
    figure.update_layout(height=height, margin={"l": 0, "r": room, "t": 10, "b": 0}, showlegend=False)
    figure.update_xaxes(title="epoch", range=[1 - 0.02 * longest, edge], **integer_ticks(longest))
    figure.update_yaxes(range=[low, high])
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        axis.update(zeroline=False)
    return figure


def _add_line(figure: go.Figure, label: str, values: Sequence[float | None], colour: str, dash: str) -> None:
    indexes = thinned_indexes(len(values))
    figure.add_scatter(
        x=[index + 1 for index in indexes],
        y=[values[index] for index in indexes],
        name=label,
        mode="lines+markers" if len(values) == 1 else "lines",  # markers for a run with a single epoch beside longer runs
        line={"color": colour, "dash": dash, "width": 2.5},
        hovertemplate="%{fullData.name}, epoch %{x}: %{y:.3g}<extra></extra>",
    )


def _add_label(figure: go.Figure, label: str, end: tuple[int, float], position: tuple[float, float], colour: str) -> None:
    """Write the label of a curve at the right edge of the chart, with a thin line from the end of the curve."""
    figure.add_scatter(
        x=[end[0], position[0]],
        y=[end[1], position[1]],
        mode="lines+text",
        text=["", f" {label}"],
        textposition="middle right",
        textfont={"size": LETTERS, "color": colour},
        line={"color": colour, "width": 1, "dash": "1px,3px"},
        cliponaxis=False,
        hoverinfo="skip",
    )


def _add_band(figure: go.Figure, label: str, band: Band) -> None:
    indexes = thinned_indexes(len(band.mean))
    epochs = [index + 1 for index in indexes]
    for edge, fill in ((band.lowest, None), (band.highest, "tonexty")):
        edge_line = {"width": 0, "color": BAND_LINE}
        values = [edge[index] for index in indexes]
        figure.add_scatter(x=epochs, y=values, mode="lines", line=edge_line, fill=fill, fillcolor=BAND, hoverinfo="skip")
    figure.add_scatter(
        x=epochs,
        y=[band.mean[index] for index in indexes],
        name=label,
        mode="lines",
        line={"color": BAND_LINE, "width": 3},
        hovertemplate="%{fullData.name}, epoch %{x}: %{y:.3g}<extra></extra>",
    )


def _end(values: Sequence[float | None]) -> tuple[int, float]:
    """Return the last epoch that has a value, and the value."""
    return [(epoch, value) for epoch, value in enumerate(values, 1) if value is not None][-1]


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


# Repeats with other seeds


def repeats_card(outcomes: Sequence[Outcome]) -> None:
    """Draw the mean and the spread of runs that repeat an experiment with other seeds."""
    for group, repeats in _repeats(outcomes):
        with st.container(key=f"spread-{group[0].run.series}"):
            names = _listed(_names(group))
            st.markdown(f"**The same experiment with other seeds:** {names}")
            with st.container(horizontal=True):
                for name, measure in repeats.finals.items():
                    st.metric(f"Validation {name}", _mean(name, measure), help="Mean ± standard deviation (n − 1).")
            st.markdown(" ".join(_range(name, measure) for name, measure in repeats.finals.items()))
            st.caption(
                "± is the standard deviation, with n − 1. In the charts the grey line is their mean, and the grey band "
                "reaches from the lowest to the highest."
            )


def _repeats(outcomes: Sequence[Outcome]) -> list[tuple[list[Outcome], Spread]]:
    """Group the runs that repeat an experiment. Return each group with its mean and spread."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.run.series and outcome.run.is_over and outcome.epochs:
            groups.setdefault(outcome.run.series, []).append(outcome)
    return [(group, spread(group)) for group in groups.values() if len(group) > 1]


def _mean(name: str, measure: Measure) -> str:
    deviation = f" ± {metric_text(name, measure.deviation)}" if measure.deviation is not None else ""
    return f"{metric_text(name, measure.mean)}{deviation}"


def _range(name: str, measure: Measure) -> str:
    lowest, highest = (metric_text(name, value) for value in (measure.lowest, measure.highest))
    return f"Of {measure.count} runs, {name} is {lowest} at the lowest and {highest} at the highest."


def _names(group: Sequence[Outcome]) -> list[str]:
    return [f"run {outcome.run.number}" for outcome in sorted(group, key=lambda outcome: outcome.run.number)]


def _listed(words: Sequence[str]) -> str:
    """Join words as a list in a sentence: "run 1, run 2 and run 3"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
