"""The goals of an interactive view, as a list with ticks in the guide, and the server's check of each move."""

import streamlit as st

from core.application import application
from core.teaching.deck import Show
from core.teaching.shows.catalogue import SHOWS
from core.teaching.shows.interactive_view import ViewSubject, is_view_data
from core.teaching.shows.reached_goals import goals_reached, newly_reached_answers
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching.current_scene import CurrentScene, scene_answers
from pages.views.shared.view_context import MOVED

DONE, OPEN = ":green[:material/check_circle:]", ":gray[:material/flag:]"  # no circle: a goal is not a choice


def draw_goals(show: Show, now: CurrentScene) -> None:
    """Draw the task of an interactive view, and its goals. A reached goal has a tick and the value that reached the goal.

    Parameters
    ----------
    show
        The part of the deck.
    now
        The open deck and its current scene.
    """
    if not show.reach:
        return
    entry, reached = SHOWS[show.view], reached_goals(show, now)
    lines = (f"- {_line(show, entry.goal_words(goal, show.settings), goal, reached)}" for goal in show.reach)
    with st.container(key=f"goals-{show.id}"):
        st.markdown("\n".join((f"**{show.do}**", "", *lines)))
        if show.reply and reached.keys() >= set(show.reach):
            st.success(show.reply, icon=":material/check_circle:")


def _line(show: Show, words: str, goal: str, reached: dict[str, object]) -> str:
    if goal not in reached:
        return f"{OPEN} {escape_markdown(words)}"
    return f"{DONE} {escape_markdown(words)} :gray[· {escape_markdown(SHOWS[show.view].words(reached[goal]))}]"


def reached_goals(show: Show, now: CurrentScene) -> dict[str, object]:
    """Return the goals that the visitor has reached in the scene, each with the first value that reached the goal."""
    return goals_reached(show, scene_answers(now))


def keep_view_value(show: Show, now: CurrentScene, subject: ViewSubject, key: str) -> None:
    """Check which goals a move in the view reaches, and save the goals that are reached for the first time.

    Parameters
    ----------
    show, now
        The part of the deck and the open deck, as in `draw_goals`.
    subject
        The experiments and runs that the view shows.
    key
        The key of the component whose state holds the value.
    """
    # A view that moves by itself may report after its scene was left, when Streamlit has dropped its state.
    entry, value = SHOWS[show.view], st.session_state.get(key, {}).get(MOVED)
    if value is None:
        return
    ground = entry.ground(application().runs, subject, entry.settings(show.settings), True)
    if not is_view_data(ground):
        return
    for answer in newly_reached_answers(now.deck, show, ground, value, reached_goals(show, now)):
        application().progress.answer(session.visitor(), answer)
