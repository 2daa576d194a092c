"""The network that is looked into: of the run in view, or the draft before it was trained; and what is asked about it."""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import runs
from core.checkpoints import WEIGHTS, saved_epochs
from core.experiment import Experiment
from core.ledger import Run
from core.problems import Problem
from core.states import STATES
from pages.frame import View
from pages.widgets import show_problem

MOMENT = "subject_moment"  # in session state: by a run's id, the label of the moment that is looked at
WAIT_SECONDS = 0.4  # between two looks whether an answer has come
WAITS_APART = 0.5  # seconds between two moments that a page waits for an answer
WAITED = "subject_waited"  # in session state: when it last did


@dataclass(frozen=True)
class Subject:
    """A network with its weights."""

    experiment: Experiment
    model: str  # the file of its weights; "" for those that training starts from
    words: str  # which weights these are
    run: Run | None  # that they are of

    @property
    def test_is_open(self) -> bool:
        return self.run is not None and self.run.test_openings > 0


@dataclass(frozen=True)
class Moment:
    """A time of a run whose weights are kept."""

    label: str  # on the slider
    words: str
    model: str  # the file; "" for the weights that training starts from, made anew


def moments(run: Run) -> tuple[Moment, ...]:
    """The times of a run that can be looked at: before training, after some epochs, and as it ended."""
    folder, epochs = runs.current().folder(run.id), run.experiment.fit.epochs
    kept = {epoch: str(folder / WEIGHTS.format(epoch=epoch)) for epoch in saved_epochs(folder, WEIGHTS)}
    start = Moment("start", f"{run.title} before training: the random weights that it started from.", kept.pop(0, ""))
    found = [
        start,
        *(Moment(f"epoch {epoch}", f"{run.title} after epoch {epoch} of {epochs}.", kept[epoch]) for epoch in kept),
    ]
    path = folder / "model.keras"
    if run.is_over and path.is_file():
        found.append(Moment("end", f"{run.title}, as it left its weights.", str(path)))
    return tuple(found)


def subject(view: View) -> Subject:
    """What can be looked into now: the run in view at the moment that was chosen, else the draft before it is trained."""
    run = view.run
    if run is None or run.state == "cancelled":
        return Subject(view.experiment, "", "Not trained yet: the random weights that training starts from.", None)
    several = moments(run)
    chosen = st.session_state.get(MOMENT, {}).get(run.id)
    one = next((moment for moment in several if moment.label == chosen), several[-1])
    words = one.words if run.is_over else f"{run.title} is {STATES[run.state].word}. {one.words}"
    return Subject(run.experiment, one.model, words, run)


def choose_moment(subject: Subject) -> None:
    """The slider from before training to its end; nothing where there is no run."""
    run = subject.run
    if run is None:
        return
    several = moments(run)
    labels = [moment.label for moment in several]

    def take() -> None:
        st.session_state.setdefault(MOMENT, {})[run.id] = st.session_state["subject-moment"]

    if len(several) < 2:
        st.caption("Other moments of this run are not kept yet: each epoch's weights follow while it trains.")
        return
    st.session_state["subject-moment"] = next(one.label for one in several if one.model == subject.model)
    st.select_slider(
        "Weights",
        labels,
        key="subject-moment",
        on_change=take,
        help="Before training, after the epochs whose weights are kept, and as the run ended.",
    )


def ask(subject: Subject, name: str, *arguments: Hashable, wait: bool = True) -> Any | Problem:
    """What the inspector says of a network, or None while it does not; see `core.views.Views.ask`."""
    return runs.current().views.ask(name, subject.experiment, subject.model, *arguments, wait=wait)


def prefetch(subject: Subject, name: str, *arguments: Hashable) -> None:
    """Have the inspector begin with what a page will show further down."""
    ask(subject, name, *arguments, wait=False)


def answer(subject: Subject, name: str, *arguments: Hashable, height: int = 200, said: str = "") -> Any:
    """The same for a card of a page: None where it has drawn what stands in its place, a skeleton or a problem.

    Arguments:
        subject: the network.
        name: of the view.
        arguments: of the view's own.
        height: of the skeleton, in pixels.
        said: what is being done, while it is.
    """
    found = ask(subject, name, *arguments, wait=False)
    if found is None and time.monotonic() - st.session_state.get(WAITED, -WAITS_APART) >= WAITS_APART:
        found = ask(subject, name, *arguments)  # once for all cards of a page, or it would wait as often as there are cards
        st.session_state[WAITED] = time.monotonic()
    if found is None:
        _wait(subject, name, arguments, height, said)
        return None
    if isinstance(found, Problem):
        show_problem(found, f"view-{name}")
        return None
    return found


@st.fragment(run_every=WAIT_SECONDS)
def _wait(subject: Subject, name: str, arguments: tuple[Hashable, ...], height: int, said: str) -> None:
    if ask(subject, name, *arguments, wait=False) is not None:
        st.rerun()
    st.skeleton(height=height)
    if said:
        ready = runs.current().engine.state == "ready"
        st.caption(said if ready else "Keras is starting; this follows in a few seconds …")
