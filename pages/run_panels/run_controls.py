"""The controls of a run: pause, single batches, stop, resume, more epochs, learning rate and pace."""

import streamlit as st

from core.application import application
from core.experiment.descriptions import early_stop_sentence
from core.experiment.learning_rates import constant_rate, schedule_of
from core.experiment.model import CATALOGUES, FIT, Experiment
from core.parameters import Integer, Real
from core.run_events import Command
from core.runs.run_record import Run
from pages.shell import session

NOT_YET = "Possible once the run trains."
WATCHERS = "Only whoever started this run, or the lecturer, can steer it."
BEST = "Stop, keep the best weights"
MORE_EPOCHS = 5
STEP = Command("step")
# Keys that press buttons while no field has the focus; Streamlit has C and R for itself.
TRAIN_KEY, PAUSE_KEY, STEP_KEY, STOP_KEY = "T", "P", "S", "X"
PACES = {0.0: "as fast as possible", 5.0: "5 s", 20.0: "20 s", 60.0: "60 s"}  # the wanted duration of an epoch


def settings_switch() -> None:
    """Draw the switch that shows the settings of Train. Draw nothing in a lesson, where the settings are always shown."""
    if not session.is_deck_open():
        st.toggle("Change something and train again", key="show-settings", persist_state="session", on_change="ignore")


def active_run_controls(run: Run, *, more: bool = True) -> None:
    """Draw the controls of an active run.

    Parameters
    ----------
    run
        The run.
    more
        Whether to show the rarely used ways to stop, too.
    """
    may_control = bool(session.control_role(run))
    if run.state == "stopping":
        st.button(
            "Stop now",
            key="stop",
            icon=":material/dangerous:",
            disabled=not may_control,
            help="The run has not stopped yet. This ends its process: all points and the last saved epoch are kept."
            if may_control
            else WATCHERS,
            on_click=session.stop,
            args=(run,),
            shortcut=STOP_KEY,
        )
        return
    queued = run.state == "queued"
    refusal = WATCHERS if not may_control else "" if run.state in ("training", "paused") else NOT_YET
    _pause_or_continue(run, refusal)  # also before the run trains, so that Stop does not move away from the pointer
    _one_batch(run, refusal)
    st.button(
        "Cancel" if queued else "Stop",
        key="stop",
        icon=":material/stop_circle:",
        disabled=not may_control,
        help=("Leaves the queue." if queued else "Ends at the next batch; all points are kept.")
        if may_control
        else WATCHERS,
        on_click=session.stop,
        args=(run,),
        shortcut=STOP_KEY,
    )
    if may_control and more:
        _other_ways_to_stop(run, refusal)


def _pause_or_continue(run: Run, refusal: str) -> None:
    paused = run.state == "paused"
    words = "Goes on at this batch." if paused else "Waits at the next batch; a long pause lets others train meanwhile."
    st.button(
        "Continue" if paused else "Pause",
        key="pause",
        icon=":material/play_circle:" if paused else ":material/pause_circle:",
        disabled=bool(refusal),
        help=refusal or words,
        on_click=session.resume if paused else session.pause,
        args=(run,),
        shortcut=PAUSE_KEY,
    )


def _one_batch(run: Run, refusal: str) -> None:
    st.button(
        "One batch",
        key="step",
        icon=":material/step_over:",
        disabled=bool(refusal),
        help=refusal or "Takes a step, shows its numbers, and waits.",
        on_click=session.steer,
        args=(run, STEP),
        shortcut=STEP_KEY,
    )


def one_batch_button(reason: str) -> None:
    """Draw the button that starts a run and pauses after its first batch. A `reason` disables the button."""
    st.button(
        "One batch",
        key="step",
        icon=":material/step_over:",
        disabled=bool(reason),
        help=reason or "Begins a run, takes its first step, shows its numbers, and waits.",
        on_click=session.train,
        args=(STEP,),
        shortcut=STEP_KEY,
    )


def live_settings(run: Run) -> None:
    """Draw the settings that can change during a run, learning rate and pace, for people who may control the run."""
    if run.state not in ("training", "paused") or not session.control_role(run):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="turn"):
        _learning_rate(run)
        _pace(run)


def learning_rate(run: Run) -> float:
    """Return the current learning rate of a run, or its initial rate before the first batch."""
    active = application().active_runs.get(run.id)
    now = active.learning_rate if active is not None else None
    return float(f"{constant_rate(run.experiment) if now is None else now:.6g}")


