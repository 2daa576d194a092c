"""Guesses in decks: a question before a run, and later the visitor's guess beside the result."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from core.application import application
from core.runs.states import STATES
from core.teaching.checks.evidence import Evidence
from core.teaching.checks.predictable_values import (
    PREDICTABLE_VALUES,
    GuessResult,
    Value,
    band_labels,
    compare,
    first_run_after,
    unreadable_reason,
    was_stopped_early,
)
from core.teaching.deck import Prediction
from core.teaching.progress import PREDICTION, Answer
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.teaching.current_scene import CurrentScene
from pages.teaching.evidence import gather_evidence

GUESS = ":material/psychology_alt:"


def draw_guess(prediction: Prediction, now: CurrentScene, view: View) -> None:
    """Draw a guess of a deck: first its question, and once the result is known, the visitor's guess beside the result.

    Parameters
    ----------
    prediction
        The question of the deck, whose answer the visitor guesses.
    now
        The open deck and its current scene.
    view
        The view of this script run.
    """
    tries = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    given = next((answer for answer in tries if answer.item == prediction.id and answer.kind == PREDICTION), None)
    with st.container(key=f"predict-{now.deck.name}-{prediction.id}", gap="small"):
        if given is None:
            st.markdown(f"{GUESS} **Guess first.** {prediction.ask}")
            _ask_until_readable(prediction, now, view)
            return
        evidence = gather_evidence(now, view, prediction)
        compared = keep_result(prediction, given, evidence, now)
        if compared is None:
            words = _what_is_next(prediction, given, evidence)
            st.markdown(f"{GUESS} {prediction.ask} You said **{escape_markdown(given.value)}**. {words}")
            return
        show_compared(prediction.ask, replace(compared, words=f"{compared.words} {prediction.reply}".rstrip()))


def keep_result(prediction: Prediction, given: Answer, evidence: Evidence, now: CurrentScene) -> GuessResult | None:
    """Compare a guess with the result as in `result`, and save whether the guess was right once the result is known."""
    compared = result(prediction, given, evidence)
    if compared is not None and given.share is None:
        with session.catch_refusal():
            application().progress.judge(session.visitor(), now.deck.name, prediction.id, float(compared.is_right))
    return compared


def show_compared(question: str, compared: GuessResult) -> None:
    """Draw the sentence that compares a guess with the result, coloured as right or wrong."""
    draw = st.success if compared.is_right else st.info
    icon = ":material/check_circle:" if compared.is_right else ":material/compare_arrows:"
    draw(f"{question} {escape_markdown(compared.words)}", icon=icon)


def result(prediction: Prediction, given: Answer, evidence: Evidence) -> GuessResult | None:
    """Compare a guess with the result. Return None if no result is known yet.

    Parameters
    ----------
    prediction
        The question whose answer the visitor guessed.
    given
        The guess.
    evidence
        The experiment of the scene and its runs. The first run after the guess gives the result.
    """
    return compare_with_run(prediction, given.value, given.answered, evidence)


def compare_with_run(prediction: Prediction, said: str, since: float, evidence: Evidence) -> GuessResult | None:
    """Compare a guess with the result of the first run that started after a time. See `result`."""
    predicted = PREDICTABLE_VALUES[prediction.predictable_value]
    value = _value(prediction, evidence, since)
    if value is None:
        return None
    return compare(
        predicted,
        said,
        value,
        bands=prediction.bands,
        options=prediction.options,
        within=prediction.within,
    )


def _value(prediction: Prediction, evidence: Evidence, since: float) -> Value:
    """Return the actual value that a guess is about. Return None while it is unknown. See `compare_with_run`."""
    of_scene = replace(evidence, experiment=evidence.start or evidence.experiment)  # even if the draft was changed since
    return PREDICTABLE_VALUES[prediction.predictable_value].value(
        of_scene, first_run_after(evidence, since), prediction.arguments
    )


def options_of(prediction: Prediction) -> tuple[str, ...]:
    """Return the options that a guess offers. Return an empty tuple if the visitor types a number instead."""
    return prediction.options or band_labels(PREDICTABLE_VALUES[prediction.predictable_value], prediction.bands)


def ask(prediction: Prediction, key: str, on_guess: Callable[[str], None]) -> None:
    """Draw the options of a guess, or a text field if the guess is a number.

    Parameters
    ----------
    prediction
        The prediction.
    key
        The key of the widget.
    on_guess
        A callback that gets the chosen option or the typed number as text.
    """

    def guessed() -> None:
        said: Any = st.session_state.get(key)
        if said is not None and str(said).strip():
            on_guess(str(said))

    if options := options_of(prediction):
        st.pills(
            prediction.ask, options, key=key, label_visibility="collapsed", format_func=escape_markdown, on_change=guessed
        )
    else:
        example = PREDICTABLE_VALUES[prediction.predictable_value].kind.example
        st.text_input(
            prediction.ask,
            key=key,
            max_chars=40,
            placeholder=f"Such as {example}, then press Enter." if example else "Type it, and press Enter.",
            label_visibility="collapsed",
            on_change=guessed,
        )


def _ask_until_readable(prediction: Prediction, now: CurrentScene, view: View) -> None:
    """Ask for a guess, and keep the guess once it can be read. Until then a sentence says why it cannot be read."""
    key = f"guess-{now.deck.name}-{prediction.id}"
    unreadable, is_typed = f"{key}-unreadable", not options_of(prediction)
    value = _value(prediction, gather_evidence(now, view, prediction), now.opened) if is_typed else None

    def on_guess(said: str) -> None:
        reason = unreadable_reason(PREDICTABLE_VALUES[prediction.predictable_value], said, value) if is_typed else ""
        st.session_state[unreadable] = reason
        if not reason:
            _keep(now, prediction, said)

    ask(prediction, key, on_guess)
    if reason := st.session_state.get(unreadable):
        st.warning(escape_markdown(reason), icon=":material/edit:")


def _keep(now: CurrentScene, prediction: Prediction, said: str) -> None:
    answer = Answer(now.deck.name, prediction.id, PREDICTION, said, None, 0.0)
    application().progress.answer_once(session.visitor(), answer, now.place.begun)


def _what_is_next(prediction: Prediction, given: Answer, evidence: Evidence) -> str:
    if given.share is not None:  # the run is gone, or the guess is older than the scene begun anew
        return "It was right." if given.share == 1.0 else "It was not right."
    if not PREDICTABLE_VALUES[prediction.predictable_value].needs_run:
        return "Keras answers in a moment."
    active = evidence.active
    if active is None:
        later = [outcome for outcome in evidence.finished if outcome.run.created >= given.answered]
        if later and was_stopped_early(later[0]):
            return (
                f"{escape_markdown(later[0].run.title)} was stopped too early. Press **Train** again, and let the run end."
            )
        return "Now press **Train**: the run answers."
    state = f"{active.title} is {STATES[active.state].word}"
    if any(outcome.run.id == active.id for outcome in evidence.runs):
        return f"{escape_markdown(state)}: its result will answer."
    return (
        f"{escape_markdown(state)}, and is a run of another experiment. Wait for its end, or stop it; then press **Train**."
    )
