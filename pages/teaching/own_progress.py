"""The visitor's own part of Learn: nickname, guesses, and the buttons that export or delete everything."""

import json
from dataclasses import replace
from functools import partial

import streamlit as st

from core.application import application
from core.number_text import percent, quantity
from core.teaching.class_overview import hit_rate
from core.teaching.progress import PREDICTION
from pages.shell import session
from pages.teaching import guess_first

NICKNAME, TAKES_PART = "nickname", "takes-part"
RECENT_GUESSES = 10  # guesses that are counted apart, to show the present share


def draw() -> None:
    """Draw the nickname, the statistics of the visitor's guesses, and the buttons that export and delete everything."""
    folded = st.popover("Your progress", icon=":material/person:", key="more-yours", wrap=False)
    with folded, st.container(key="own-progress", width=500, gap="small"):
        st.markdown(_guesses())
        guess_first.switch()
        learner = application().progress.learner(session.visitor())
        st.text_input(
            "Nickname",
            learner.nickname,
            key=NICKNAME,
            max_chars=40,
            placeholder="none",
            help="By this name who teaches sees your progress. Without one you are counted, and not named.",
            on_change=_rename,
            width=330,
        )
        _kept()
        with st.container(horizontal=True, gap="small"):
            st.download_button(
                "Export what is mine",
                partial(_exported, session.visitor()),
                "learning.json",
                "application/json",
                key="export-progress",
                icon=":material/download:",
                on_click="ignore",
            )
        with st.expander("Delete what is mine", icon=":material/delete:", key="delete-progress"):
            st.markdown(
                "This deletes your places in decks, all your answers, what chance chose for you, and your nickname. "
                "Runs and drafts stay."
            )
            st.button("Delete", key="delete-progress-now", on_click=_delete)


def _kept() -> None:
    """Explain which data about the visitor are stored, and that chance assigns variants of some lessons.

    A switch takes the visitor out of the comparisons of variants.
    """
    st.markdown(
        "**What is kept about me.** Your places in decks, guesses, answers and tasks: on this server alone, under a random "
        "word, and by a name only where you choose a nickname. Some lessons come in two variants, and chance decides which "
        "one you get, so that who teaches sees which one helps more. Answers to *What do you know?* they get without names."
    )
    st.toggle(
        "Take part in comparisons",
        application().assignments.takes_part(session.visitor()),
        key=TAKES_PART,
        help="Off: every lesson comes in its usual variant, and your answers are left out of averages and of the export.",
        on_change=_take_part,
    )


def _take_part() -> None:
    application().assignments.take_part(session.visitor(), bool(st.session_state[TAKES_PART]))


def _guesses() -> str:
    guesses = [answer for answer in application().progress.answers(session.visitor()) if answer.kind == PREDICTION]
    right, judged = hit_rate(guesses)
    if not judged:
        return "You have not guessed yet. A guess before a run makes what you see stay with you."
    words = f"{quantity(judged, 'guess', 'guesses')}, {right} right ({percent(right / judged)})."
    if judged > RECENT_GUESSES:
        recent = [guess for guess in guesses if guess.share is not None][-RECENT_GUESSES:]
        words += f" Of the last {RECENT_GUESSES}: {hit_rate(recent)[0]} right."
    return words


def _exported(visitor: str) -> str:
    """Return everything that is stored about a visitor, as JSON.

    The visitor is an argument because a download is made outside the session.
    """
    return json.dumps(application().progress.everything_of(visitor), indent=1)


def _rename() -> None:
    progress, visitor = application().progress, session.visitor()
    progress.choose(visitor, replace(progress.learner(visitor), nickname=st.session_state[NICKNAME] or ""))


def _delete() -> None:
    application().progress.delete(session.visitor())
    for key in (NICKNAME, TAKES_PART):
        st.session_state.pop(key, None)
