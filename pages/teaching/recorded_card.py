"""A recorded run in a deck: its curves grow as they did when it was trained, and nothing is trained now."""

import streamlit as st

from core.application import application
from core.experiment.descriptions import sentence
from core.teaching.deck import Recorded
from core.teaching.recorded_runs import recorded_run
from pages.components.curves.curves import curves
from pages.shell.addresses import base_path
from pages.shell.messages import plain
from pages.teaching.current_scene import Current

SPEED = 4  # times its own: a minute of training takes a quarter of one
HEIGHT = 200  # of a chart, in pixels


def draw_recorded(recorded: Recorded, now: Current) -> None:
    """Draw what was recorded, the button that plays it, and the curves once it was pressed.

    Parameters
    ----------
    recorded
        The part of the deck.
    now
        The deck that is open, and where its visitor is.
    """
    run, key = recorded_run(application().runs, recorded.run), f"recorded-{now.deck.name}-{now.scene.id}"
    plays = st.session_state.get(f"{key}-plays", 0)
    with st.container(key=key, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{plain(sentence(run.experiment))}.", width="stretch")
            st.badge("Recorded", icon=":material/replay:", color="gray", help=plain(run.note))
            st.button(
                "Play it again" if plays else "Play the recorded run",
                key=f"{key}-play",
                icon=":material/replay:",
                on_click=_play,
                args=(f"{key}-plays",),
            )
        if plays:
            curves(
                url=f"{base_path()}/replay/{run.id}?speed={SPEED}&play={plays}",
                epochs=run.experiment.fit.epochs,
                guess={},
                key=f"{key}-curves-{plays}",
                height=HEIGHT,
                replay=True,
            )


def _play(key: str) -> None:
    st.session_state[key] = st.session_state.get(key, 0) + 1
