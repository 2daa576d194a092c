"""Which runs are chosen in the table of all runs; kept over its pages and filters, in the order of choosing."""

from collections.abc import Iterable, Sequence

import streamlit as st


def chosen() -> list[str]:
    """The ids of the chosen runs, the first chosen one first."""
    return st.session_state.get("runs_chosen", [])


def choose(shown: Sequence[str], picked: Sequence[str]) -> None:
    """Take over what is ticked in the table; what it does not show stays as it was.

    Parameters
    ----------
    shown
        The ids of the rows.
    picked
        The ids that are ticked.
    """
    kept = [identity for identity in chosen() if identity in picked or identity not in shown]
    st.session_state["runs_chosen"] = [*kept, *(identity for identity in picked if identity not in kept)]


def table_key() -> int:
    """A number for the table's key: another one makes a new table, ticked as `select` says."""
    return st.session_state.get("runs_table", 0)


def select(identities: Iterable[str]) -> None:
    """Choose these runs, and no others."""
    st.session_state["runs_chosen"] = list(identities)
    st.session_state["runs_table"] = table_key() + 1


def clear() -> None:
    select(())
