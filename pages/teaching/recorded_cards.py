"""Recorded runs in a deck: curves that are replayed as if the run were training, and curves with a fault to find."""

import streamlit as st

from core.application import application
from core.experiment.descriptions import sentence
from core.teaching.deck import Curves, Recorded
from core.teaching.recorded_runs import recorded_curve, recorded_run
from pages.components.curves.curves import curves
from pages.shell.addresses import base_path
from pages.shell.messages import escape_markdown
from pages.teaching import epoch_curves
from pages.teaching.current_scene import CurrentScene
from pages.widgets.charts import chart

SPEED = 4  # times its own: a minute of training takes fifteen seconds
HEIGHT = 200  # of a chart, in pixels


def draw_recorded(recorded: Recorded, now: CurrentScene, height: int = HEIGHT) -> None:
    """Draw the curves of a recorded run. They begin to grow at once, and a button replays them.

    Parameters
    ----------
    recorded
        The part of the deck.
    now
        The open deck and its current scene.
    height
        The height of a chart, in pixels.
    """
    run, key = recorded_run(application().runs, recorded.run), f"recorded-{now.deck.name}-{now.scene.id}"
    plays = st.session_state.get(f"{key}-plays", 0)
    path = f"{base_path()}/replay/{run.id}"
    with st.container(key=key, gap="small"):
        with st.container(key="recorded-head", horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{escape_markdown(sentence(run.experiment))}.", width="stretch")
            st.badge("Recorded", icon=":material/replay:", color="gray", help=escape_markdown(run.note))
            st.button("Play it again", key=f"{key}-play", icon=":material/replay:", on_click=_play, args=(f"{key}-plays",))
        curves(
            url=f"{path}?speed={SPEED}&play={plays}",
            still_url=f"{path}?speed=all",
            epochs=run.experiment.fit.epochs,
            guess={},
            key=f"{key}-curves-{plays}",
            height=height,
            replay=True,
        )


def _play(key: str) -> None:
    st.session_state[key] = st.session_state.get(key, 0) + 1


def draw_curves(recorded: Curves, now: CurrentScene) -> None:
    """Draw the loss and the accuracy of a recorded run side by side. The visitor has to find the fault of the run.

    Parameters
    ----------
    recorded
        The part of the deck.
    now
        The open deck and its current scene.
    """
    curve = recorded_curve(recorded.run)
    epochs = curve.epochs
    key = f"curves-{now.deck.name}-{now.scene.id}"
    with st.container(key=key):
        for column, number in zip(st.columns(2, gap="medium"), ("loss", "accuracy"), strict=True):
            with column:
                st.markdown(f"**{number.capitalize()}**")
                words = epoch_curves.text_alternative(epochs, number)
                chart(epoch_curves.figure(epochs, number, curve.experiment), key=f"{key}-{number}", words=words)
