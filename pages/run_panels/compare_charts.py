"""Charts that compare the curves of several runs, and the spread of runs that repeat an experiment."""

from collections.abc import Sequence
from itertools import cycle

import streamlit as st

from core.analysis.curve_axes import guess_levels
from core.experiment.distinct_values import distinct_values
from core.number_text import metric_text
from core.runs.comparison import Measure, Outcome, Spread, spread
from pages.shell.colours import RUNS, RUNS_DARK, run_colour
from pages.shell.messages import escape_markdown
from pages.widgets.charts import chart
from pages.widgets.epoch_chart import DASHES, EpochLine, epoch_figure

MOST_LINES = 10  # a person cannot distinguish more curves
LONGEST_VALUE = 12  # characters of the value that tells a run apart, beside its line


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
    setting, values = distinct_values([outcome.run.experiment for outcome in drawn])
    lines = _lines(drawn, name, values)
    measured_on = dict.fromkeys(outcome.measured_on for outcome in drawn)
    title = f"{' or '.join(measured_on).capitalize()} {name}"
    st.markdown(f"**{title}**" + (f", by {escape_markdown(setting)}" if setting and len(measured_on) == 1 else ""))
    if not lines:
        st.caption(f"None of these runs measured the {title.lower()}.")
        return
    if max(len(line.values) for line in lines) == 1:  # a single point is no curve
        ends = [f"- {line.label}: **{metric_text(name, line.end[1])}**" for line in lines]
        st.markdown("\n".join(["After epoch 1, the only epoch:", "", *ends]))
        return
    groups = [(group, repeats.bands[name]) for group, repeats in _repeats(drawn) if name in repeats.bands]
    bands = [(f"mean of {_listed(_names(group))}", band) for group, band in groups]
    words = _summary_sentence(lines, name)
    if name == "accuracy":
        words = " ".join([words, *(_kept_words(outcome) for outcome in drawn if outcome.last_epoch_words)])
    levels = {guess_levels(outcome.run.experiment)[name] for outcome in drawn}
    chance = levels.pop() if len(levels) == 1 else None  # runs with other classes or losses guess at other levels
    figure = epoch_figure(lines, name, chance=chance, bands=bands)
    chart(figure, key=f"overlay-{name}", words=f"{title} by epoch. {words}")
    st.caption(words)


def _lines(drawn: Sequence[Outcome], name: str, values: Sequence[str]) -> list[EpochLine]:
    """Return the lines of the runs that measured a metric. A run has the same colour on every page.

    `values` tell the runs apart, see `distinct_values`.
    """
    told_apart = dict(zip((outcome.run.id for outcome in drawn), values, strict=False))
    palette = RUNS_DARK if st.context.theme.type == "dark" else RUNS
    measured = [outcome for outcome in drawn if any(value is not None for value in outcome.curve(name))]
    return [
        EpochLine(
            _label(outcome, drawn, told_apart.get(outcome.run.id, "")),
            outcome.curve(name),
            palette[run_colour(outcome.run.number) - 1],
            dash,
            is_mean=outcome.measured_on == "training",
        )
        for outcome, dash in zip(measured, cycle(DASHES), strict=False)
    ]


def _label(outcome: Outcome, drawn: Sequence[Outcome], value: str) -> str:
    mixed = len({other.measured_on for other in drawn}) > 1
    beside = outcome.measured_on if mixed else value if len(value) <= LONGEST_VALUE else ""
    return f"Run {outcome.run.number}" + (f" ({beside})" if beside else "")


def _summary_sentence(lines: Sequence[EpochLine], name: str) -> str:
    """Return a sentence about the curves with the best and the worst last value."""
    ends = {line.label: end for line in lines if (end := line.values[-1]) is not None}
    broken = [line.label for line in lines if line.values[-1] is None]
    words = f" {_listed(broken)} ended as no number." if broken else ""
    if not ends:
        return words.strip()
    best, worst = (choose(ends, key=lambda label: ends[label]) for choose in ((min, max) if name == "loss" else (max, min)))
    if best == worst or ends[best] == ends[worst]:
        return f"{best} ends at {metric_text(name, ends[best])}.{words}"
    degree = "lowest" if name == "loss" else "highest"
    first, last = (metric_text(name, ends[label]) for label in (best, worst))
    return f"{best} ends {degree}, at {first}; {worst[0].lower()}{worst[1:]} ends at {last}.{words}"


def _kept_words(outcome: Outcome) -> str:
    """Say that a run kept other weights than those of its last epoch, so that its result is not the end of its curve."""
    result = metric_text("accuracy", outcome.last("accuracy") or 0.0)
    return f"Run {outcome.run.number} kept other weights than those of its last epoch: they reach {result}."


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
