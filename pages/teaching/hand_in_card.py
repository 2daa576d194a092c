"""The card at the end of a lab with the file that students hand in."""

import time
from dataclasses import replace

import streamlit as st

from core.application import application
from core.experiment.descriptions import sentence
from core.number_text import accuracy_text, quantity
from core.runs.run_record import Run
from core.runs.states import STATES
from core.teaching.hand_in import HandedInRun, handed_in, html
from pages.shell import session
from pages.teaching.current_scene import CurrentScene

NAME = "hand-in-name"  # the key of the field
MOST_RUNS = 50  # the newest runs


def draw_hand_in(now: CurrentScene) -> None:
    """Draw how much of a lab is done, and the button that downloads the file to hand in.

    Parameters
    ----------
    now
        The open deck and its current scene.
    """
    progress, visitor = application().progress, session.visitor()
    answers = progress.answers(visitor, now.deck.name)  # also those of an earlier round: the very first answer counts
    items = [item for scene in handed_in(now.deck, answers) for item in scene.items]
    good = sum(item.mark in ("done", "right") for item in items)
    st.markdown(f"**{good} of {quantity(len(items), 'item')} right or done.**", width="content")
    with st.container(key="hand-in", horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.text_input(
            "Name on the file",
            progress.learner(visitor).nickname,
            key=NAME,
            max_chars=40,
            placeholder="none",
            help="It is your nickname too: by this name who teaches sees your progress.",
            on_change=_rename,
            width=330,
        )
        st.download_button(
            "Download the file to hand in",
            lambda: html(
                now.deck,
                answers,
                _runs(visitor, now),
                progress.learner(visitor).nickname,
                time.time(),
                tuple(progress.receipts(visitor, now.deck.name).values()),
            ),
            f"{now.deck.name}.html",
            "text/html",
            key="hand-in-file",
            icon=":material/download:",
            on_click="ignore",
        )
    st.caption(
        "This server signs the file, with a receipt of each task that you did, so that changes are seen. "
        "Names count as they were when a task was done: give yours early."
    )


def _rename() -> None:
    progress, visitor = application().progress, session.visitor()
    progress.choose(visitor, replace(progress.learner(visitor), nickname=st.session_state[NAME] or ""))


def _runs(visitor: str, now: CurrentScene) -> tuple[HandedInRun, ...]:
    """Return the visitor's runs since they began the deck.

    The visitor is an argument because a download is made outside the session.
    """
    runs = application().history.runs_of(visitor, MOST_RUNS)
    mine = [run for run in reversed(runs) if run.created >= now.place.begun]
    return tuple(HandedInRun(run.title, sentence(run.experiment), _numbers(run)) for run in mine)


def _numbers(run: Run) -> str:
    sets = ("validation", "test") if run.test_is_open else ("validation",)
    numbers = [f"{name} accuracy {accuracy_text(share)}" for name in sets if (share := run.accuracy(name)) is not None]
    return ", ".join([STATES[run.state].word, *numbers])
