"""The page What is Keras?: the same network on three backends, the same task in three libraries, and past backends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from core.application import application
from core.catalogue.backends import BACKENDS, Backend
from core.engine.installed_backends import INSTALL, WHERE
from core.experiment.descriptions import sentence
from core.experiment.model import DATA, Experiment
from core.export.script import backend_lines
from core.number_text import NO_BREAK, accuracy_text, enumeration, quantity, written_day_text
from core.problems import Problem
from core.runs.recorded_backends import recording
from core.runs.run_record import Run
from core.runs.states import STATES
from core.runs.time_estimates import epoch_seconds
from pages.components.drawing.drawing import drawing
from pages.frame import page_layout
from pages.shell import session
from pages.shell.page_data import current_view
from pages.shell.waiting import wait_for_states
from pages.what_is_keras import about_backends, why_keras
from pages.widgets.address_tabs import address_tabs
from pages.widgets.charts import chart
from pages.widgets.epoch_chart import DASHES, EpochLine, epoch_figure

WHAT = (
    "Keras is a Python library: its code says what a network is and how the network learns. "
    "Another library, its backend, computes."
)
OWN_CHOICE = "# Keras' own choice needs no line"
OTHER_CHANCE = (
    "Each library has a random generator of its own, so the same seed gives other weights to start from, and another order "
    "of the images: the curves differ as those of two seeds do. On each backend, the same seed gives the same run."
)
GREY = "#7D8790"
STYLE = Path(__file__).parent / "backends.css"
COLOURS = ("#8B5FBF", "#A0764A", "#C2558F")  # of the backends: without another meaning, visible on white and on black
CHART = 250  # height of a chart, in pixels
KEY = 66  # pixels of the key above the lines, which has three rows on a phone
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"}  # above the plot
RECORDED, OWN = "Recorded", "Your runs"


def with_backend(experiment: Experiment, backend: Backend) -> Experiment:
    """Return the experiment with another Keras backend."""
    return replace(experiment, fit=replace(experiment.fit, backend=backend.name))


def backend_problem(experiment: Experiment, backend: Backend) -> Problem | None:
    """Return the problem that prevents training on a backend. Return None if the backend can be used."""
    return next(iter(application().checks.backend_problems(with_backend(experiment, backend))), None)


def is_not_installed(problem: Problem) -> bool:
    """Return whether a backend is unusable since this machine does not have its library."""
    return problem.code == "backend-not-installed"


def queue_all(experiments: list[Experiment]) -> None:
    """Queue the experiments for training, in their order."""
    with session.catch_refusal():
        application().runs.start_all(experiments, session.visitor(), is_lecturer=session.is_lecturer())


def column(backend: Backend, problem: Problem | None, run: Run | None) -> None:
    """Draw a backend's column: the script line that selects the backend, and the result of its run."""
    st.header(backend.title)
    st.markdown(backend.sentence)
    lines = [line for line in backend_lines(with_backend(view.experiment, backend)) if line] or [OWN_CHOICE]
    st.code("\n".join([*lines, "import keras"]), language="python", wrap_lines=True)
    if problem is not None:
        st.caption(f":material/info: {problem.happened}" + ("" if is_not_installed(problem) else f" {problem.fix}"))
    elif run is None:
        st.caption("Not trained yet.")
    else:
        st.markdown(f"Your run {run.number}: **{STATES[run.state].word}**")
        numbers(run)


def numbers(run: Run) -> None:
    """Draw the duration of a run's epochs, and its validation accuracy."""
    first, typical = epoch_seconds(application().reader.events(run.id, 1))
    lines = []
    if typical is not None and first is not None:
        lines += [
            f"**{short_seconds(typical)}** an epoch",
            f"**{short_seconds(first)}** the first epoch, with what is done once",
        ]
    if run.result and run.result["validation"]:
        lines.append(f"**{accuracy_text(run.result['validation']['accuracy'])}** validation accuracy")
    st.markdown("\n".join(f"- {line}" for line in lines))


@dataclass(frozen=True)
class BackendMeasurements:
    """The accuracies and epoch durations of a network on a backend."""

    backend: Backend
    accuracies: Sequence[float | None]  # of the validation set, after each epoch
    first: float | None  # seconds of the first epoch
    typical: float | None  # seconds of each further epoch


