"""The replay of a finished run on the screen, at a chosen speed, and marked as a replay."""

import streamlit as st

from core.runs.replay import SPEEDS
from core.runs.run_record import Run
from pages.components.curves.curves import curves
from pages.shell.addresses import base_path

# The label of each speed, and its words in the heading.
WORDS = {
    "0.5": ("½ ×", "at half the speed"),
    "1": ("1 ×", "at its own speed"),
    "2": ("2 ×", "at 2 times the speed"),
    "4": ("4 ×", "at 4 times the speed"),
    "8": ("8 ×", "at 8 times the speed"),
    "16": ("16 ×", "at 16 times the speed"),
    "all": ("All at once", "all at once"),
}


def replay(run: Run) -> None:
    """Draw the card of the replay: speeds, Start and Stop, and the curves while the replay runs."""
    playing = st.session_state.get("replay", {})
    on = playing.get("run") == run.id
    with st.container(border=True, key="card-replay"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            heading = f"Replay of run {run.number} {WORDS[playing['speed']][1]}" if on else "Replay"
            st.header(heading, width="content")
            if on:
                st.badge("Replay", icon=":material/replay:", color="gray")
        with st.container(horizontal=True, vertical_alignment="bottom", key="replay-controls"):
            st.segmented_control(
                "Speed",
                list(SPEEDS),
                default="4",
                required=True,
                format_func=lambda name: WORDS[name][0],
                key="replay-speed",
                help="Longer silences than 2 seconds are shortened.",
            )
            label = "Start again" if on else "Start replay"
            st.button(label, key="replay-start", icon=":material/replay:", on_click=_start, args=(run.id,))
            if on:
                st.button("Stop replay", key="replay-stop", icon=":material/stop_circle:", on_click=_stop)
        if on:
            st.caption("This was recorded: nothing is trained now.")
            _curves(run, playing)
        else:
            st.caption("See its curves grow once more, as they did in training.")


def _curves(run: Run, playing: dict) -> None:
    curves(
        url=f"{base_path()}/replay/{run.id}?speed={playing['speed']}&play={playing['play']}",  # each play is a new stream
        epochs=run.experiment.fit.epochs,
        guess={},
        key=f"replay-{run.id}-{playing['play']}",
        height=250,
        replay=True,
    )


def _start(run_id: str) -> None:
    speed = st.session_state["replay-speed"]  # the current value: both widgets may be used before the page is drawn again
    play = st.session_state.get("replay", {}).get("play", 0) + 1
    st.session_state["replay"] = {"run": run_id, "speed": speed, "play": play}


def _stop() -> None:
    st.session_state["replay"]["run"] = ""
