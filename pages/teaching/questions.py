"""Multiple-choice questions of decks, with a reply to the chosen option."""

import streamlit as st

from core.application import application
from core.teaching.deck import Option, Question
from core.teaching.progress import QUESTION, Answer
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching.current_scene import CurrentScene

ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}  # of answers to a question


def draw_question(question: Question, now: CurrentScene) -> None:
    """Draw a question with its options and the reply to the last answer. The visitor can change a wrong answer.

    Parameters
    ----------
    question
        The question.
    now
        The open deck and its current scene.
    """
    given = _last_answer(question, now)
    key = f"question-{now.deck.name}-{question.id}"
    with st.container(key=key, gap="small"):
        st.radio(
            question.ask,
            [option.text for option in question.options],
            index=None if given is None else question.options.index(given),
            key=f"{key}-options",
            format_func=escape_markdown,
            on_change=_answer,
            args=(question, now.deck.name, f"{key}-options"),
        )
        if given is not None:
            _draw_reply(given, is_verdict=all(option.is_right for option in question.options))
            _say_first(question, now)


def _draw_reply(given: Option, *, is_verdict: bool) -> None:
    """Draw the reply to the chosen option, coloured as right or wrong.

    If every option may be right, a task judges the choice later, and the reply is neutral.
    """
    if is_verdict:
        st.info(given.reply, icon=":material/info:")
    elif given.is_right:
        st.success(given.reply, icon=":material/check_circle:")
    else:
        st.warning(given.reply, icon=":material/cancel:")


def _say_first(question: Question, now: CurrentScene) -> None:
    """Remind the visitor that the first answer counts, if only a later answer was right."""
    tries = [answer for answer in _tries(now) if answer.item == question.id]
    if len(tries) > 1 and tries[-1].share == 1.0 and tries[0].share != 1.0:
        first, which = escape_markdown(tries[0].value.rstrip(".")), ORDINALS.get(len(tries), f"number {len(tries)}")
        st.caption(f"What counts is your first answer, “{first}”. This is your {which}.")


def _tries(now: CurrentScene) -> tuple[Answer, ...]:
    return application().progress.answers(session.visitor(), now.deck.name, since=now.place.begun)


def _last_answer(question: Question, now: CurrentScene) -> Option | None:
    texts = [answer.value for answer in _tries(now) if answer.item == question.id]
    return next((option for option in question.options if texts and option.text == texts[-1]), None)


def _answer(question: Question, deck: str, key: str) -> None:
    """Save the option that the visitor chose in the widget with this key."""
    keep_answer(question, deck, st.session_state.get(key))


def keep_answer(question: Question, deck: str, text: str | None) -> None:
    """Save an option of a question as the visitor's answer. Ignore a text that is no option.

    Parameters
    ----------
    question
        The question.
    deck
        The name of the question's deck.
    text
        The text of the option.
    """
    chosen = next((option for option in question.options if option.text == text), None)
    if chosen is not None:
        answer = Answer(deck, question.id, QUESTION, chosen.text, float(chosen.is_right), 0.0)
        application().progress.answer(session.visitor(), answer)
