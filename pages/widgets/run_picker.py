"""The runs that are selected on the page Runs, in the order of selection, kept across pages and filters of the table."""

from collections.abc import Iterable, Sequence

import streamlit as st


def chosen_runs() -> list[str]:
    """Return the ids of the selected runs, in the order of their selection."""
    return st.session_state.get("runs_chosen", [])


def update_choice(shown: Sequence[str], ticked: Sequence[str]) -> None:
    """Update the selection from the ticks in the table. Selected runs that the table does not show stay selected.

    Parameters
    ----------
    shown
        The ids of the rows.
    ticked
        The ids that are ticked.
    """
    kept = [run_id for run_id in chosen_runs() if run_id in ticked or run_id not in shown]
    st.session_state["runs_chosen"] = [*kept, *(run_id for run_id in ticked if run_id not in kept)]


def table_key() -> int:
    """Return the number in the table's key. A new number makes a new table that shows the selection of `select_runs`."""
    return st.session_state.get("runs_table", 0)


def select_runs(run_ids: Iterable[str]) -> None:
    """Select these runs and no others."""
    st.session_state["runs_chosen"] = list(run_ids)
    st.session_state["runs_table"] = table_key() + 1


def clear() -> None:
    select_runs(())
