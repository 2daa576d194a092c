"""Why Keras? The draft's network in raw TensorFlow, in Keras and in scikit-learn: the same task, and the lines it takes."""

import streamlit as st

from core.application import application
from core.experiment.descriptions import sentence
from core.experiment.model import Experiment
from core.export.other_libraries import LibraryScript, comparable, is_comparable, library_scripts
from core.glossary.drawings import bars, svg
from core.number_text import accuracy_text, quantity, seconds_text
from pages.components.drawing.drawing import drawing
from pages.shell import session
from pages.shell.messages import plain
from pages.shell.streamlit_patches import rerun

GREY = "#7D8790"  # no colour of a set
LOOK_SECONDS = 0.7  # between two looks at a script that runs
CODE_HEIGHT = 380  # of a script, in pixels; longer ones scroll
SAME_TASK = (
    "The same task three times: the same images, layers, optimizer, batches and epochs. The lines that load the data are "
    "not counted. Chance starts each from other weights, so that accuracies differ by a little."
)


def card(experiment: Experiment) -> None:
    """Draw the three scripts side by side, with their lines of code and what they gave here."""
    task = comparable(experiment)
    scripts = library_scripts(task)
    with st.container(key="why-keras"):
        picture, words = st.columns([2, 3], gap="medium", vertical_alignment="center")
        with picture:
            drawing(lines_drawing(scripts), key="library-lines")
        with words:
            st.markdown(f"{lines_sentence(scripts)} {SAME_TASK}")
            if is_comparable(experiment):
                st.caption(f"Your draft: {sentence(task)}")
            else:
                st.caption(
                    "scikit-learn knows stacks of Dense layers only, so that the lecture's network stands here in place of "
                    f"your draft's: {sentence(task)}"
                )
        on = [_is_on(one) for one in scripts]  # read first: a script may end while the page is drawn
        with st.container(key="why-keras-scripts", horizontal=True, gap="small"):
            for one in scripts:
                with st.container(border=True, key=f"library-{one.name}"):
                    _library(one, task)
        if any(on):
            _watch(scripts)


def lines_sentence(scripts: tuple[LibraryScript, ...]) -> str:
    """How many lines each library takes, in a sentence."""
    words = [f"{one.title} takes **{one.lines()}** lines" for one in scripts]
    return f"{', '.join(words[:-1])} and {words[-1].replace('takes ', '').replace(' lines', '')}."


def lines_drawing(scripts: tuple[LibraryScript, ...]) -> str:
    """The lines of code of each library, as bars."""
    counts = [one.lines() for one in scripts]
    names = [one.title.removeprefix("Raw ") for one in scripts]
    return svg("Lines of code of each library", bars(counts, names, colour=GREY, right=max(counts)))


def _library(one: LibraryScript, task: Experiment) -> None:
    """Draw one library: its lines, its script, its result, and the button that runs it."""
    st.header(one.title)
    st.caption(one.sentence)
    with st.container(horizontal=True):
        st.metric("Lines of code", one.lines(), help=_lines_by_step(one))
        result = application().library_runs.result(one)
        if result:
            st.metric("Validation accuracy", accuracy_text(result.accuracy), help="The script was run on this machine.")
            st.metric("Whole script", seconds_text(result.seconds), help="With the start of the library, on this machine.")
    with st.container(key=f"library-code-{one.name}", height=CODE_HEIGHT, border=False):
        st.code(one.own_text, language="python", wrap_lines=True)
    _run(one, task)


def _lines_by_step(one: LibraryScript) -> str:
    steps = [f"{step} {one.lines(step)}" for step in one.steps if one.lines(step)]
    return f"Without empty lines and comments: {', '.join(steps)}."


def _run(one: LibraryScript, task: Experiment) -> None:
    """Draw the buttons that run, stop and download a script, and why one failed."""
    job, result = application().library_runs.job(one), application().library_runs.result(one)
    if job is not None and job.state == "failed":
        st.warning(
            f"{plain(job.said) or 'It ended without a word.'} Expected the script to end with an accuracy. Run it again.",
            title=f"The script of {one.title} failed",
        )
    with st.container(horizontal=True):
        if _is_on(one):
            st.button(
                "Stop", key=f"stop-{one.name}", icon=":material/stop:", on_click=application().library_runs.stop, args=(one,)
            )
            st.caption("It runs, in a process of its own …" if job and job.state == "running" else "It waits for its turn …")
        else:
            st.button(
                "Run it again" if result else "Run it",
                key=f"run-{one.name}",
                icon=":material/play_arrow:",
                on_click=_start,
                args=(one, task),
                help=f"As you would run it, in a process of its own: {quantity(task.fit.epochs, 'epoch')}.",
            )
        st.download_button(
            "Whole script",
            one.text,
            f"{one.name}.py",
            "text/x-python",
            key=f"library-script-{one.name}",
            icon=":material/download:",
            on_click="ignore",
            help="With the lines that load the data.",
        )


def _start(one: LibraryScript, task: Experiment) -> None:
    with session.refusing():
        application().library_runs.start(one, task, session.visitor(), is_lecturer=session.is_lecturer())


def _is_on(one: LibraryScript) -> bool:
    job = application().library_runs.job(one)
    return job is not None and not job.is_over


@st.fragment(run_every=LOOK_SECONDS)
def _watch(scripts: tuple[LibraryScript, ...]) -> None:
    """Draw the page again once a script changes its state."""
    jobs = [application().library_runs.job(one) for one in scripts]
    states = [job.state if job else "" for job in jobs]
    before = st.session_state.setdefault("library-states", states)
    st.session_state["library-states"] = states
    if before != states:
        rerun()
