"""The runs that the open lesson or challenge shows and compares: those since the deck or its experiment was opened."""

from dataclasses import dataclass

import streamlit as st

from core.application import application
from core.runs.run_record import Run

RUNS_SINCE = "runs_since"  # the key of a `RunsSince`


@dataclass(frozen=True)
class RunsSince:
    """The times since which runs belong to the open lesson or challenge, in seconds since 1970. Outside of these, 0."""

    deck: float = 0.0  # when the deck was begun; earlier runs are compared with no run of the deck
    scene: float = 0.0  # when the scene's experiment was opened; earlier runs are not in view


def runs_since() -> RunsSince:
    """Return since when runs belong to the open lesson or challenge."""
    since: RunsSince = st.session_state.get(RUNS_SINCE, RunsSince())
    return since


def previous_run(run: Run) -> Run | None:
    """Return the run before a run, to compare both. In a lesson or challenge, an earlier deck's run is not compared."""
    before = application().history.previous(run)
    return before if before is not None and before.created >= runs_since().deck else None


def show_no_run() -> None:
    """Show no run until the visitor starts or chooses a run."""
    st.session_state.pop("run", None)
    st.query_params.pop("run", None)
