"""The coach's card: what most likely goes wrong in a run, its cause, and what to try, beside the run."""

import streamlit as st

from core import runs
from core.coach import FIRST_EPOCH, MOST_BATCHES, NOTHING, alarm, title
from core.edits import repair
from core.ledger import Run
from core.problems import Problem, Repair
from pages import session
from pages.widgets import plain


def card(run: Run) -> None:
    """What the coach says of a run, during it and after it; nothing before it has seen enough."""
    events = runs.current().events(run.id, MOST_BATCHES)
    found = alarm(run.experiment, events)
    if found is not None and run.problem is not None and run.problem.code == found.code:
        return  # it is said above already
    if found is not None:
        _alarm(run, found)
    elif sum(event["kind"] == "epoch" for event in events) >= FIRST_EPOCH:
        st.caption(f":material/sports: {NOTHING}")


def _alarm(run: Run, found: Problem) -> None:
    with st.container(border=True, key="coach"):
        st.subheader(f":material/sports: Coach: {title(found.code)}")
        st.markdown(f"**{plain(found.happened)}** {plain(found.expected)}")
        if found.why:
            st.markdown(f"Likely cause: {plain(found.why)}")
        st.markdown(f"What to try: {plain(found.fix)}")
        if not found.repairs:
            return
        with st.container(horizontal=True, gap="small"):
            for number, one in enumerate(found.repairs):
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
