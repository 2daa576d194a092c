"""Tabs of a page, whose open one stands in the address."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.shell import session

NOTED = "noted_tab"  # the key of the deck and the tab that were noted last


def address_tabs(titles: Sequence[str], key: str) -> Sequence[Any]:
    """Draw tabs; the address keeps which one is open, and the tasks of a deck see that it was opened.

    Parameters
    ----------
    titles
        The titles, which are unique on all pages: tasks name tabs by them.
    key
        The name of the widget, and of the parameter in the address.
    """
    if st.session_state.get(session.ASKED_TAB) in titles:
        st.session_state[key] = st.session_state.pop(session.ASKED_TAB)
    tabs = st.tabs(list(titles), key=key, bind="query-params", on_change=_note, args=(key,))
    title = next(title for title, tab in zip(titles, tabs, strict=True) if tab.open)
    if st.session_state.get(NOTED) != (st.session_state.get(session.DECK_OPEN), title):
        _note(key, title)  # it was open before the deck was, or a link led to it
    return tabs


def _note(key: str, title: str = "") -> None:
    opened = title or st.session_state[key]
    st.session_state[NOTED] = st.session_state.get(session.DECK_OPEN), opened
    session.note("open", opened)
