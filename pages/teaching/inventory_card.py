"""The card on Learn that offers both forms of the inventory, says what the second one waits for, and shows the gain."""

import streamlit as st

from core.application import application
from core.teaching import library
from core.teaching.deck import LECTURE
from core.teaching.study.gain import normalised_gain
from core.teaching.study.inventory import BEFORE, Item, Taken, learned_since
from pages.shell import session
from pages.shell.messages import plain
from pages.teaching import inventory_form

RIGHT, NOT_RIGHT = ":material/check_circle: right", ":material/cancel: not right"
NOT_YET = "The second form is offered once you have come to the end of a lesson, the lecture or the lab."


def draw() -> None:
    """Draw the card; nothing where this server has no inventory."""
    both = inventory_form.both_of(session.visitor())
    if not both:
        return
    before, after = both
    with st.container(key="inventory", border=True, gap="small"):
        st.header("What do you know?")
        if after.finished is not None:
            _result(before, after)
        elif before.finished is not None:
            _second(before, after)
        else:
            total, minutes = len(before.form.items), before.form.deck.minutes
            st.markdown(
                f"{total} questions before you learn, and {total} of the same kind afterwards, show what you gained. "
                f"No marks; about {minutes} minutes each."
            )
            _button(before, "Begin with the first form")


def _button(one: Taken, label: str, why_not: str = "") -> None:
    answered, total = len(one.chosen), len(one.form.items)
    st.button(
        f"Go on: {answered} of {total} answered" if answered else label,
        key=f"inventory-{one.moment}",
        icon=":material/play_arrow:",
        disabled=bool(why_not),
        help=why_not or None,
        on_click=inventory_form.begin,
    )


def _second(before: Taken, after: Taken) -> None:
    """Draw the way to the second form, or what must be done before it."""
    if st.session_state.get(inventory_form.HANDED_IN) == BEFORE:
        st.success("The first form is handed in. Thank you.", icon=":material/check_circle:")
    places = application().progress.places(session.visitor())
    if before.finished is not None and learned_since(places, before.finished, library.decks()):
        st.markdown("You have learned something since the first form. The second one shows how much; then all is explained.")
        _button(after, "Begin with the second form")
        return
    st.markdown(f"{NOT_YET} It asks the same in other words; then all answers are explained.")
    with st.container(horizontal=True, gap="small"):
        _button(after, "Begin with the second form", NOT_YET)
        for lecture in library.decks(LECTURE):
            st.button(
                "I heard the lecture in class",
                key=f"heard-{lecture.name}",
                icon=":material/school:",
                help=f"Counts {plain(lecture.title)} as done.",
                on_click=application().progress.mark_done,
                args=(session.visitor(), lecture.name, lecture.scenes[-1].id),
            )


def _result(before: Taken, after: Taken) -> None:
    total = len(before.form.items)
    gain = normalised_gain(before.percentage, after.percentage)
    with st.container(key="inventory-gain", horizontal=True, gap="medium"):
        st.metric("Right before", f"{before.right} of {total}", width="content")
        st.metric("Right after", f"{after.right} of {total}", width="content")
        st.metric("Gain", "none to make" if gain is None else f"{gain:.2f}", width="content")
    st.markdown(gain_words(before, after, gain))
    with st.expander("Each question, with what may stand behind a wrong answer", icon=":material/list:"):
        for item, other in zip(before.form.items, after.form.items, strict=True):
            with st.container(key=f"inventory-explained-{item.number}", gap="small", width=inventory_form.WIDTH):
                _explain((before, item), (after, other))


def gain_words(before: Taken, after: Taken, gain: float | None) -> str:
    """What the gain says, in a sentence.

    Parameters
    ----------
    before, after
        Both forms.
    gain
        The normalised gain; None where everything was right before.
    """
    more, missing = after.right - before.right, len(before.form.items) - before.right
    if gain is None:
        return "You had everything right before, so there was nothing left to gain."
    if more < 0:
        return f"You had {-more} fewer right than before: a gain below 0. A few days later a look at the questions may help."
    if more == 0:
        return f"You had as many right as before; {missing} were missing."
    share, verb = f"{more} / {missing} = {gain:.2f}", "is" if more == 1 else "are"
    return f"{missing} were missing before, and {more} more {verb} right now: {share} of what could be gained."


def _explain(*both: tuple[Taken, Item]) -> None:
    """Draw how both questions of a concept were answered, and what is behind an answer that is not right."""
    marks = [f"{one.moment} {RIGHT if one.is_right(item) else NOT_RIGHT}" for one, item in both]
    number, concept = both[0][1].number, both[0][1].concept
    st.markdown(f"**{number} · {plain(concept)}**: {', '.join(marks)}")
    for one, item in both:
        if not one.is_right(item):
            if item.words:
                st.markdown(item.words)
            st.markdown(_what_was_asked(one, item))


def _what_was_asked(one: Taken, item: Item) -> str:
    """The question as a list of what was said, what may stand behind it, and what is right."""
    right = next(option for option in item.question.options if option.is_right)
    chosen = one.option(item)
    lines = [f"{one.moment.capitalize()}: {item.question.ask}", ""]
    lines.append("- You did not know." if chosen is None else f"- You said: {plain(chosen.text)}")
    if chosen is not None:
        lines.append(f"- Behind it may stand: _{plain(chosen.misconception)}_")
    lines.append(f"- Right is: **{plain(right.text)}**. {right.reply}")
    return "\n".join(lines)
