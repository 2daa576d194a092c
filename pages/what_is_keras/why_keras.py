"""The card Why Keras?: the draft's network in raw TensorFlow, in Keras and in scikit-learn, with their lines of code."""

import streamlit as st

from core.application import application
from core.experiment.descriptions import sentence
from core.experiment.model import Experiment
from core.export.other_libraries import LibraryScript, is_comparable, library_scripts, portable_experiment
from core.glossary.drawings import bars, svg
from core.number_text import accuracy_text, quantity, seconds_text
from pages.components.drawing.drawing import drawing
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.streamlit_patches import rerun

GREY = "#7D8790"  # no colour of a set
LOOK_SECONDS = 0.7  # between two looks at a script that runs
CODE_HEIGHT = 380  # of a script, in pixels: longer scripts scroll
SAME_TASK = (
    "The same task three times: the same images, layers, optimizer, batches and epochs. The lines that load the data are "
    "not counted. scikit-learn knows stacks of Dense layers only; Keras builds all other networks in the same way."
)


def card(experiment: Experiment) -> None:
    """Draw the three scripts side by side, with their lines of code and their results on this machine."""
    task = portable_experiment(experiment)
    scripts = library_scripts(task)
    with st.container(key="why-keras"):
        picture, words = st.columns([2, 3], gap="medium", vertical_alignment="center")
        with picture:
            st.markdown("**Lines of code**")
            drawing(lines_drawing(scripts), key="library-lines")
        with words:
            st.markdown(SAME_TASK)
            if is_comparable(experiment):
                st.caption(f"Your draft: {sentence(task)}")
            else:
                st.caption(
                    "scikit-learn knows stacks of Dense layers only, so that the lecture's network stands here in place of "
                    f"your draft's: {sentence(task)}"
                )
        on = [_is_on(script) for script in scripts]  # read first: a script may end while the page is drawn
        with st.container(key="why-keras-scripts", horizontal=True, gap="small"):
            for script in scripts:
                with st.container(border=True, key=f"card-library-{script.name}"):
                    _library(script, task)
        if any(on):
            _watch(scripts)


def lines_drawing(scripts: tuple[LibraryScript, ...]) -> str:
    """Return a bar chart of the lines of code of each library."""
    counts = [script.lines() for script in scripts]
    names = [script.title.removeprefix("Raw ") for script in scripts]
    return svg("Lines of code of each library", bars(counts, names, colour=GREY, right=max(counts)))


def _library(script: LibraryScript, task: Experiment) -> None:
    """Draw a library's script with its number of lines, its result, and the button that runs the script."""
    st.header(f"{script.title}: {script.lines()} lines", help=_lines_by_step(script))
    st.caption(script.sentence)
    if result := application().library_runs.result(script):
        with st.container(horizontal=True):
            st.metric("Validation accuracy", accuracy_text(result.accuracy), help="The script was run on this machine.")
            st.metric("Whole script", seconds_text(result.seconds), help="With the start of the library, on this machine.")
    with st.container(key=f"library-code-{script.name}", height=CODE_HEIGHT, border=False):
        st.code(script.own_text, language="python")  # not wrapped: in Python, the indentation has a meaning
    _run(script, task)


def _lines_by_step(script: LibraryScript) -> str:
    steps = [f"{step} {script.lines(step)}" for step in script.steps if script.lines(step)]
    return f"Without empty lines and comments: {', '.join(steps)}."


def _run(script: LibraryScript, task: Experiment) -> None:
    """Draw the buttons that run, stop and download a script, and a warning if the script failed."""
    job, result = application().library_runs.job(script), application().library_runs.result(script)
    if job is not None and job.state == "failed":
        st.warning(
            f"{escape_markdown(job.said) or 'It ended without a word.'} Expected the script to end with an accuracy. "
            "Run it again.",
            title=f"The script of {script.title} failed",
        )
    with st.container(horizontal=True):
        if _is_on(script):
            st.button(
                "Stop",
                key=f"stop-{script.name}",
                icon=":material/stop:",
                on_click=application().library_runs.stop,
                args=(script,),
            )
            st.caption("It runs, in a process of its own …" if job and job.state == "running" else "It waits for its turn …")
        else:
            st.button(
                "Run it again" if result else "Run it",
                key=f"run-{script.name}",
                icon=":material/play_arrow:",
                on_click=_start,
                args=(script, task),
                help=f"As you would run it, in a process of its own: {quantity(task.fit.epochs, 'epoch')}.",
            )
        st.download_button(
            "Whole script",
            script.text,
            f"{script.name}.py",
            "text/x-python",
            key=f"library-script-{script.name}",
            icon=":material/download:",
            on_click="ignore",
            help="With the lines that load the data.",
        )


def _start(script: LibraryScript, task: Experiment) -> None:
    with session.catch_refusal():
        application().library_runs.start(script, task, session.visitor(), is_lecturer=session.is_lecturer())


def _is_on(script: LibraryScript) -> bool:
    job = application().library_runs.job(script)
    return job is not None and not job.is_over


@st.fragment(run_every=LOOK_SECONDS)
def _watch(scripts: tuple[LibraryScript, ...]) -> None:
    """Rerun the page once the state of a script changes."""
    jobs = [application().library_runs.job(script) for script in scripts]
    states = [job.state if job else "" for job in jobs]
    before = st.session_state.setdefault("library-states", states)
    st.session_state["library-states"] = states
    if before != states:
        rerun()
