"""Guess first: where the visitor wants it, Train asks one question; afterwards guess and result stand side by side."""

from dataclasses import replace

import streamlit as st

from core.application import application
from core.runs.run_record import Run
from core.teaching.checks import evidence
from core.teaching.checks.figures import FIGURES, compare
from core.teaching.deck import Prediction
from core.teaching.guesses import ACCURACY_BANDS, ANOTHER_PAIR, guess_of, likely_pairs
from core.teaching.progress import PREDICTION, Answer
from pages.shell import session
from pages.shell.messages import plain
from pages.shell.streamlit_patches import rerun
from pages.shell.view import View
from pages.teaching.predictions import GUESS, options_of, show_compared

ASKED = "asked_guess"  # the key of the question that stands open
SWITCH = "guess-first"
SEPARATOR = ": "  # between the name of a figure and a guess, where a guess is kept


def train() -> None:
    """Train the draft; ask for a guess first, where the visitor wants that and no deck asks its own questions."""
    progress, visitor = application().progress, session.visitor()
    if not progress.learner(visitor).guesses_first or st.session_state.get(session.DECK_OPEN):
        session.train()
        return
    made = sum(answer.kind == PREDICTION for answer in progress.answers(visitor, ""))
    st.session_state[ASKED] = guess_of(session.draft().experiment, made)


def ask_if_wanted() -> None:
    """Draw the question that stands open, over the page."""
    question: Prediction | None = st.session_state.get(ASKED)
    if question is not None:
        _dialog(question)


@st.dialog("Guess first", on_dismiss=lambda: st.session_state.pop(ASKED, None))
def _dialog(question: Prediction) -> None:
    st.markdown(f"{GUESS} {question.ask}")
    with st.container(horizontal=True, gap="small"):
        for option in options_of(question):
            if st.button(plain(option), key=f"guess-{option}"):
                _begin(question, option)
    if st.button("Train without a guess", key="no-guess", type="tertiary"):
        _begin(question, None)


def _begin(question: Prediction, guess: str | None) -> None:
    """Train, and keep the guess with the run that it is about."""
    st.session_state.pop(ASKED, None)
    session.train()
    run = session.shown_run()
    if guess is not None and run is not None and not run.is_over:
        value = f"{question.figure}{SEPARATOR}{guess}"
        application().progress.answer(session.visitor(), Answer("", run.id, PREDICTION, value, None, 0.0))
    rerun()


def switch() -> None:
    """Draw the switch that makes Train ask."""
    learner = application().progress.learner(session.visitor())
    st.toggle(
        "Guess first",
        learner.guesses_first,
        key=SWITCH,
        help="Before a run, Train asks one question, answered by one tap. Whoever guesses first remembers what they saw.",
        on_change=_choose,
    )


def _choose() -> None:
    progress, visitor = application().progress, session.visitor()
    progress.choose(visitor, replace(progress.learner(visitor), guesses_first=bool(st.session_state[SWITCH])))


def guess_beside_result(run: Run, view: View) -> None:
    """Draw what the visitor guessed of a run, and what came of it; nothing where they did not guess.

    Parameters
    ----------
    run
        The run.
    view
        The view of this script run.
    """
    if not run.result:  # also, what a page reads of a run that goes on must not grow with the run
        return
    progress, visitor = application().progress, session.visitor()
    given = next((one for one in reversed(progress.answers(visitor, "")) if one.item == run.id), None)
    if given is None:
        return
    name, _, guess = given.value.partition(SEPARATOR)
    figure, outcome = FIGURES[name], application().results.outcome(run)
    value = figure.value(evidence.gather(application().runs, visitor, view.experiment), outcome)
    if value is None:
        return
    bands = ACCURACY_BANDS if name == "validation_accuracy" else ()
    compared = compare(figure, guess, value, bands=bands, options=() if bands else (guess,))
    if guess == ANOTHER_PAIR:
        compared = replace(compared, is_right=value not in likely_pairs(run.experiment))
    if given.share is None:
        progress.judge(visitor, "", run.id, float(compared.is_right))
    show_compared("Your guess:", compared)
