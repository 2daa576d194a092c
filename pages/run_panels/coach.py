"""The coach's card beside a run, with the likeliest fault, its cause, and repairs to try."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.coach.rules import NO_ALARM, alarm_title
from core.experiment.edits import apply_repair
from core.problems import Problem, Repair
from core.runs.run_record import Run
from pages.shell import session
from pages.shell.messages import escape_markdown

WAITS = "The coach waits for the {} of the guide: its advice would give the answer away."


def coach_advice(run: Run) -> tuple[Problem | None, str]:
    """Return the coach's current advice on a run.

    Returns
    -------
    tuple[Problem | None, str]
        The alarm and an empty string, or None and a sentence: that a task of the deck hides the advice, or that the coach
        sees no fault. The sentence is empty if the run is too short, or if the page already shows the same problem.
    """
    if item := st.session_state.get(session.COACH_WAITS):
        return None, WAITS.format(item)
    installed = application()
    advice = installed.active_runs.advice(run.id) or installed.curves_and_advice.advice(run)
    if advice.alarm is not None and run.problem is not None and run.problem.code == advice.alarm.code:
        return None, ""  # the run's own problem says the same
    return advice.alarm, NO_ALARM if advice.has_seen and advice.alarm is None else ""


def card(run: Run) -> None:
    """Draw the coach's alarm about a run, or the note that a deck hides its advice until a task is done.

    If the coach has neither an alarm nor that note, draw nothing.
    """
    alarm, words = coach_advice(run)
    if alarm is not None:
        _alarm(run, alarm)
    elif words not in ("", NO_ALARM):
        st.caption(f":material/sports: {words}")


def _alarm(run: Run, problem: Problem) -> None:
    with st.container(border=True, key="card-coach"):
        st.header(f":material/sports: Coach: {alarm_title(problem.code)}")
        st.markdown(f"**{escape_markdown(problem.happened)}** {escape_markdown(problem.expected)}")
        if problem.why:
            st.markdown(f"Likely cause: {escape_markdown(problem.why)}")
        st.markdown(f"What to try: {escape_markdown(problem.fix)}")
        if problem.repairs:
            with st.container(horizontal=True, gap="small"):
                repair_buttons(run, problem.repairs)


def repair_buttons(run: Run, repairs: Sequence[Repair]) -> None:
    """Draw a button for each repair that the coach advises."""
    for number, repair in enumerate(repairs):
        st.button(
            repair.label,
            key=f"try-{number}",
            icon=":material/build:" if number == 0 else None,
            help="Makes this change in your draft; the run stays unchanged.",
            on_click=_try,
            args=(run, repair),
        )


def _try(run: Run, repair: Repair) -> None:
    """Apply a repair to the run's experiment, and make the result the visitor's draft. The run stays unchanged."""
    session.note_repair()
    session.edit(apply_repair(run.experiment, repair))
