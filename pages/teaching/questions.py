"""Multiple-choice questions of decks: the options, and the reply to the one that was chosen."""

import streamlit as st

from core.application import application
from core.teaching.deck import Option, Question
from core.teaching.progress import QUESTION, Answer
from pages.shell import session
from pages.shell.messages import plain
from pages.teaching.current_scene import Current


def draw_question(question: Question, now: Current) -> None:
    """Draw a question with its options; whoever answered wrongly reads why, and may try again.

    Parameters
    ----------
    question
        The question.
    now
        The deck that is open, and where its visitor is.
    """
    given = _last_answer(question, now)
    key = f"question-{now.deck.name}-{question.id}"
    with st.container(key=key, gap="small"):
        st.radio(
            question.ask,
            [option.text for option in question.options],
            index=None if given is None else question.options.index(given),
            key=f"{key}-options",
            format_func=plain,
            on_change=_answer,
            args=(question, now.deck.name, f"{key}-options"),
        )
        if given is not None:
            _draw_reply(given, is_verdict=all(option.is_right for option in question.options))


def _draw_reply(given: Option, *, is_verdict: bool) -> None:
    """Draw the reply to an option; where each one may be right, a task judges it, and the reply says neither."""
    if is_verdict:
        st.info(given.reply, icon=":material/info:")
    elif given.is_right:
        st.success(given.reply, icon=":material/check_circle:")
    else:
        st.warning(given.reply, icon=":material/cancel:")


def _last_answer(question: Question, now: Current) -> Option | None:
    tries = application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)
    texts = [answer.value for answer in tries if answer.item == question.id]
    return next((option for option in question.options if texts and option.text == texts[-1]), None)


def keep_answer(question: Question, deck: str, key: str) -> Option | None:
    """Keep the option that was chosen, and return it; None where none was.

    Parameters
    ----------
    question
        The question.
    deck
        The name of its deck.
    key
        The key of the widget that holds the option's text.
    """
    chosen = next((option for option in question.options if option.text == st.session_state.get(key)), None)
    if chosen is not None:
        answer = Answer(deck, question.id, QUESTION, chosen.text, float(chosen.is_right), 0.0)
        application().progress.answer(session.visitor(), answer)
    return chosen


def _answer(question: Question, deck: str, key: str) -> None:
    keep_answer(question, deck, key)
