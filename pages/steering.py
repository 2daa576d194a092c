"""The buttons that steer a run: pause, continue, stop, resume, more epochs. Each says why it cannot be pressed."""

import streamlit as st

from core import runs
from core.estimates import steps_of
from core.experiment import FIT
from core.ledger import Run
from core.parameters import Integer
from pages import session

WATCHERS = "Only whoever started this run, or the lecturer, can steer it."
BEST = "Stop, keep the best weights"
MORE_EPOCHS = 5


def running(run: Run) -> None:
    """What can be done to a run that is on."""
    mine = bool(session.controls(run))
    if run.state in ("training", "paused"):
        _pause_or_continue(run, mine)
    if run.state == "stopping":
        st.button(
            "Stop now",
            key="stop",
            icon=":material/dangerous:",
            disabled=not mine,
            help="It has not stopped yet. This ends its process: all points and the last saved epoch are kept."
            if mine
            else WATCHERS,
            on_click=session.stop,
            args=(run,),
        )
        return
    queued = run.state == "queued"
    st.button(
        "Cancel" if queued else "Stop",
        key="stop",
        icon=":material/stop_circle:",
        disabled=not mine,
        help=("Leaves the queue." if queued else "Ends at the next batch; all points are kept.") if mine else WATCHERS,
        on_click=session.stop,
        args=(run,),
    )
    if run.state in ("training", "paused") and mine:
        _other_ways_to_stop(run)


def _pause_or_continue(run: Run, mine: bool) -> None:
    paused = run.state == "paused"
    words = "Goes on where it waits." if paused else "Waits at the next batch; a long pause lets others train meanwhile."
    st.button(
        "Continue" if paused else "Pause",
        key="pause",
        icon=":material/play_circle:" if paused else ":material/pause_circle:",
        disabled=not mine,
        help=words if mine else WATCHERS,
        on_click=session.go_on if paused else session.pause,
        args=(run,),
    )


def _other_ways_to_stop(run: Run) -> None:
    validated = bool(run.experiment.data.num_validation)
    st.menu_button(
        "More",
        (BEST,),
        key=f"stop-best-{run.id}",
        disabled=not validated,
        help="Other ways to stop: with the weights of the epoch whose validation loss was lowest."
        if validated
        else "The best weights are those with the lowest validation loss, and this run has no validation set.",
        on_click=session.stop,
        args=(run, "best"),
    )


def over(run: Run) -> None:
    """What can be done with a run that is over: go on from the last saved epoch, or train for more epochs."""
    if not session.controls(run) or run.state == "cancelled":
        return
    saved, epochs = runs.current().saved_epoch(run.id), run.experiment.fit.epochs
    with st.container(horizontal=True, vertical_alignment="bottom", key="go-on"):
        if run.state != "finished" and not (saved is not None and saved >= epochs):
            st.button(
                f"Resume from epoch {saved}" if saved else "Resume from the start",
                key="resume",
                icon=":material/resume:",
                help="Goes on as if nothing had happened: the numbers are those of a run without a break.",
                on_click=session.go_on,
                args=(run,),
            )
        if run.state == "finished" or (saved is not None and saved >= epochs):
            _more_epochs(run, epochs)


def _more_epochs(run: Run, epochs: int) -> None:
    constraint = FIT["epochs"].constraint
    most = constraint.high - epochs if isinstance(constraint, Integer) else 0
    if most < 1:
        return
    key = f"more-{run.id}"
    more = st.number_input("More epochs", 1, most, min(MORE_EPOCHS, most), key=key, width=140)

    def train_on() -> None:
        session.go_on(run, epochs + st.session_state[key])  # as it is now: it may have changed since the button was drawn

    st.button(
        f"Train {more} more",
        key="more-epochs",
        icon=":material/more_time:",
        help=f"Goes on from epoch {epochs}, with the numbers of a run of {epochs + more} epochs.",
        on_click=train_on,
    )


def seconds_word(seconds: float) -> str:
    """A time for people: "40 s", "3 minutes"."""
    return f"{max(1, seconds):.0f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def notes(run: Run) -> tuple[str, ...]:
    """What was steered by hand and makes a run's weights differ from those of its experiment, for the code."""
    result = run.result
    if not result or result["how"] == "whole":
        return ()
    kept, whole = result["kept"], steps_of(run.experiment)
    if kept["which"] == "last" and kept["step"] >= whole:
        return ()
    return (
        f"{run.title} was stopped by hand and kept its {kept['which']} weights, of step {kept['step']:,} of {whole:,}.",
        "This script trains to the end: its numbers equal the run's only up to there.",
    )
