"""The learning rate, constant or a schedule, with a chart of the rate over the whole run."""

import plotly.graph_objects as go
import streamlit as st

from core.catalogue.optimizers import OPTIMIZERS
from core.catalogue.schedules import SCHEDULES
from core.experiment import learning_rates
from core.experiment.edits import set_value
from core.experiment.model import Experiment
from core.parameters import EntryRef
from pages.shell import session
from pages.widgets.catalogue_entry import entry_widgets, show_formula
from pages.widgets.charts import chart, integer_ticks
from pages.widgets.parameter import parameter_widget

CONSTANT, SCHEDULE = "Constant", "Schedule"
FIRST = next(iter(SCHEDULES))  # the schedule to start with
HEIGHT = 240  # pixels
MOST_EPOCH_LINES = 40  # more lines would look like a grey field
LINE = "#8B5FBF"  # no colour of training, validation or test, since this is a plan
EPOCH_LINE = "rgba(128,128,128,0.45)"


def choose_rate(experiment: Experiment, *, drawable: bool) -> None:
    """Draw the choice of a constant learning rate or a schedule, with the settings and the chart of the schedule.

    Parameters
    ----------
    experiment
        The draft.
    drawable
        Whether all values of the draft are allowed, so that a run can be planned.
    """
    parameter = OPTIMIZERS[experiment.compile.optimizer.name].parameter("learning_rate")
    if parameter is None:
        return
    schedule = learning_rates.schedule_of(experiment)
    key = f"rate-kind#{session.revision()}"

    def changed() -> None:
        if session.is_stale_event(key):
            return
        session.change(_with_schedule, FIRST if st.session_state[key] == SCHEDULE else "")

    kind, value = st.columns((2, 3), gap="medium")
    with kind:
        st.segmented_control(
            "Learning rate over the run",
            (CONSTANT, SCHEDULE),
            default=CONSTANT if schedule is None else SCHEDULE,
            required=True,
            key=key,
            disabled=not drawable or bool(session.why_locked("compile")),
            help=session.why_locked("compile")
            or "The size of each step of the weights: the same in the whole run, or planned from step to step.",
            on_change=changed,
        )
    if schedule is None:
        with value:
            parameter_widget(parameter, learning_rates.RATE, experiment)
    else:
        _plan(experiment, schedule, drawable=drawable)


def _with_schedule(experiment: Experiment, name: str) -> Experiment:
    """Return the experiment with the schedule of this name. If the name is empty, the learning rate is constant."""
    suggested, constant = learning_rates.suggested_schedule, learning_rates.constant_rate
    return set_value(experiment, learning_rates.RATE, suggested(name, experiment) if name else constant(experiment))


def _plan(experiment: Experiment, schedule: EntryRef, *, drawable: bool) -> None:
    """Draw the choice of a schedule, its settings, and the chart of the learning rate over the run."""
    entry, names, key = SCHEDULES[schedule.name], tuple(SCHEDULES), f"schedule#{session.revision()}"

    def changed() -> None:
        if session.is_stale_event(key):
            return
        session.change(_with_schedule, st.session_state[key])

    with st.container(border=True, key="card-schedule"):
        st.selectbox(
            "Its change",
            names,
            index=names.index(schedule.name),
            key=key,
            format_func=lambda name: f"{name}: {SCHEDULES[name].group.lower()}",
            disabled=not drawable or bool(session.why_locked("compile")),
            help=session.why_locked("compile") or None,
            on_change=changed,
        )
        st.markdown(f"{entry.sentence} [Keras on {entry.name}]({entry.url})")
        if entry.formula:
            show_formula(entry.formula)
        entry_widgets(entry, learning_rates.RATE, experiment)
        if drawable and learning_rates.has_valid_boundaries(schedule):
            draw(experiment)
        else:
            st.caption("The plan is drawn once its numbers are allowed and fit each other.")


def draw(experiment: Experiment) -> None:
    """Draw the learning rate over all steps of a run, with a line at the end of each epoch, and a sentence."""
    steps, heights = zip(*learning_rates.rate_points(experiment), strict=True)
    words = learning_rates.sentence(experiment)
    if len(steps) == 1:  # a single point is no curve
        st.caption(words)
        return
    epochs, updates = experiment.fit.epochs, learning_rates.num_updates(experiment)
    epochs_per_line = -(-epochs // MOST_EPOCH_LINES)
    figure = go.Figure()
    figure.add_scatter(
        x=steps,
        y=heights,
        mode="lines",
        line={"color": LINE, "width": 3},
        hovertemplate="step %{x:,}: %{y:.3g}<extra></extra>",
    )
    for epoch in range(epochs_per_line, epochs, epochs_per_line):
        figure.add_vline(x=epoch * updates / epochs, line={"color": EPOCH_LINE, "width": 1, "dash": "dot"})
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 10, "t": 10, "b": 0}, showlegend=False)
    lines = "each epoch ends" if epochs_per_line == 1 else f"every {epochs_per_line} epochs end"
    figure.update_xaxes(title=f"step (dotted: where {lines})", **integer_ticks(steps[-1]))
    figure.update_yaxes(title="learning rate", rangemode="tozero", exponentformat="power")
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        axis.update(zeroline=False)
    chart(figure, key="schedule-chart", words=words)
    st.caption(words)


def describe_schedule(experiment: Experiment, schedule: EntryRef, *, drawable: bool) -> None:
    """Describe the schedule of the learning rate, with a link to its settings.

    This replaces the widget for a constant learning rate.
    """
    with st.container(key="rate-planned", gap="small"):
        st.markdown(f"Learning rate: **{schedule.name}**")
        if drawable and learning_rates.has_valid_boundaries(schedule):
            _, first = learning_rates.rate_points(experiment)[0]
            _, last = learning_rates.rate_points(experiment)[-1]
            st.caption(f"From {first:.3g} to {last:.3g}, step by step.")
        st.page_link("compile.py", label="Change the plan in Compile", icon=":material/show_chart:")
