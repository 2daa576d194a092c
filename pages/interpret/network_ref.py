"""A reference to a network at a moment of its training, and functions that send questions about the network to a worker."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.application import application
from core.engine.inspector import REST_SECONDS
from core.experiment.model import Experiment
from core.problems import Problem
from core.runs.run_record import Run
from core.runs.states import STATES
from core.views.shared.question import Answer, NetworkQuestion, Question
from pages.interpret.weight_history import WeightsMoment, moment_in_view, record_question
from pages.shell.messages import show_problem
from pages.shell.page_data import View
from pages.shell.streamlit_patches import rerun
from pages.shell.waiting import wait_for

WAITS_APART = 0.5  # seconds between two times that a page waits for an answer
LANES = "subject_lanes"  # in session state: the last question of each lane, by the lane's name
WAITED = "subject_waited"  # in session state: when a page last waited
RESTS = "subject_rests"  # in session state: when a question that ended the worker's process was first seen, by the question
TOO_HEAVY = "question-too-heavy"  # the code of the problem of such a question, which for a while cannot be asked again
FAILED = "view-failed"  # the code of the problem of an error that may not occur again


@dataclass(frozen=True)
class NetworkRef:
    """The network of an experiment, with its initial weights or with the weights of a moment in a run."""

    experiment: Experiment
    model: str  # the file of its weights, or "" for the initial weights
    words: str  # a description of the weights
    run: Run | None  # the run of these weights
    label: str = ""  # the label of the moment in the run (see `pages.interpret.weight_history`)
    number: int = 0  # the position of the moment in time

    @property
    def weights(self) -> tuple[Experiment, str]:
        """The experiment and the model file: the first arguments of each question about the network."""
        return self.experiment, self.model

    @property
    def test_is_open(self) -> bool:
        return self.run is not None and self.run.test_is_open


def network_in_view(view: View, *, follows: bool = False) -> NetworkRef:
    """Return the network that the page examines: the run in view at the chosen moment, or the untrained draft.

    Parameters
    ----------
    view
        The view of this script run.
    follows
        Whether the page follows the run by calling `pages.interpret.timeline.follow_run`.
    """
    run = view.run
    if run is None or run.state == "cancelled":
        return NetworkRef(view.experiment, "", "Not trained yet: the random weights that training starts from.", None)
    return network_at(run, moment_in_view(run, follows=follows))


def network_at(run: Run, moment: WeightsMoment) -> NetworkRef:
    """Return a reference to a run's network at a moment."""
    words = moment.words if run.is_over else f"{run.title} is {STATES[run.state].word}. {moment.words}"
    return NetworkRef(run.experiment, moment.model, words, run, moment.label, moment.number)


def ask_network(network: NetworkRef, question: Question[Answer], *, wait: bool = True) -> Answer | Problem | None:
    """Return a worker's answer to a question about a network. Return None until the answer arrives.

    See `core.application.Application.ask`.
    """
    record_question(network.run, network.label, question)
    return application().ask(question, wait=wait)


def prefetch(network: NetworkRef, question: Question[Any]) -> None:
    """Send a question to the worker early, since the page needs the answer further down."""
    ask_network(network, question, wait=False)


def _wait(question: Question[Any], height: int, words: str) -> None:
    """Draw a placeholder until the answer to a question arrives."""
    starting = "Keras is starting; this follows in a few seconds …"
    wait_for(lambda: application().ask(question, wait=False) is not None, words, height, starting=starting)


def answer(
    network: NetworkRef, question: Question[Answer], *, height: int = 200, waiting_words: str = "", lane: str = ""
) -> Answer | None:
    """Return the answer to a question for a card.

    Until the answer arrives, draw a placeholder or a problem and return None.

    Parameters
    ----------
    network
        The network.
    question
        The question about the network.
    height
        The height of the skeleton, in pixels. A height of 0 draws none, for a page that shows something else meanwhile.
    waiting_words
        The words to show during the work.
    lane
        The lane of a question that changes faster than answers come, as while a person draws: each question waits for the
        answer to the previous question of the lane, and questions in between are left out. Other questions have no lane.
    """
    if lane:
        lanes = st.session_state.setdefault(LANES, {})
        before = lanes.get(lane, question)
        if before != question and application().ask(before, wait=False) is None:
            _wait(before, height, waiting_words)
            return None
        lanes[lane] = question
    result = ask_network(network, question, wait=False)
    if result is None and time.monotonic() - st.session_state.get(WAITED, -WAITS_APART) >= WAITS_APART:
        result = ask_network(network, question)  # once for all cards of a page, or the page would wait for each card
        st.session_state[WAITED] = time.monotonic()
    if result is None:
        _wait(question, height, waiting_words)
        return None
    if isinstance(result, Problem):
        _show_problem(result, question, network)
        return None
    return result


def _show_problem(problem: Problem, question: Question[Any], network: NetworkRef) -> None:
    """Draw the problem that came instead of an answer, and a button that asks again if that may help."""
    words = [str(part) for part in question.arguments if isinstance(part, int | str) and part not in ("", network.model)]
    key = "-".join(("view", question.function.rpartition(":")[2], str(network.number), *words))
    show_problem(problem, key)
    if problem.code == TOO_HEAVY:
        _ask_again(question, problem.happened, key)
    elif problem.code == FAILED:
        forget = application().inspector.forget
        st.button("Ask again", key=f"again-{key}", icon=":material/refresh:", on_click=forget, args=(question,))


def answers(
    networks: Sequence[NetworkRef], question: NetworkQuestion[Answer], *, height: int = 200, waiting_words: str = ""
) -> list[Answer] | None:
    """Return the answers for several moments of a network, in their order. Return None until all answers arrive."""
    questions = [(network, question.of_weights(network.model)) for network in networks]
    for network, each in questions:  # the worker begins with all questions before the page waits for the first
        prefetch(network, each)
    results = [answer(network, each, height=height, waiting_words=waiting_words) for network, each in questions]
    known = [result for result in results if result is not None]
    return known if len(known) == len(results) else None


@st.fragment(run_every=1.0)
def _ask_again(question: Question[Any], happened: str, key: str) -> None:
    """Draw the button that asks again, disabled for a while so that other questions are answered first.

    Parameters
    ----------
    question
        The question to ask again.
    happened
        The text of the problem, which differs each time that the question ended the worker's process.
    key
        The key of the button.
    """
    first_seen = st.session_state.setdefault(RESTS, {}).setdefault((question, happened), time.monotonic())
    seconds_left = math.ceil(first_seen + REST_SECONDS - time.monotonic())
    with st.container(horizontal=True, vertical_alignment="center"):
        if (
            st.button("Ask again", key=f"again-{key}", icon=":material/refresh:", disabled=seconds_left > 0)
            and seconds_left <= 0
        ):
            rerun()
        if seconds_left > 0:
            st.caption(f"In {seconds_left} s. Until then it rests, so that others are answered.", width="content")
