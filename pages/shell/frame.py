"""What stands around every page: the line with the experiment and Train, and the code beside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from core.application import application
from core.catalogue.datasets import missing_files
from core.experiment.descriptions import difference, sentence
from core.experiment.layer_names import layer_label
from core.experiment.model import Experiment
from core.experiment.set_sizes import Counts
from core.experiment.shapes import Summary
from core.problems import Problem
from core.runs.drafts import Draft
from core.runs.run_record import Run
from core.runs.states import STATES
from pages import components
from pages.run_panels import run_controls
from pages.shell import code_panel, session, share
from pages.shell.messages import plain, show_problem
from pages.shell.streamlit_patches import draw_anew

STYLE = Path(__file__).parents[1] / "components" / "frame.css"
ICON = Path(__file__).parents[1] / "components" / "icon.svg"
ENGINE_COMING = {
    "starting": "Works offline · the engine is starting; a run that you start now waits for it",
    "lost": "The engine was lost and is being started again; runs that were on can be resumed, others wait for it",
}


@dataclass(frozen=True)
class View:
    """What every page of one script run reads: asked for once."""

    draft: Draft
    summary: Summary | None  # None while Keras has not answered
    problems: tuple[Problem, ...]
    run: Run | None  # the run in view
    counts: Counts | None = None  # of its images, where corrections left some out and a worker has counted the others

    @property
    def experiment(self) -> Experiment:
        return self.draft.experiment

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocks)

    @property
    def all_allowed(self) -> bool:
        """Whether every value of the experiment is one that its place allows."""
        return all(problem.code != "value-not-allowed" for problem in self.problems)

    def problems_at(self, *where: str) -> tuple[Problem, ...]:
        """The problems that concern one part of the experiment."""
        return tuple(problem for problem in self.problems if problem.concerns(*where))


def look(*, wait: bool) -> View:
    """The draft with its summary and problems, and the run in view.

    Parameters
    ----------
    wait
        Whether to wait a moment for Keras' table of the network; see `settle`.
    """
    draft = session.draft()
    experiment = draft.experiment
    summary = application().runs.summaries.ask(experiment, wait=wait)
    counts = application().runs.looks.counts(experiment, wait=wait)
    return View(draft, summary, application().runs.problems(experiment), session.shown_run(), counts)


def settle(view: View) -> None:
    """Where a page was drawn without Keras' table or counts, draw it anew once they are there, if that is in a moment."""
    has_table = view.summary is None and application().runs.summaries.ask(view.experiment) is not None
    if has_table or (view.counts is None and application().runs.looks.counts(view.experiment) is not None):
        draw_anew()


def counts(run: Run) -> Counts | None:
    """How many images are in each set of a run, where corrections left some out; None where arithmetic knows."""
    return application().runs.looks.counts(run.experiment)


def view() -> View:
    """What this script run looked at; the router has asked for it."""
    return st.session_state["view"]


def style(current: str) -> None:
    """What every page needs before anything else: how it looks, and that it begins at its top."""
    st.html(STYLE)
    components.page_top(current)


def line(view: View) -> None:
    """The experiment in one sentence and the Train button; while a run is on, how far it is, and Stop."""
    run = view.run
    with st.bottom, st.container(key="line", horizontal=True, vertical_alignment="center", gap="medium"):
        if run is not None and not run.is_over:
            with st.container(key="line-progress", width="stretch"):
                progress(run)
            run_controls.running(run)
            if run.visitor == session.visitor():
                return
        else:
            with st.container(key="line-sentence", width="stretch"):
                st.markdown(_line_sentence(view))
            if current_title() == "Train":
                run_controls.one_batch_first(why_not(view))
        train_button(view, "line-train", "Train")


def progress(run: Run) -> None:
    """How far a run is; draws the page anew when its state changes, or what the coach says."""
    components.progress(
        url=live_url(run),
        run=run.id,
        state=run.state,
        word=STATES[run.state].word,
        epochs=run.experiment.fit.epochs,
        key=f"progress-{run.id}",
        alarm=application().runs.ongoing.alarm(run.id),
        base=base(),
    )


