"""The network that is looked into: of the run in view, or the draft before it was trained; and what is asked about it."""

import math
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.application import application
from core.engine.inspector import REST_SECONDS
from core.experiment.model import Experiment
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.run_panels.weight_history import Moment, note, shown
from pages.shell.messages import show_problem
from pages.shell.streamlit_patches import draw_anew
from pages.shell.view import View

WAIT_SECONDS = 0.4  # between two looks whether an answer has come
WAITS_APART = 0.5  # seconds between two moments that a page waits for an answer
LANES = "subject_lanes"  # in session state: by the lane's name, the question that was asked last in it
WAITED = "subject_waited"  # in session state: when it last did
RESTS = "subject_rests"  # in session state: by a question that ended the inspector, when this was first seen
TOO_HEAVY = "question-too-heavy"  # the code of the problem that it is answered by while it rests
FAILED = "view-failed"  # the code of the problem where something failed that may not fail again


@dataclass(frozen=True)
class Subject:
    """A network with its weights."""

    experiment: Experiment
    model: str  # the file of its weights; "" for those that training starts from
    words: str  # which weights these are
    run: Run | None  # that they are of
    label: str = ""  # of their moment; see `pages.run_panels.weight_history`
    number: int = 0  # its place in time

    @property
    def test_is_open(self) -> bool:
        return self.run is not None and self.run.test_is_open


def subject(view: View, *, follows: bool = False) -> Subject:
    """What can be looked into now: the run in view at the moment that was chosen, else the draft before it is trained.

    Parameters
    ----------
    view
        The view of this script run.
    follows
        Whether the page calls `pages.interpret.timeline.follow`.
    """
    run = view.run
    if run is None or run.state == "cancelled":
        return Subject(view.experiment, "", "Not trained yet: the random weights that training starts from.", None)
    return at(run, shown(run, follows=follows))


def at(run: Run, moment: Moment) -> Subject:
    """A run's network as it was at a moment."""
    words = moment.words if run.is_over else f"{run.title} is {STATES[run.state].word}. {moment.words}"
    return Subject(run.experiment, moment.model, words, run, moment.label, moment.number)


def ask(subject: Subject, name: str, *arguments: Hashable, wait: bool = True) -> Any | Problem:
    """What the inspector says of a network, or None while it does not; see `core.engine.inspector_views.Views.ask`."""
    note(subject.run, subject.label, name, arguments)
    return _Question(subject, name, arguments).ask(wait=wait)


@dataclass(frozen=True)
class _Question:
    """What is asked about a network."""

    subject: Subject
    name: str  # of the view
    arguments: tuple[Hashable, ...]  # of its own

    def ask(self, *, wait: bool) -> Any | Problem:
        views = application().runs.views
        return views.ask(self.name, self.subject.experiment, self.subject.model, *self.arguments, wait=wait)

    def forget(self) -> None:
        """Have it answered anew at the next look."""
        views = application().runs.views
        views.forget(self.name, self.subject.experiment, self.subject.model, *self.arguments)

    def is_same(self, other: "_Question") -> bool:
        return self.words == other.words

    @property
    def words(self) -> tuple[Hashable, ...]:
        """What tells it from others."""
        return self.subject.model, self.name, self.arguments


def prefetch(subject: Subject, name: str, *arguments: Hashable) -> None:
    """Have the inspector begin with what a page will show further down."""
    ask(subject, name, *arguments, wait=False)


def answer(  # noqa: PLR0913 - each is one thing to know of a card
    subject: Subject, name: str, *arguments: Hashable, height: int = 200, said: str = "", lane: str = ""
) -> Any:
    """The same for a card of a page: None where it has drawn what stands in its place, a skeleton or a problem.

    Parameters
    ----------
    subject
        The network.
    name
        The name of the view.
    arguments
        The arguments of the view itself.
    height
        The height of the skeleton, in pixels; 0 for none, where a page shows something else meanwhile.
    said
        The words to show during the work.
    lane
        Of questions that change faster than answers come, as while one draws: each is asked once the one before it in
        this lane is answered, and those between are left out; "" for others.
    """
    question = _Question(subject, name, arguments)
    if lane:
        lanes = st.session_state.setdefault(LANES, {})
        before = lanes.get(lane, question)
        if not before.is_same(question) and before.ask(wait=False) is None:
            _wait(before, height, said)
            return None
        lanes[lane] = question
    found = ask(subject, name, *arguments, wait=False)
    if found is None and time.monotonic() - st.session_state.get(WAITED, -WAITS_APART) >= WAITS_APART:
        found = ask(subject, name, *arguments)  # once for all cards of a page, or it would wait as often as there are cards
        st.session_state[WAITED] = time.monotonic()
    if found is None:
        _wait(question, height, said)
        return None
    if isinstance(found, Problem):
        words = (str(one) for one in (name, subject.number, *arguments) if isinstance(one, int | str))
        key = f"view-{'-'.join(words)}"
        show_problem(found, key)
        if found.code == TOO_HEAVY:
            _ask_again(question, found.happened, key)
        elif found.code == FAILED:
            st.button("Ask again", key=f"again-{key}", icon=":material/refresh:", on_click=question.forget)
        return None
    return found


def answers(
    subjects: Sequence[Subject], name: str, *arguments: Hashable, height: int = 200, said: str = ""
) -> list[Any] | None:
    """The same of each of several moments, in their order; None until all of them are there."""
    for one in subjects:  # the inspector begins with all of them before this page waits for the first
        prefetch(one, name, *arguments)
    found = [answer(one, name, *arguments, height=height, said=said) for one in subjects]
    return None if any(one is None for one in found) else found


@st.fragment(run_every=WAIT_SECONDS)
def _wait(question: _Question, height: int, said: str) -> None:
    if question.ask(wait=False) is not None:
        draw_anew()
    if height:
        st.skeleton(height=height)
    if said:
        ready = application().runs.engine.state == "ready"
        st.caption(said if ready else "Keras is starting; this follows in a few seconds …")


@st.fragment(run_every=1.0)
def _ask_again(question: _Question, happened: str, key: str) -> None:
    """The button that asks once more, as soon as the question has rested: else others would wait for the inspector again.

    Parameters
    ----------
    question
        The question to ask again.
    happened
        The text of the problem, which differs each time that the question ended the inspector.
    key
        The key of the button.
    """
    seen = st.session_state.setdefault(RESTS, {}).setdefault((question.words, happened), time.monotonic())
    left = math.ceil(seen + REST_SECONDS - time.monotonic())
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Ask again", key=f"again-{key}", icon=":material/refresh:", disabled=left > 0) and left <= 0:
            draw_anew()
        if left > 0:
            st.caption(f"In {left} s. Until then it rests, so that others are answered.", width="content")
