"""The coach's card beside a run: what most likely goes wrong, the cause, and what to try."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.coach.rules import NO_ALARM, alarm_title
from core.experiment.edits import apply_repair
from core.problems import Problem, Repair
from core.runs.run_record import Run
from pages.shell import session
from pages.shell.messages import plain


def coach_advice(run: Run) -> tuple[Problem | None, str]:
    """The coach's current advice on a run.

    Returns
    -------
    tuple[Problem | None, str]
        The alarm, or None; without an alarm, a sentence: "" before the coach has seen enough.
    """
    installed = application().runs
    advice = installed.active_runs.advice(run.id) or installed.readings.advice(run)
    if advice.alarm is not None and run.problem is not None and run.problem.code == advice.alarm.code:
        return None, ""  # the run's own problem says it already
    return advice.alarm, NO_ALARM if advice.has_seen and advice.alarm is None else ""


def card(run: Run) -> None:
    """The coach's advice during and after a run; nothing where the coach sees nothing to worry about."""
    alarm, _ = coach_advice(run)
    if alarm is not None:
        _alarm(run, alarm)


def _alarm(run: Run, problem: Problem) -> None:
    with st.container(border=True, key="coach"):
        st.header(f":material/sports: Coach: {alarm_title(problem.code)}")
        st.markdown(f"**{plain(problem.happened)}** {plain(problem.expected)}")
        if problem.why:
            st.markdown(f"Likely cause: {plain(problem.why)}")
        st.markdown(f"What to try: {plain(problem.fix)}")
        if problem.repairs:
            with st.container(horizontal=True, gap="small"):
                repair_buttons(run, problem.repairs)


def repair_buttons(run: Run, repairs: Sequence[Repair]) -> None:
    """A button for each change that the coach advises."""
    for number, repair in enumerate(repairs):
        st.button(
            repair.label,
            key=f"try-{number}",
            icon=":material/build:" if number == 0 else None,
            help="Makes it your draft, beside this run, which stays as it is.",
            on_click=_try,
            args=(run, repair),
        )


def _try(run: Run, repair: Repair) -> None:
    """Make the run's experiment with one change the visitor's draft; the run stays."""
    session.edit(apply_repair(run.experiment, repair))
