"""The daily review on Learn: three questions from decks that the visitor did on earlier days."""

import time

import streamlit as st

from core.application import application
from core.number_text import quantity
from core.teaching import library
from core.teaching.deck import Words
from core.teaching.progress import REVIEW, Answer
from core.teaching.review import DueQuestion, ReviewResult, due_questions, review_of_the_day
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching import current_scene

REPLY = "review_reply"  # the key of the reply to the last answer of this session
RIGHT, WRONG = ":material/check_circle:", ":material/cancel:"


def draw() -> None:
    """Draw the next question of today's review, or the result of the review. Draw nothing if no question is due today."""
    progress, visitor, now = application().progress, session.visitor(), time.time()
    reviews = progress.reviews(visitor)
    due = due_questions(library.decks(), progress.answers(visitor), reviews, now)
    done = review_of_the_day(reviews, now)
    if not due and not done.answers:
        return
    with st.container(key="card-review", border=True, gap="small"):
        _reply()
        if due:
            _question(due[0], len(done.answers) + 1, len(done.answers) + len(due))
        else:
            _result(done)


def _question(due: DueQuestion, number: int, count: int) -> None:
    st.header(f"Review: question {number} of {count}", anchor=False)
    st.caption(
        f"{escape_markdown(due.deck.title)}. {'It was wrong last time.' if due.was_wrong else 'What do you still know?'}"
    )
    key = f"review-{due.deck.name}-{due.question.id}"
    st.radio(
        due.question.ask,
        [option.text for option in due.question.options],
        index=None,
        key=key,
        format_func=escape_markdown,
        on_change=_answer,
        args=(due, key),
    )
    if words := [part.markdown for part in due.scene.parts if isinstance(part, Words)]:
        with st.popover("The words of the scene", icon=":material/menu_book:", key="review-scene"):
            for text in words:
                st.markdown(text)


def _answer(due: DueQuestion, key: str) -> None:
    """Save an answer of the review. The answer does not change the results of the deck."""
    chosen = next((option for option in due.question.options if option.text == st.session_state.get(key)), None)
    if chosen is not None:
        answer = Answer(due.deck.name, due.question.id, REVIEW, chosen.text, float(chosen.is_right), 0.0)
        application().progress.answer(session.visitor(), answer)
        st.session_state[REPLY] = chosen


def _reply() -> None:
    """Draw the reply to the answer that the visitor gave last."""
    if (chosen := st.session_state.get(REPLY)) is not None:
        words = f"**{escape_markdown(chosen.text)}**: {chosen.reply}"
        (st.success if chosen.is_right else st.warning)(words, icon=RIGHT if chosen.is_right else WRONG)


def _result(done: ReviewResult) -> None:
    """Draw the result of the review, with a button for each deck in which the visitor answered wrongly."""
    st.header(f"Review: {done.right} of {len(done.answers)} right", anchor=False)
    wrong = {answer.deck: library.find_deck(answer.deck) for answer in done.answers if answer.share != 1.0}
    st.caption(
        f"What was wrong comes back tomorrow: {quantity(len(done.answers) - done.right, 'question')}."
        if wrong
        else "These questions come back later, after more and more days."
    )
    with st.container(horizontal=True, gap="small"):
        for deck in wrong.values():
            if deck is not None:
                title = escape_markdown(deck.title)
                st.button(
                    f"Open {title}", key=f"review-open-{deck.name}", on_click=current_scene.open_deck, args=(deck.name,)
                )
