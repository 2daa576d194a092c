"""What is Keras? The same net on three backends: one press trains the draft on each that is here, side by side."""

from dataclasses import replace

import streamlit as st

from core.application import application
from core.catalogue.backends import BACKENDS, Backend
from core.engine.installed_backends import WHERE
from core.experiment.descriptions import sentence
from core.experiment.model import Experiment
from core.export.script import backend_lines
from core.number_text import accuracy_text, rounded
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from core.runs.time_estimates import epoch_seconds
from pages.run_panels.compare_charts import overlay
from pages.shell import page_layout, session
from pages.shell.view import current_view
from pages.shell.waiting import wait_for_states

WHAT = (
    "Keras is a way to say what a network is and how it learns. The computing is done by another library, its backend: "
    "TensorFlow, JAX or PyTorch. The script stays the same but for one line, which must stand before `import keras`."
)
OWN_CHOICE = "# Keras' own choice needs no line"
OTHER_CHANCE = (
    "Each library has a random generator of its own: the same seed gives other weights to start from, and another order "
    "of the images. So the curves differ as much as those of two seeds; on each backend, the same seed gives the same run."
)


def on(experiment: Experiment, backend: Backend) -> Experiment:
    """The experiment on another backend."""
    return replace(experiment, fit=replace(experiment.fit, backend=backend.name))


def missing(experiment: Experiment, backend: Backend) -> Problem | None:
    """Why a backend cannot be used here; None where it can."""
    problems = application().runs.checks.problems(on(experiment, backend))
    return next((problem for problem in problems if problem.where == WHERE and problem.blocks), None)


def train_on_each(experiments: list[Experiment]) -> None:
    """Put the experiments in the queue, one after another."""
    with session.refusing():
        application().runs.start_all(experiments, session.visitor(), is_lecturer=session.is_lecturer())


def column(backend: Backend, problem: Problem | None, run: Run | None) -> None:
    """Draw a backend: its line of the script, and the result of its run."""
    st.header(backend.title)
    st.markdown(backend.sentence)
    lines = [line for line in backend_lines(on(view.experiment, backend)) if "environ" in line] or [OWN_CHOICE]
    st.code("\n".join([*lines, "import keras"]), language="python", wrap_lines=True)
    if problem is not None:
        st.info(f"{problem.happened} {problem.fix}")
    elif run is None:
        st.caption("Not trained yet.")
    else:
        st.markdown(f"Run {run.number}: **{STATES[run.state].word}**")
        numbers(run)


def numbers(run: Run) -> None:
    """Draw how long a run's epochs took, and its validation accuracy."""
    first, typical = epoch_seconds(application().runs.reader.events(run.id, 1))
    lines = []
    if typical is not None and first is not None:
        lines += [f"**{rounded(typical)} s** an epoch", f"**{rounded(first)} s** the first one, with what is done once"]
    if run.result and run.result["validation"]:
        lines.append(f"**{accuracy_text(run.result['validation']['accuracy'])}** validation accuracy")
    st.markdown("\n".join(f"- {line}" for line in lines))


view = current_view()
with st.container(key="heading", gap=None):
    st.title("What is Keras?")
    st.caption("The same net on three backends: one way to write it, three libraries that compute it.")
if view.all_allowed:
    known = application().history.runs_of(session.visitor(), None)
    each = {name: on(view.experiment, backend) for name, backend in BACKENDS.items()}
    newest = {name: next((run for run in known if run.experiment == one), None) for name, one in each.items()}
    problems = {name: missing(view.experiment, backend) for name, backend in BACKENDS.items()}
    found = [run for run in newest.values() if run is not None]
    waiting = {run.id: run.state for run in found if not run.is_over}
    ready = [each[name] for name in BACKENDS if problems[name] is None]
    with st.container(border=True, key="what-is-keras"):
        st.markdown(WHAT)
        st.markdown(f"**{sentence(view.experiment, view.counts)}**")
        others = [one for one in view.blocking if one.where != WHERE]
        reason = others[0].happened if others else "These runs are on." if waiting else ""
        *several, last = [BACKENDS[one.fit.backend].title for one in ready] or [""]
        names = f"{', '.join(several)} and {last}" if several else last
        st.button(
            f"Train it on {names}",
            key="train-on-each",
            icon=":material/play_arrow:",
            disabled=bool(reason) or not ready,
            help=reason or "One after another: each is a run of its own, and is kept with all others.",
            on_click=train_on_each,
            args=(ready,),
        )
        if reason:
            st.caption(reason)
    for space, (name, backend) in zip(st.columns(len(BACKENDS), border=True), BACKENDS.items(), strict=True):
        with space:
            column(backend, problems[name], newest[name])
    outcomes = [application().results.outcome(run) for run in found]
    if any(one.epochs for one in outcomes):
        with st.container(border=True, key="backends-curves"):
            titles = (f"run {run.number} is {BACKENDS[run.experiment.fit.backend].title}" for run in found)
            st.markdown(f"The curves: {', '.join(titles)}.")
            overlay(outcomes)
            st.caption(OTHER_CHANCE)
    if waiting:
        wait_for_states(waiting)
else:
    st.markdown("A value is not allowed: see the message on its page.")
page_layout.engine_foot()
