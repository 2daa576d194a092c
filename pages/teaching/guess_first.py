"""The setting Guess first: Train asks for a guess, and the guess is later shown beside the result."""

from dataclasses import replace

import streamlit as st

from core.application import application
from core.runs.run_record import Run
from core.teaching.checks import evidence
from core.teaching.checks.predictable_values import PREDICTABLE_VALUES, compare
from core.teaching.deck import Prediction
from core.teaching.guess_questions import ACCURACY_BANDS, ANOTHER_PAIR, guess_question, similar_class_pairs
from core.teaching.progress import PREDICTION, Answer
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.shell.streamlit_patches import rerun
from pages.teaching.predictions import GUESS, options_of, show_compared

ASKED = "asked_guess"  # the key of the question that waits for a guess
SWITCH = "guess-first"
SEPARATOR = ": "  # between the name of a predictable value and the guess in a stored answer


def train_or_ask() -> None:
    """Train the draft. Ask for a guess first if the visitor wants that. An open deck asks its own questions instead."""
    progress, visitor = application().progress, session.visitor()
    if not progress.learner(visitor).guesses_first or st.session_state.get(session.DECK_OPEN):
        session.train()
        return
    made = sum(answer.kind == PREDICTION for answer in progress.answers(visitor, ""))
    st.session_state[ASKED] = guess_question(session.draft().experiment, made)


def draw_open_guess() -> None:
    """Draw the dialog that asks for a guess, if Train was pressed with Guess first."""
    question: Prediction | None = st.session_state.get(ASKED)
    if question is not None:
        _dialog(question)


@st.dialog("Guess first", on_dismiss=lambda: st.session_state.pop(ASKED, None))
def _dialog(question: Prediction) -> None:
    st.markdown(f"{GUESS} {question.ask}")
    with st.container(horizontal=True, gap="small"):
        for option in options_of(question):
            if st.button(escape_markdown(option), key=f"guess-{option}"):
                _begin(question, option)
    if st.button("Train without a guess", key="no-guess", type="tertiary"):
        _begin(question, None)


def _begin(question: Prediction, guess: str | None) -> None:
    """Start the run, and save the visitor's guess about the run."""
    st.session_state.pop(ASKED, None)
    session.train()
    run = session.shown_run()
    if guess is not None and run is not None and not run.is_over:
        value = f"{question.predictable_value}{SEPARATOR}{guess}"
        # The run may be on already, with a guess from another tab: the first guess counts.
        application().progress.answer_once(session.visitor(), Answer("", run.id, PREDICTION, value, None, 0.0), since=0.0)
    rerun()


def switch() -> None:
    """Draw the switch of the setting Guess first."""
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
    """Draw the visitor's guess about a run beside the result. Draw nothing without a guess or a result.

    Parameters
    ----------
    run
        The run.
    view
        The view of this script run.
    """
    if not run.result:  # and a page must not read more and more of an active run
        return
    progress, visitor = application().progress, session.visitor()
    given = next((stored for stored in reversed(progress.answers(visitor, "")) if stored.item == run.id), None)
    if given is None:
        return
    name, _, guess = given.value.partition(SEPARATOR)
    predicted, outcome = PREDICTABLE_VALUES[name], application().results.outcome(run)
    value = predicted.value(evidence.collect_evidence(application().runs, visitor, view.experiment), outcome)
    if value is None:
        return
    bands = ACCURACY_BANDS if name == "validation_accuracy" else ()
    compared = compare(predicted, guess, value, bands=bands, options=() if bands else (guess,))
    if guess == ANOTHER_PAIR:
        compared = replace(compared, is_right=value not in similar_class_pairs(run.experiment))
    if given.share is None:
        progress.judge(visitor, "", run.id, float(compared.is_right))
    show_compared("Your guess:", compared)