def _line_sentence(view: View) -> str:
    if any(problem.code == "value-not-allowed" for problem in view.problems):
        return "A value is not allowed, so nothing can be trained yet."
    text = sentence(view.experiment, view.counts)
    if view.run is not None and view.run.experiment != view.experiment:
        changes = difference(view.experiment, view.run.experiment)
        since = "Since" if view.run.visitor == session.visitor() else "Against"
        return f"{since} {session.name_of(view.run)}: **{changes}**"
    return text


def train_button(view: View, key: str, label: str) -> None:
    """The one primary button; disabled, it says what stands in the way."""
    reason = why_not(view)
    alignment: Literal["center", "right"] = "center" if key == "start-train" else "right"
    with st.container(key=f"{key}-box", width="content", gap=None, horizontal_alignment=alignment):
        st.button(
            label,
            key=key,
            type="primary",
            icon=":material/play_arrow:",
            disabled=bool(reason),
            help=reason or f"{sentence(view.experiment, view.counts)}.",
            on_click=session.train,
            shortcut=run_controls.TRAIN_KEY,
        )
        if reason:
            st.caption(reason)
        elif view.problems and key != "stage-train":  # the stage has its own place for what is to be said
            st.caption(f":material/warning: {plain(_first_named(view, view.problems))}")


def why_not(view: View) -> str:
    """Why the draft cannot be trained, in a few words; "" when it can."""
    if missing_files(view.experiment.data.dataset):
        return f"{view.experiment.data.entry.title} is not on this machine: see Load."
    if view.blocking:
        return _first_named(view, view.blocking)
    if application().runs.engine.state == "failed":
        return "The engine did not start: see the foot of the Start page."
    return ""


def _first_named(view: View, problems: tuple[Problem, ...]) -> str:
    """The first of some problems, with the page and the layer where it is made, and how many more there are."""
    first, more = problems[0], len(problems) - 1
    pages = {"data": "Load", "layers": "Define", "compile": "Compile", "fit": "Train"}
    guilty = layer_label(view.experiment, first.where[1]) if first.where[0] == "layers" and len(first.where) > 1 else ""
    where = [pages[first.where[0]], *([guilty] if guilty and guilty not in first.happened else [])]
    return f"{', '.join(where)}: {first.happened}" + (f" And {more} more." if more else "")


def current_title() -> str:
    """The title of the page that is on the screen."""
    return st.session_state["page_title"]


def heading(title: str, what: str, *, stage: bool = False, code: bool = True) -> None:
    """A page's title, one sentence, Share, and where so wanted the way to the stage, and the button that folds the code."""
    with st.container(key="heading", horizontal=True, vertical_alignment="bottom"):
        with st.container(width="stretch", gap=None):
            st.title(title)
            st.caption(what)
        if stage:
            with st.container(key="to-stage", width="content"):
                st.page_link("stage.py", label="Stage", icon=":material/present_to_all:", help="For the projector.")
        share.popover(view().experiment, base())
        if code and not session.is_hidden("code"):
            code_panel.toggle(is_open=view().draft.code_open)


@contextmanager
def beside_code(view: View, aside: Callable[[], None] | None = None, run: Run | None = None) -> Iterator[None]:
    """A page's own part, with the code at its side, or folded above it.

    It stands in the same place whatever is at its side, also where nothing is: else a browser would make all of it anew, and
    what has the focus would lose it.

    Parameters
    ----------
    view
        The view of this script run.
    aside
        The other content at the side, above the code.
    run
        The run that the page is about, whose code it then is; None where the page is about the draft.
    """
    about = {"has_run": view.run is not None, "all_allowed": view.all_allowed}
    code_open, hidden = view.draft.code_open, session.is_hidden("code")
    above = st.container(key="code-above")
    with st.container(key="beside"):
        own, side = st.columns([3, 2], gap="medium")
    with own:
        yield
    code_beside = code_open and not hidden
    if code_beside or aside is not None:
        with side, st.container(key="code-side"):
            if aside is not None:
                aside()
            if code_beside:
                height = code_panel.HEIGHT if aside is None else code_panel.HEIGHT // 2
                code_panel.panel(view.draft, run, height=height, **about)
    if not code_open and not hidden:
        with above:
            code_panel.panel(view.draft, run, **about)


