"""The runs that are chosen in the table of all runs: kept over its pages and filters, in the order of choosing."""

from collections.abc import Iterable, Sequence

import streamlit as st


def chosen_runs() -> list[str]:
    """The ids of the chosen runs, the first chosen one first."""
    return st.session_state.get("runs_chosen", [])


def update_choice(shown: Sequence[str], ticked: Sequence[str]) -> None:
    """Take over the ticks of the table; runs that it does not show stay as they were.

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
    """A number for the table's key: another one makes a new table, ticked as `select_runs` says."""
    return st.session_state.get("runs_table", 0)


def select_runs(run_ids: Iterable[str]) -> None:
    """Choose these runs, and no others."""
    st.session_state["runs_chosen"] = list(run_ids)
    st.session_state["runs_table"] = table_key() + 1


def clear() -> None:
    select_runs(())
