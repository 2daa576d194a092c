"""The coach's card: what most likely goes wrong in a run, its cause, and what to try, beside the run."""

from collections.abc import Sequence

import streamlit as st

from core.application import application
from core.coach.rules import NO_ALARM, alarm_title
from core.experiment.edits import apply_repair
from core.problems import Problem, Repair
from core.runs.run_record import Run
from pages.shell import session
from pages.shell.messages import plain


def found(run: Run) -> tuple[Problem | None, str]:
    """What the coach says of a run now.

    Returns
    -------
    tuple[Problem | None, str]
        Its alarm, or None; and, where there is none, a sentence: "" before it has seen enough.
    """
    installed = application().runs
    advice = installed.ongoing.advice(run.id) or installed.readings.advice(run)
    if advice.alarm is not None and run.problem is not None and run.problem.code == advice.alarm.code:
        return None, ""  # the run's own problem says it already
    return advice.alarm, NO_ALARM if advice.has_seen and advice.alarm is None else ""


def card(run: Run) -> None:
    """What the coach says of a run, during it and after it; nothing before it has seen enough."""
    one, sentence = found(run)
    if one is not None:
        _alarm(run, one)
    elif sentence:
        st.caption(f":material/sports: {sentence}")


def _alarm(run: Run, one: Problem) -> None:
    with st.container(border=True, key="coach"):
        st.header(f":material/sports: Coach: {alarm_title(one.code)}")
        st.markdown(f"**{plain(one.happened)}** {plain(one.expected)}")
        if one.why:
            st.markdown(f"Likely cause: {plain(one.why)}")
        st.markdown(f"What to try: {plain(one.fix)}")
        if one.repairs:
            with st.container(horizontal=True, gap="small"):
                attempts(run, one.repairs)


def attempts(run: Run, repairs: Sequence[Repair]) -> None:
    """A button for each change that the coach advises."""
    for number, one in enumerate(repairs):
        st.button(
            one.label,
            key=f"try-{number}",
            icon=":material/build:" if number == 0 else None,
            help="Makes it your draft, beside this run, which stays as it is.",
            on_click=_try,
            args=(run, one),
        )


def _try(run: Run, one: Repair) -> None:
    """A draft of one's own from the run's experiment and one change; the run stays."""
    session.edit(apply_repair(run.experiment, one))
