"""The coach's card: what most likely goes wrong in a run, its cause, and what to try, beside the run."""

from collections.abc import Sequence

import streamlit as st

from core import runs
from core.coach import FIRST_EPOCH, MOST_BATCHES, NOTHING, alarm, title
from core.edits import repair
from core.ledger import Run
from core.problems import Problem, Repair
from pages import session
from pages.messages import plain


def found(run: Run) -> tuple[Problem | None, str]:
    """What the coach says of a run now.

    Returns:
        Its alarm, or None; and, where there is none, a sentence: "" before it has seen enough.
    """
    events = runs.current().events(run.id, MOST_BATCHES)
    one = alarm(run.experiment, events)
    if one is not None and run.problem is not None and run.problem.code == one.code:
        return None, ""  # the run's own problem says it already
    has_seen = one is None and sum(event["kind"] == "epoch" for event in events) >= FIRST_EPOCH
    return one, NOTHING if has_seen else ""


def card(run: Run) -> None:
    """What the coach says of a run, during it and after it; nothing before it has seen enough."""
    one, sentence = found(run)
    if one is not None:
        _alarm(run, one)
    elif sentence:
        st.caption(f":material/sports: {sentence}")


def _alarm(run: Run, one: Problem) -> None:
    with st.container(border=True, key="coach"):
        st.header(f":material/sports: Coach: {title(one.code)}")
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
    session.edit(repair(run.experiment, one))
