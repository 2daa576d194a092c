"""A reference to the network that a page looks into: of the run in view, or the untrained draft; and questions about it."""

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
from pages.run_panels.weight_history import Moment, moment_in_view, record_question
from pages.shell.messages import show_problem
from pages.shell.streamlit_patches import rerun
from pages.shell.view import View
from pages.shell.waiting import wait_for

WAITS_APART = 0.5  # seconds between two times that a page waits for an answer
LANES = "subject_lanes"  # in session state: the last question of each lane, by the lane's name
WAITED = "subject_waited"  # in session state: when a page last waited
RESTS = "subject_rests"  # in session state: when a question that ended the inspector was first seen, by the question
TOO_HEAVY = "question-too-heavy"  # the code of the problem that answers such a question while it rests
FAILED = "view-failed"  # the code of the problem of an error that may not occur again


@dataclass(frozen=True)
class NetworkRef:
    """A network with its weights."""

    experiment: Experiment
    model: str  # the file of its weights; "" for the initial weights
    words: str  # which weights these are
    run: Run | None  # the run of these weights
    label: str = ""  # of the moment in the run; see `pages.run_panels.weight_history`
    number: int = 0  # its position in time

    @property
    def test_is_open(self) -> bool:
        return self.run is not None and self.run.test_is_open


def network_in_view(view: View, *, follows: bool = False) -> NetworkRef:
    """The network to look into now: of the run in view at the chosen moment, else the untrained draft.

    Parameters
    ----------
    view
        The view of this script run.
    follows
        Whether the page calls `pages.interpret.timeline.follow`.
    """
    run = view.run
    if run is None or run.state == "cancelled":
        return NetworkRef(view.experiment, "", "Not trained yet: the random weights that training starts from.", None)
    return network_at(run, moment_in_view(run, follows=follows))


def network_at(run: Run, moment: Moment) -> NetworkRef:
    """A reference to a run's network as it was at a moment."""
    words = moment.words if run.is_over else f"{run.title} is {STATES[run.state].word}. {moment.words}"
    return NetworkRef(run.experiment, moment.model, words, run, moment.label, moment.number)


def ask(network: NetworkRef, name: str, *arguments: Hashable, wait: bool = True) -> Any | Problem:
    """The inspector's answer about a network, or None while there is none; see `core.engine.inspector_views.Views.ask`."""
    record_question(network.run, network.label, name, arguments)
    return _Question(network, name, arguments).ask(wait=wait)


@dataclass(frozen=True)
class _Question:
    """A question about a network."""

    network: NetworkRef
    name: str  # the name of the view
    arguments: tuple[Hashable, ...]  # of the view

    def ask(self, *, wait: bool) -> Any | Problem:
        views = application().runs.views
        return views.ask(self.name, self.network.experiment, self.network.model, *self.arguments, wait=wait)

    def wait(self, height: int, words: str) -> None:
        """Keep room for the answer until it is there."""
        starting = "Keras is starting; this follows in a few seconds …"
        wait_for(lambda: self.ask(wait=False) is not None, words, height, starting=starting)

    def forget(self) -> None:
        """Ask it again at the next check."""
        views = application().runs.views
        views.forget(self.name, self.network.experiment, self.network.model, *self.arguments)

    def is_same_as(self, other: "_Question") -> bool:
        return self.words == other.words

    @property
    def words(self) -> tuple[Hashable, ...]:
        """What tells the question from others."""
        return self.network.model, self.name, self.arguments


def prefetch(network: NetworkRef, name: str, *arguments: Hashable) -> None:
    """Let the inspector begin with what a page will show further down."""
    ask(network, name, *arguments, wait=False)


def answer(  # noqa: PLR0913 - each one describes the card
    network: NetworkRef, name: str, *arguments: Hashable, height: int = 200, waiting_words: str = "", lane: str = ""
) -> Any:
    """The inspector's answer for a card of a page; None after a skeleton or a problem was drawn in the card's place.

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
    waiting_words
        The words to show during the work.
    lane
        The lane of a question that changes faster than answers come, as while a person draws: each question waits for the
        answer to the one before it in the lane, and questions in between are left out; "" for other questions.
    """
    question = _Question(network, name, arguments)
    if lane:
        lanes = st.session_state.setdefault(LANES, {})
        before = lanes.get(lane, question)
        if not before.is_same_as(question) and before.ask(wait=False) is None:
            before.wait(height, waiting_words)
            return None
        lanes[lane] = question
    result = ask(network, name, *arguments, wait=False)
    if result is None and time.monotonic() - st.session_state.get(WAITED, -WAITS_APART) >= WAITS_APART:
        result = ask(network, name, *arguments)  # once for all cards of a page, or the page would wait for each card
        st.session_state[WAITED] = time.monotonic()
    if result is None:
        question.wait(height, waiting_words)
        return None
    if isinstance(result, Problem):
        words = (str(part) for part in (name, network.number, *arguments) if isinstance(part, int | str))
        key = f"view-{'-'.join(words)}"
        show_problem(result, key)
        if result.code == TOO_HEAVY:
            _ask_again(question, result.happened, key)
        elif result.code == FAILED:
            st.button("Ask again", key=f"again-{key}", icon=":material/refresh:", on_click=question.forget)
        return None
    return result


def answers(
    subjects: Sequence[NetworkRef], name: str, *arguments: Hashable, height: int = 200, waiting_words: str = ""
) -> list[Any] | None:
    """The answers for several moments, in their order; None until all of them are there."""
    for network in subjects:  # the inspector begins with all before this page waits for the first
        prefetch(network, name, *arguments)
    results = [answer(network, name, *arguments, height=height, waiting_words=waiting_words) for network in subjects]
    return None if any(result is None for result in results) else results


@st.fragment(run_every=1.0)
def _ask_again(question: _Question, happened: str, key: str) -> None:
    """The button that asks once more, once the question has rested: otherwise others would wait for the inspector again.

    Parameters
    ----------
    question
        The question to ask again.
    happened
        The text of the problem, which differs each time that the question ended the inspector.
    key
        The key of the button.
    """
    first_seen = st.session_state.setdefault(RESTS, {}).setdefault((question.words, happened), time.monotonic())
    seconds_left = math.ceil(first_seen + REST_SECONDS - time.monotonic())
    with st.container(horizontal=True, vertical_alignment="center"):
        if (
            st.button("Ask again", key=f"again-{key}", icon=":material/refresh:", disabled=seconds_left > 0)
            and seconds_left <= 0
        ):
            rerun()
        if seconds_left > 0:
            st.caption(f"In {seconds_left} s. Until then it rests, so that others are answered.", width="content")
