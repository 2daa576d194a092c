"""Guesses: a question before a run, and afterwards guess and result side by side."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.application import application
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.figures import FIGURES, Compared, band_labels, compare, run_after
from core.teaching.deck import Prediction
from core.teaching.progress import PREDICTION, Answer
from pages.shell import session
from pages.shell.messages import plain
from pages.shell.view import View
from pages.teaching.current_scene import Current
from pages.teaching.evidence import gather_evidence

GUESS = ":material/psychology_alt:"


def draw_prediction(prediction: Prediction, now: Current, view: View) -> None:
    """Draw a prediction: its question first; once it is known, guess and result.

    Parameters
    ----------
    prediction
        The prediction of the deck.
    now
        The deck that is open, and where its visitor is.
    view
        The view of this script run.
    """
    tries = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    given = next((one for one in reversed(tries) if one.item == prediction.id and one.kind == PREDICTION), None)
    with st.container(key=f"predict-{now.deck.name}-{prediction.id}", gap="small"):
        if given is None:
            st.markdown(f"{GUESS} **Guess first.** {prediction.ask}")
            ask(prediction, f"guess-{now.deck.name}-{prediction.id}", lambda said: _keep(now, prediction, said))
            return
        compared = result(prediction, given, gather_evidence(now, view))
        if compared is None:
            st.markdown(f"{GUESS} {prediction.ask} You said **{plain(given.value)}**. {_what_is_next(prediction)}")
            return
        if given.share is None:
            share = float(compared.is_right)
            application().progress.judge(session.visitor(), now.deck.name, prediction.id, share)
        show_compared(prediction.ask, compared)


def show_compared(asked: str, compared: Compared) -> None:
    """Draw guess and result side by side."""
    draw = st.success if compared.is_right else st.info
    icon = ":material/check_circle:" if compared.is_right else ":material/compare_arrows:"
    draw(f"{asked} {plain(compared.words)}", icon=icon)


def result(prediction: Prediction, given: Answer, evidence: Evidence) -> Compared | None:
    """Compare a guess with its figure; None while the figure is not known.

    Parameters
    ----------
    prediction
        The prediction.
    given
        The guess.
    evidence
        The draft, and the runs among which the first one after the guess answers it.
    """
    figure = FIGURES[prediction.figure]
    value = figure.value(evidence, run_after(evidence, given.answered), prediction.arguments)
    if value is None:
        return None
    return compare(
        figure,
        given.value,
        value,
        bands=prediction.bands,
        options=prediction.options,
        within=prediction.within,
    )


def options_of(prediction: Prediction) -> tuple[str, ...]:
    """The options that a prediction offers; () where a number is typed."""
    return prediction.options or band_labels(FIGURES[prediction.figure], prediction.bands)


def ask(prediction: Prediction, key: str, on_guess: Callable[[str], None]) -> None:
    """Draw the options, or the field for a number.

    Parameters
    ----------
    prediction
        The prediction.
    key
        The key of the widget.
    on_guess
        Called with the option or the text of the number.
    """

    def guessed() -> None:
        said: Any = st.session_state.get(key)
        if said is not None and str(said).strip():
            on_guess(str(said))

    if options := options_of(prediction):
        st.pills(prediction.ask, options, key=key, label_visibility="collapsed", format_func=plain, on_change=guessed)
    else:
        st.text_input(
            prediction.ask,
            key=key,
            max_chars=40,
            placeholder="Type it, and press Enter.",
            label_visibility="collapsed",
            on_change=guessed,
        )


def _keep(now: Current, prediction: Prediction, said: str) -> None:
    answer = Answer(now.deck.name, prediction.id, PREDICTION, said, None, 0.0)
    application().progress.answer(session.visitor(), answer)


def _what_is_next(prediction: Prediction) -> str:
    if FIGURES[prediction.figure].needs_run:
        return "Now press **Train**: the run answers."
    return "Keras answers in a moment."
