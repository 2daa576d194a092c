"""The list of all runs that wait or train on this server, in which the lecturer can stop any run."""

import streamlit as st

from core.application import application
from core.number_text import quantity
from core.run_events import Actor
from core.runs.run_record import LECTURER, Run
from core.runs.states import STATES
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.streamlit_patches import rerun

MOST_LISTED = 50
REFRESH_SECONDS = 5.0
BY: Actor = LECTURER


def server_queue() -> None:
    """Draw the runs of the whole server for the lecturer. Draw nothing for others, or if no run waits or trains."""
    if session.is_lecturer() and application().history.unfinished():
        with st.container(border=True, key="card-server-queue"):
            st.header("On this server now")
            _list()


@st.fragment(run_every=REFRESH_SECONDS)
def _list() -> None:
    unfinished = application().runs.unfinished()
    if not unfinished:
        rerun()
    waiting = [run for run in unfinished if run.state == "queued"]
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"{quantity(len(unfinished) - len(waiting), 'run')} on trainers, {len(waiting):,} waiting."
        st.markdown(words, width="stretch")
        st.button(
            "Cancel all that wait",
            key="cancel-all-waiting",
            icon=":material/playlist_remove:",
            disabled=not waiting,
            help=None if waiting else "No run waits.",
            on_click=application().runs.cancel_waiting,
            kwargs={"by": BY},
        )
    for run in unfinished[:MOST_LISTED]:
        _row(run)
    if len(unfinished) > MOST_LISTED:
        st.caption(f"And {len(unfinished) - MOST_LISTED:,} more, which begin later.")


def _row(run: Run) -> None:
    who = application().progress.learner(run.visitor).nickname or "a visitor without a nickname"
    whose = "yours" if run.visitor == session.visitor() else f"of {who}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{escape_markdown(run.title)}, {escape_markdown(whose)}: {STATES[run.state].word}", width="stretch")
        st.button(
            "Cancel" if run.state == "queued" else "Stop",
            key=f"server-stop-{run.id}",
            icon=":material/close:",
            on_click=session.stop,
            args=(run,),
        )
