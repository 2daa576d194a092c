"""The card on Learn with questions of earlier decks that come back."""

import time

import streamlit as st

from core.application import application
from core.teaching import library
from core.teaching.review import DueQuestion, due_questions
from pages.shell import session
from pages.shell.messages import plain
from pages.teaching.questions import keep_answer

REPLIES = "review_replies"  # the key of the replies of this session, by question


def draw() -> None:
    """Draw at most three questions that are due, and the replies to those that were just answered."""
    answers = application().progress.answers(session.visitor())
    due = due_questions(library.decks(), answers, time.time())
    replies: dict[str, tuple[str, bool]] = st.session_state.get(REPLIES, {})
    if not due and not replies:
        return
    with st.container(key="review", border=True, gap="small"):
        st.header("Some days later")
        st.caption("Questions of lessons that you did. What is asked again after some days stays.")
        for reply, is_right in replies.values():
            (st.success if is_right else st.warning)(reply, icon=":material/replay:")
        for one in due:
            _question(one)


def _question(one: DueQuestion) -> None:
    key = f"review-{one.deck.name}-{one.question.id}"
    st.radio(
        f"{one.question.ask} :small[{plain(one.deck.title)}]",
        [option.text for option in one.question.options],
        index=None,
        key=key,
        format_func=plain,
        on_change=_answer,
        args=(one, key),
    )


def _answer(one: DueQuestion, key: str) -> None:
    chosen = keep_answer(one.question, one.deck.name, key)
    if chosen is not None:
        st.session_state.setdefault(REPLIES, {})[key] = (chosen.reply, chosen.is_right)
