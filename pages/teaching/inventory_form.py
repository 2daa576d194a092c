"""A form of the inventory, a test of knowledge. Each answer is saved at once, and whether it is right is shown later.

A page with all questions serves keyboard, screen reader and phone alike: each question has a heading to jump to, nothing
moves while somebody answers, and an earlier answer can be changed until the form is handed in.
"""

from pathlib import Path

import streamlit as st

from core.application import application
from core.number_text import quantity
from core.teaching.deck import INVENTORY
from core.teaching.inventory_form import UNSURE
from core.teaching.study.inventory import AFTER, FormAnswers, Item, answer_for_option, answers_by_form, forms
from pages.frame import page_layout
from pages.shell import session
from pages.shell.messages import escape_markdown

OPEN, HANDED_IN = "inventory_open", "inventory_handed_in"  # keys of this session
STYLE = Path(__file__).parent / "inventory.css"
WIDTH = 760  # pixels: lines of about 90 letters


def visitor_forms(visitor: str) -> tuple[FormAnswers, ...]:
    """Return the visitor's answers to both forms. Return an empty tuple if this server has no inventory.

    The order of the forms is arbitrary until the visitor begins.
    """
    first = application().assignments.assigned(visitor, INVENTORY)
    progress = application().progress
    return answers_by_form(progress.answers(visitor), progress.places(visitor), first or "")


def begin() -> None:
    """Open the visitor's next form. Before the first form, chance decides which of the two forms comes first."""
    visitor = session.visitor()
    application().assignments.assign(visitor, INVENTORY, [form.name for form in forms()])
    application().progress.leave(visitor)  # the guide of a deck would stand above the questions
    st.session_state[OPEN] = True
    st.session_state[page_layout.PART] = OPEN


def current() -> FormAnswers | None:
    """Return the form that is open in this session, with its answers. Return None if no form is open."""
    if not st.session_state.get(OPEN):
        return None
    return next((form for form in visitor_forms(session.visitor()) if form.finished is None), None)


def draw(taken: FormAnswers) -> None:
    """Draw a form of the inventory with all its questions.

    Parameters
    ----------
    taken
        The form, with the answers so far.
    """
    st.html(STYLE)
    which = "after" if taken.moment == AFTER else "before"
    replies = (
        "Right and wrong are told at the end."
        if taken.moment == AFTER
        else "Right and wrong are told after the second form."
    )
    page_layout.heading(f"What do you know? {which.capitalize()}", f"No marks. {replies}")
    with st.container(key="inventory-form", gap="medium", width=WIDTH):
        st.markdown(
            f"Each answer is saved at once: you can leave, and go on later. Do not guess: **{UNSURE}** is a good answer too."
        )
        _how_far(taken, "top")
        for item in taken.form.items:
            _question(taken, item)
        _end(taken)


def _how_far(filled: FormAnswers, where: str) -> None:
    total = len(filled.form.items)
    answered = total - len(filled.open_items)
    with st.container(key=f"inventory-progress-{where}"):
        st.progress(answered / total, text=f"{answered} of {total} answered")


def _question(filled: FormAnswers, item: Item) -> None:
    answer = filled.chosen.get(item.question.id)
    key = f"choice-{filled.form.name}-{item.question.id}"
    options = [*(option.text for option in item.question.options), UNSURE]
    with st.container(key=f"card-inventory-item-{item.number}", border=True, gap="small"):
        st.header(f"Question {item.number}", anchor=False)
        if item.words:
            st.markdown(item.words)
        st.radio(
            item.question.ask,
            options,
            index=options.index(answer.value) if answer is not None and answer.value in options else None,
            key=key,
            format_func=escape_markdown,
            on_change=_keep,
            args=(filled, item, key),
        )


def _keep(filled: FormAnswers, item: Item, key: str) -> None:
    answer = answer_for_option(filled.form, item, str(st.session_state.get(key)))
    if answer is not None and (mine := current()) is not None and mine.form.name == filled.form.name:  # else handed in
        application().progress.answer(session.visitor(), answer)


def _end(filled: FormAnswers) -> None:
    _how_far(filled, "end")
    left = [str(item.number) for item in filled.open_items]
    why = f"{quantity(len(left), 'question')} without an answer: {', '.join(left)}."
    if left:
        st.markdown(why)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Hand in",
            key="inventory-hand-in",
            type="primary",
            icon=":material/check:",
            disabled=bool(left),
            help=f"{why} Choose {UNSURE} where that is so." if left else None,
            on_click=_hand_in,
            args=(filled,),
        )
        st.button("Go on later", key="inventory-leave", on_click=leave)


def _hand_in(filled: FormAnswers) -> None:
    application().progress.mark_done(session.visitor(), filled.form.name, filled.form.deck.scenes[-1].id)
    st.session_state[HANDED_IN] = filled.moment
    leave()


def leave() -> None:
    """Close the form. Keep its answers."""
    st.session_state.pop(OPEN, None)
    st.session_state.pop(page_layout.PART, None)