def recorded(data: str) -> list[BackendMeasurements]:
    """Return the accuracies and durations of each backend that were recorded on another machine for a data set."""
    return [
        BackendMeasurements(BACKENDS[run.backend], run.history["val_accuracy"], run.first_epoch, run.typical_epoch)
        for run in recording().of(data)
    ]


def backend_measurements(run: Run) -> BackendMeasurements:
    """Return the accuracies and epoch durations of a visitor's run so far."""
    first, typical = epoch_seconds(application().reader.events(run.id, 1))
    accuracies = application().results.outcome(run).curve("accuracy")
    return BackendMeasurements(BACKENDS[run.experiment.fit.backend], accuracies, first, typical)


def comparison_charts(shown: Sequence[BackendMeasurements], key: str, images: int) -> None:
    """Draw charts of the accuracy on a validation set of `images`, and of the epoch durations, of several backends."""
    idea, left, right = st.columns([5, 8, 7], gap="medium")
    with idea, st.container(key=f"{key}-idea"):
        st.markdown("**One setting chooses who computes**")
        drawing(about_backends.backend_drawing(), key=f"{key}-drawing")
    lines = [
        EpochLine(each.backend.title, each.accuracies, colour, dash, is_named=False)
        for each, colour, dash in zip(shown, COLOURS, DASHES, strict=False)
        if any(each.accuracies)
    ]
    with left:
        st.markdown("**Validation accuracy after each epoch**")
        if max((len(line.values) for line in lines), default=0) > 1:
            ends = final_accuracies_sentence(lines, images)
            figure = epoch_figure(lines, "accuracy", height=CHART)
            figure.update_layout(showlegend=True, legend=LEGEND, height=CHART + KEY)
            chart(figure, key=f"{key}-curves", words=f"Validation accuracy by epoch. {ends}")
            st.caption(ends)
        else:
            st.caption("A curve begins with the second epoch: train two or more.")
    with right:
        st.markdown("**Seconds per epoch**")
        timed = [each for each in shown if each.first is not None]
        if timed:
            chart(times_figure(timed), key=f"{key}-times", words=f"Bars: {epoch_times_sentence(timed)}")
            st.caption("The first epoch also prepares the computation.")
        else:
            st.caption("No epoch is over yet.")


def final_accuracies_sentence(lines: Sequence[EpochLine], images: int) -> str:
    """Return a sentence about the final accuracies of the curves on a validation set of `images`."""
    last = [value for line in lines if (value := line.values[-1]) is not None]
    if len(last) < 2:
        return f"It ends at {accuracy_text(last[0])}." if last else ""
    low, high = accuracy_text(min(last)), accuracy_text(max(last))
    apart = round((max(last) - min(last)) * images)
    distance = f" ({quantity(apart, 'image')} apart)" if apart else ""
    return f"They end between {low} and {high}{distance}. {OTHER_CHANCE}"


def epoch_times_sentence(timed: Sequence[BackendMeasurements]) -> str:
    """Return a sentence about the duration of an epoch on each backend."""
    words = [f"{bar.backend.title} {short_seconds(bar.typical or bar.first or 0.0)}" for bar in timed]
    return f"{', '.join(words)}."


def short_seconds(seconds: float) -> str:
    """Return a duration with two significant digits, such as "0.02 s": a second run differs in the third."""
    return f"{float(f'{seconds:.2g}'):,g}{NO_BREAK}s"


def times_figure(timed: Sequence[BackendMeasurements]) -> go.Figure:
    """Return a bar chart of epoch durations, with two bars for each backend: the first epoch, and each further epoch."""
    names = [bar.backend.title for bar in timed]
    figure = go.Figure()
    for name, pattern, seconds in (
        ("first epoch", "/", [bar.first for bar in timed]),
        ("each further one", "", [bar.typical for bar in timed]),
    ):
        figure.add_bar(
            y=names,
            x=seconds,
            name=name,
            orientation="h",
            marker={
                "color": GREY,
                "pattern": {"shape": pattern, "fgcolor": "white", "fillmode": "overlay", "solidity": 0.25},
            },
            text=[short_seconds(value) if value is not None else "" for value in seconds],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}, %{fullData.name}: %{x:.3g} s<extra></extra>",
        )
    figure.update_layout(
        height=CHART,
        margin={"l": 0, "r": 60, "t": 0, "b": 0},
        barmode="group",
        legend=LEGEND,
    )
    figure.update_xaxes(title="seconds", rangemode="tozero")
    figure.update_yaxes(autorange="reversed")
    return figure


