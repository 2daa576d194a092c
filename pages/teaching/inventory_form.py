"""A form of the inventory on one page: each answer is kept at once, and there is no word on right or wrong.

One page serves keyboard, screen reader and phone alike: each question has a heading to jump to, nothing moves while somebody
answers, and an earlier answer can be changed until the form is handed in.
"""

from pathlib import Path

import streamlit as st

from core.application import application
from core.number_text import quantity
from core.teaching.deck import INVENTORY
from core.teaching.inventory_form import UNSURE
from core.teaching.study.inventory import AFTER, Item, Taken, answer_of, forms, taken
from pages.shell import page_layout, session
from pages.shell.messages import plain

OPEN, HANDED_IN = "inventory_open", "inventory_handed_in"  # keys of this session
STYLE = Path(__file__).parent / "inventory.css"
WIDTH = 760  # pixels: lines of about 90 letters


def both_of(visitor: str) -> tuple[Taken, ...]:
    """What a visitor did of both forms, in any order before they begin; () where this server has no inventory."""
    first = application().assignments.assigned(visitor, INVENTORY)
    progress = application().progress
    return taken(progress.answers(visitor), progress.places(visitor), first or "")


def begin() -> None:
    """Open the form that comes next; at the first time chance decides which one that is."""
    visitor = session.visitor()
    application().assignments.assign(visitor, INVENTORY, [form.name for form in forms()])
    application().progress.leave(visitor)  # the guide of a deck would stand above the questions
    st.session_state[OPEN] = True
    st.session_state[page_layout.PART] = OPEN


def current() -> Taken | None:
    """The form that is open in this session; None where none is."""
    if not st.session_state.get(OPEN):
        return None
    return next((one for one in both_of(session.visitor()) if one.finished is None), None)


def draw(one: Taken) -> None:
    """Draw a form.

    Parameters
    ----------
    one
        The form, and what was answered in it.
    """
    st.html(STYLE)
    which = "after" if one.moment == AFTER else "before"
    replies = (
        "Right and wrong are told at the end." if one.moment == AFTER else "Right and wrong are told after the second form."
    )
    page_layout.heading(f"What do you know? {which.capitalize()}", f"No marks. {replies}", code=False)
    with st.container(key="inventory-form", gap="medium", width=WIDTH):
        st.markdown(
            f"Each answer is saved at once: you can leave, and go on later. Do not guess: **{UNSURE}** is a good answer too."
        )
        _how_far(one, "top")
        for item in one.form.items:
            _question(one, item)
        _end(one)


def _how_far(one: Taken, where: str) -> None:
    total = len(one.form.items)
    answered = total - len(one.open_items)
    with st.container(key=f"inventory-progress-{where}"):
        st.progress(answered / total, text=f"{answered} of {total} answered")


def _question(one: Taken, item: Item) -> None:
    answer = one.chosen.get(item.question.id)
    key = f"choice-{one.form.name}-{item.question.id}"
    options = [*(option.text for option in item.question.options), UNSURE]
    with st.container(key=f"inventory-item-{item.number}", border=True, gap="small"):
        st.header(f"Question {item.number}", anchor=False)
        if item.words:
            st.markdown(item.words)
        st.radio(
            item.question.ask,
            options,
            index=options.index(answer.value) if answer is not None and answer.value in options else None,
            key=key,
            format_func=plain,
            on_change=_keep,
            args=(one, item, key),
        )


def _keep(one: Taken, item: Item, key: str) -> None:
    answer = answer_of(one.form, item, str(st.session_state.get(key)))
    if answer is not None and (mine := current()) is not None and mine.form.name == one.form.name:  # else it is handed in
        application().progress.answer(session.visitor(), answer)


def _end(one: Taken) -> None:
    _how_far(one, "end")
    left = [str(item.number) for item in one.open_items]
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
            args=(one,),
        )
        st.button("Go on later", key="inventory-leave", on_click=leave)


def _hand_in(one: Taken) -> None:
    application().progress.mark_done(session.visitor(), one.form.name, one.form.deck.scenes[-1].id)
    st.session_state[HANDED_IN] = one.moment
    leave()


def leave() -> None:
    """Close the form; its answers are kept."""
    st.session_state.pop(OPEN, None)
    st.session_state.pop(page_layout.PART, None)
