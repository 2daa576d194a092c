"""The inventory on Learn, a test of knowledge with a form before and a form after the lessons, and the gain between them."""

import streamlit as st

from core.application import application
from core.teaching import library
from core.teaching.deck import LECTURE
from core.teaching.study.gain import normalised_gain
from core.teaching.study.inventory import BEFORE, FormAnswers, Item, learned_since
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching import inventory_form

INVENTORY_WIDTH = 560  # pixels
RIGHT, NOT_RIGHT = ":material/check_circle: right", ":material/cancel: not right"
NOT_YET = "The second form is offered once you have passed a lesson or the lab, or heard the lecture."


def handed_in() -> None:
    """Draw the inventory for a visitor who has just handed in a form, with the next step.

    Draw nothing for other visitors.
    """
    both = inventory_form.visitor_forms(session.visitor())
    if not both or inventory_form.HANDED_IN not in st.session_state:
        return
    with st.container(key="card-inventory", border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("What do you know?", anchor=False, width="stretch")
            st.button("Close", key="inventory-close", type="tertiary", icon=":material/close:", on_click=_close)
        _content(*both)


def draw() -> None:
    """Draw the button that opens the inventory.

    Draw nothing without an inventory, or if its card is at the top of the page.
    """
    both = inventory_form.visitor_forms(session.visitor())
    if not both or inventory_form.HANDED_IN in st.session_state:
        return
    with st.popover(
        "What do you know?",
        icon=":material/quiz:",
        key="more-inventory",
        on_change="rerun",
        wrap=False,
    ):
        _content(*both)


def _close() -> None:
    st.session_state.pop(inventory_form.HANDED_IN, None)


def _content(before: FormAnswers, after: FormAnswers) -> None:
    with st.container(key="inventory", width=INVENTORY_WIDTH, gap="small"):
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


def _button(filled: FormAnswers, label: str, why_not: str = "") -> None:
    answered, total = len(filled.chosen), len(filled.form.items)
    st.button(
        f"Go on: {answered} of {total} answered" if answered else label,
        key=f"inventory-{filled.moment}",
        icon=":material/play_arrow:",
        disabled=bool(why_not),
        help=why_not or None,
        on_click=inventory_form.begin,
    )


def _has_learned(since: float) -> bool:
    """Return whether the visitor has passed a lesson or a lab, or heard a lecture, since the given time."""
    progress, visitor = application().progress, session.visitor()
    return learned_since(progress.places(visitor), since, library.decks(), progress.answers(visitor))


def _second(before: FormAnswers, after: FormAnswers) -> None:
    """Draw the button that begins the second form, or say that a lesson, a lab or the lecture has to come first."""
    if st.session_state.get(inventory_form.HANDED_IN) == BEFORE:
        st.success("The first form is handed in. Thank you.", icon=":material/check_circle:")
    if before.finished is not None and _has_learned(before.finished):
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
                help=f"Counts {escape_markdown(lecture.title)} as done.",
                on_click=application().progress.mark_done,
                args=(session.visitor(), lecture.name, lecture.scenes[-1].id),
            )


def _result(before: FormAnswers, after: FormAnswers) -> None:
    gain = normalised_gain(before.percentage, after.percentage)
    with st.container(key="inventory-gain", horizontal=True, gap="medium"):
        st.metric("Right before", f"{before.right} of {len(before.items)}", width="content")
        st.metric("Right after", f"{after.right} of {len(after.items)}", width="content")
        st.metric("Gain", "none to make" if gain is None else f"{gain:.2f}", width="content")
    st.markdown(gain_words(before, after, gain))
    with st.expander("Each question, with what may stand behind a wrong answer", icon=":material/list:"):
        for item, other in zip(before.form.items, after.form.items, strict=True):
            with st.container(key=f"inventory-explained-{item.number}", gap="small", width=inventory_form.WIDTH):
                _explain((before, item), (after, other))


def gain_words(before: FormAnswers, after: FormAnswers, gain: float | None) -> str:
    """Return a sentence about the visitor's gain from the first form to the second.

    Parameters
    ----------
    before, after
        Both forms.
    gain
        The normalised gain, or None if everything was right before.
    """
    more, missing = after.right - before.right, len(before.items) - before.right
    if gain is None:
        return "You had everything right before, so there was nothing left to gain."
    if more < 0:
        return f"You had {-more} fewer right than before: a gain below 0. A few days later a look at the questions may help."
    if more == 0:
        return f"You had as many right as before; {missing} were missing."
    share, verb = f"{more} / {missing} = {gain:.2f}", "is" if more == 1 else "are"
    return f"{missing} were missing before, and {more} more {verb} right now: {share} of what could be gained."


def _explain(*both: tuple[FormAnswers, Item]) -> None:
    """Draw the visitor's answers to both questions on a concept, and the misconception behind each wrong answer."""
    marks = [f"{filled.moment} {RIGHT if filled.is_right(item) else NOT_RIGHT}" for filled, item in both]
    number, concept = both[0][1].number, both[0][1].concept
    st.markdown(f"**{number} · {escape_markdown(concept)}**: {', '.join(marks)}")
    for filled, item in both:
        if not filled.is_right(item):
            if item.words:
                st.markdown(item.words)
            st.markdown(_what_was_asked(filled, item))


def _what_was_asked(filled: FormAnswers, item: Item) -> str:
    """Return a question with the visitor's answer, a possible misconception and the right answer, as a Markdown list."""
    right = next(option for option in item.question.options if option.is_right)
    chosen = filled.option(item)
    lines = [f"{filled.moment.capitalize()}: {item.question.ask}", ""]
    lines.append("- You did not know." if chosen is None else f"- You said: {escape_markdown(chosen.text)}")
    if chosen is not None:
        lines.append(f"- Behind it may stand: _{escape_markdown(chosen.misconception)}_")
    lines.append(f"- Right is: **{escape_markdown(right.text)}**. {right.reply}")
    return "\n".join(lines)