def recorded_words() -> str:
    """Return a sentence about the versions and the machine of the recorded runs."""
    made = recording()
    versions = [f"Keras {made.versions['keras']}"]
    versions += [f"{backend.title} {made.versions[backend.module]}" for backend in BACKENDS.values()]
    return f"With {', '.join(versions)} and Python {made.python}; machine: {made.machine}."


def all_pictures(runs: Sequence[Run], data: str) -> None:
    """Draw the card of charts, either of the recorded runs or of the visitor's own runs."""
    with st.container(border=True, key="card-backends-pictures"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("The same net, three times", width="content")
            own = [run for run in runs if run.result or not run.is_over]
            which = RECORDED
            if own:
                default = OWN if len(own) > 1 else RECORDED
                which = st.segmented_control(
                    "Shown",
                    (RECORDED, OWN),
                    default=default,
                    key="backends-shown",
                    required=True,
                    label_visibility="collapsed",
                )
            else:
                st.badge("recorded", icon=":material/history:", color="gray")
        if which == OWN:
            st.caption(f"Your draft: {sentence(view.experiment, view.counts)}")
            comparison_charts([backend_measurements(run) for run in own], "own", view.experiment.data.num_validation)
        else:
            st.caption(recording().of(data)[0].sentence)
            split = float(DATA["validation_split"].default)
            used = replace(view.experiment.data, dataset=recording().of(data)[0].data, validation_split=split)
            comparison_charts(recorded(data), "recorded", used.num_validation)
            made = recording()
            st.caption(
                f"Recorded on {written_day_text(made.date)}; on another machine the times differ.", help=recorded_words()
            )


def train_button(ready: list[Experiment], waiting: bool) -> None:
    """Draw the button that trains the draft on all available backends.

    If the button is disabled, its tooltip gives the reason.
    """
    others = [problem for problem in view.blocking if problem.where != WHERE]
    reason = others[0].happened if others else "These runs are on: their curves appear above." if waiting else ""
    names = enumeration([BACKENDS[draft.fit.backend].title for draft in ready])
    with st.container(horizontal=True, vertical_alignment="center", key="what-is-keras"):
        st.button(
            f"Train it on {names}",
            key="train-on-each",
            icon=":material/play_arrow:",
            disabled=bool(reason) or not ready,
            help=reason or "One after another: each is a run of its own, and is kept with all others.",
            on_click=queue_all,
            args=(ready,),
            width="content",
        )
        if reason:
            st.caption(reason, width="stretch")


def three_backends() -> None:
    """Draw the tab that compares the same network on all backends, and the button that trains the network on each."""
    known = application().history.runs_of(session.visitor(), None)
    each = {name: with_backend(view.experiment, backend) for name, backend in BACKENDS.items()}
    newest = {name: next((run for run in known if run.experiment == draft), None) for name, draft in each.items()}
    problems = {name: backend_problem(view.experiment, backend) for name, backend in BACKENDS.items()}
    runs = [run for run in newest.values() if run is not None]
    waiting = {run.id: run.state for run in runs if not run.is_over}
    all_pictures(runs, view.experiment.data.dataset)
    with st.container(key="backends-each", horizontal=True, gap="small"):
        for name, backend in BACKENDS.items():
            with st.container(border=True, key=f"card-backend-{name}", height="stretch"):
                column(backend, problems[name], newest[name])
    if missing := [BACKENDS[name].title for name, problem in problems.items() if problem and is_not_installed(problem)]:
        with st.container(key="backends-install", gap="small"):
            st.markdown(f"To train on {enumeration(missing)}, type this in the terminal, and start the dashboard again:")
            st.code(INSTALL, language=None)
    train_button([each[name] for name in BACKENDS if problems[name] is None], bool(waiting))
    if waiting:
        wait_for_states(waiting)


def three_libraries() -> None:
    """Draw the tab that shows the draft's network in three libraries."""
    why_keras.card(view.experiment)


# The name of each tab, which the address keeps, and the function that draws the tab.
VIEWS: Mapping[str, Callable[[], None]] = {
    "Why Keras?": three_libraries,
    "Three backends": three_backends,
    "Then and now": about_backends.then_and_now,
}

view = current_view()
page_layout.heading("What is Keras?", WHAT)
st.html(STYLE)
if view.all_allowed:
    tabs = address_tabs(list(VIEWS), "keras-view")
    for tab, draw in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                draw()
else:
    st.markdown("A value is not allowed: see the message on its page.")
page_layout.draw_engine_footer()