def live_url(run: Run) -> str:
    """The address of a run's event stream; another one each time that the run goes on, so that browsers listen again."""
    return f"/live/{run.id}?part={run.parts}"


def base() -> str:
    """The path under which the whole server stands; "" at the top."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@st.fragment(run_every=0.4)
def wait_for_shapes(experiment: Experiment) -> None:
    """Draw the page anew as soon as Keras has answered; nothing to see meanwhile but a word."""
    if application().runs.summaries.known(experiment) is not None:
        draw_anew()
    ready = application().runs.engine.state == "ready"
    st.caption("Checking the shapes …" if ready else "Keras is starting; shapes follow in a few seconds …")


@st.fragment(run_every=0.4)
def wait_for_result(run: Run) -> None:
    """A stopped run is over at once; its evaluation follows a moment later, and then the page is drawn anew."""
    now = application().history.run(run.id)
    if now is None or not application().results.awaits_evaluation(now):
        draw_anew()
    st.markdown("The network is being evaluated …")


@st.fragment(run_every=0.4)
def wait_for_preview(name: str) -> None:
    """Room for a data set's pictures until they are there; then the page is drawn anew."""
    if application().runs.downloads.ask_for_preview(name):
        draw_anew()
    st.skeleton(height=200)
    st.caption("Reading the pictures …")


@st.fragment(run_every=0.4)
def wait_for_counts(experiment: Experiment) -> None:
    """Room for what needs the counts of images, until a worker has counted them; then the page is drawn anew."""
    if application().runs.looks.counts(experiment, wait=False) is not None:
        draw_anew()
    st.skeleton(height=120)
    st.caption("Counting the images that are left …")


@st.fragment(run_every=1.0)
def _engine_starting() -> None:
    if application().runs.engine.state not in ENGINE_COMING:
        draw_anew()
    st.caption(ENGINE_COMING[application().runs.engine.state])


def engine_foot() -> None:
    """One small line: whether the workers are ready, and where to see what else a lecture needs."""
    with st.container(key="foot", horizontal=True, vertical_alignment="center"):
        with st.container(width="content"):
            engine_state()
        st.page_link("ready.py", label="Ready for class?", icon=":material/checklist:")
        st.page_link("backends.py", label="What is Keras?", icon=":material/layers:")
        st.page_link("images.py", label="Pictures are numbers", icon=":material/grid_on:")


def engine_state() -> None:
    """Whether the workers are ready, in one small line; while they start, it looks again every second."""
    engine = application().runs.engine
    if engine.state in ENGINE_COMING:
        _engine_starting()
    elif engine.state == "ready":
        st.caption(f"Works offline · engine ready in {engine.seconds:.0f} s")
    else:
        show_problem(
            Problem(
                code="engine-failed",
                where=(),
                happened=f"The engine did not start: {engine.message}.",
                expected="Expected worker processes for Keras on this machine.",
                fix="Close the dashboard and start it again; if that does not help, set it up afresh as the README says.",
            ),
            "engine",
        )


def expected_time(experiment: Experiment) -> str:
    """How long a run will take, as ", about 10 s (estimated from its layers)"; "" where nothing tells."""
    words = application().runs.estimates.expected(experiment, session.visitor()).words
    return f", {words}" if words else ""


def refusal() -> Problem | None:
    """Why Train did not start a run, told once; None where it did, or was not pressed."""
    return st.session_state.pop("refusal", None)


def show_refusal() -> None:
    """Why Train did not start a run, if it did not."""
    if (problem := refusal()) is not None:
        show_problem(problem, "refusal")