def _learning_rate(run: Run) -> None:
    now, schedule, limits = learning_rate(run), schedule_of(run.experiment), _limits(run.experiment)
    key = f"rate-{run.id}-{now:g}"

    def change(value: float | None = None) -> None:
        rate = st.session_state[key] if value is None else value
        session.steer(run, Command("learning_rate", rate))

    st.number_input(
        "Learning rate now",
        limits[0],
        limits[1],
        min(max(now, limits[0]), limits[1]),
        step=float(f"{now / 2:.3g}") or None,
        format="%g",
        key=key,
        width=170,
        disabled=schedule is not None,
        help=f"{schedule.name} sets the learning rate of this run; a constant rate could be changed."
        if schedule
        else "Takes effect at the next batch and is noted down: the exported script does not replay it.",
        on_change=change,
    )
    for label, factor in (("÷ 10", 0.1), ("× 10", 10.0)):
        value = float(f"{now * factor:.6g}")
        is_outside = not limits[0] <= value <= limits[1]
        st.button(
            label,
            key=f"rate{label}",
            disabled=schedule is not None or is_outside,
            help=f"{schedule.name} sets the rate."
            if schedule
            else f"{value:g} is not allowed: {limits[0]:g} to {limits[1]:g} are."
            if is_outside
            else f"Sets the rate to {value:g}.",
            on_click=change,
            args=(value,),
        )


def _limits(experiment: Experiment) -> tuple[float, float]:
    parameter = CATALOGUES["optimizer"][experiment.compile.optimizer.name].parameter("learning_rate")
    constraint = parameter.constraint if parameter is not None else None
    assert isinstance(constraint, Real)
    return float(min(constraint.boundary_values())), float(max(constraint.boundary_values()))


def _pace(run: Run) -> None:
    active = application().active_runs.get(run.id)
    now = active.pace if active is not None else 0.0
    key = f"pace-{run.id}-{now:g}"

    def change() -> None:
        session.steer(run, Command("pace", st.session_state[key]))

    st.segmented_control(
        "One epoch takes",
        tuple(PACES),
        default=now if now in PACES else None,
        format_func=lambda pace: PACES[pace],
        required=True,
        key=key,
        on_change=change,
        help="As fast as the computer can, or slowed down to talk meanwhile. The numbers stay the same.",
    )


def _other_ways_to_stop(run: Run, refusal: str) -> None:
    if not run.experiment.data.num_validation:
        refusal = "The best weights are those with the lowest validation loss, and this run has no validation set."
    st.menu_button(
        "More",
        (BEST,),
        key=f"stop-best-{run.id}",
        disabled=bool(refusal),
        help=refusal or "Other ways to stop: with the weights of the epoch whose validation loss was lowest.",
        on_click=session.stop,
        args=(run, "best"),
    )


def ended_run_controls(run: Run) -> None:
    """Draw the controls of a run that is over, which resume the run or train for more epochs."""
    if not session.control_role(run) or run.state == "cancelled":
        return
    saved, epochs = application().reader.saved_epoch(run.id), run.experiment.fit.epochs
    if run.state == "finished" and early_stop_sentence(run.experiment, run.result):
        st.caption("More epochs would end at the same epoch. Change the callback that ended the run, and train again.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="go-on"):
        if can_resume(run):
            resume_button(run)
        if run.state == "finished" or (saved is not None and saved >= epochs):
            _more_epochs(run, epochs)


def long_pause_words(run: Run) -> str:
    """Return the sentence for a paused run whose trainer was given to other runs.

    Return an empty string for a short pause.
    """
    if run.state != "paused" or run.id in application().active_runs:
        return ""
    saved = application().reader.saved_epoch(run.id)
    start = f"epoch {saved}, the last that is saved" if saved else "the start, since no epoch was saved yet"
    return f"The pause was long, so others have the trainer now. **Continue** waits for a trainer and goes on from {start}."


def can_resume(run: Run) -> bool:
    """Return whether a run that is over has steps left and the visitor may resume the run."""
    saved = application().reader.saved_epoch(run.id)
    has_rest = run.is_over and run.state not in ("finished", "cancelled")
    return bool(has_rest and session.control_role(run)) and not (saved is not None and saved >= run.experiment.fit.epochs)


def resume_button(run: Run) -> None:
    """Draw the button that resumes a run from its last saved epoch."""
    saved = application().reader.saved_epoch(run.id)
    st.button(
        f"Resume from epoch {saved}" if saved else "Resume from the start",
        key="resume",
        icon=":material/resume:",
        help="Goes on as if nothing had happened: the numbers are those of a run without a break.",
        on_click=session.resume,
        args=(run,),
    )


def _more_epochs(run: Run, epochs: int) -> None:
    constraint = FIT["epochs"].constraint
    most = constraint.high - epochs if isinstance(constraint, Integer) else 0
    if most < 1:
        return
    key = f"more-{run.id}"
    more = st.number_input("More epochs", 1, most, min(MORE_EPOCHS, most), key=key, width=140)

    def train_on() -> None:
        session.resume(
            run, epochs + st.session_state[key]
        )  # the current value, which may have changed since the button was drawn

    st.button(
        f"Train {more} more",
        key="more-epochs",
        icon=":material/more_time:",
        help=f"Goes on from epoch {epochs}, with the numbers of a run of {epochs + more} epochs.",
        on_click=train_on,
    )
