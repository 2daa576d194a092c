"""Tabs that write the title of the open tab into the address of the page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.shell import session

NOTED = "noted_tab"  # the key of the open deck and the tab whose opening was recorded last


def address_tabs(titles: Sequence[str], key: str) -> Sequence[Any]:
    """Draw tabs, and write the title of the open tab into the address of the page.

    Each time a visitor opens a tab, record the activity, since tasks of decks may ask for it. Return the tabs.

    Parameters
    ----------
    titles
        The titles, which are unique on all pages, since tasks name tabs by their titles.
    key
        The key of the widget in the session state, and the name of the parameter in the address.
    """
    if st.session_state.get(session.ASKED_TAB) in titles:
        st.session_state[key] = st.session_state.pop(session.ASKED_TAB)
    tabs = st.tabs(list(titles), key=key, bind="query-params", on_change=_note, args=(key,))
    title = next(title for title, tab in zip(titles, tabs, strict=True) if tab.open)
    if st.session_state.get(NOTED) != (st.session_state.get(session.DECK_OPEN), title):
        _note(key, title)  # the tab was open before the deck was opened, or a link led to the tab
    return tabs


def _note(key: str, title: str = "") -> None:
    opened = title or st.session_state[key]
    st.session_state[NOTED] = st.session_state.get(session.DECK_OPEN), opened
    session.note_activity("open", opened)
