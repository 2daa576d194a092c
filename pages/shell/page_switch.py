"""The switch to another page that a click asked for. The switch is repeated until that page is drawn."""

import streamlit as st

from pages.shell.addresses import switch_page

WANTED = "go_to"  # the key of the file of the page to switch to
SWITCH = "page_switch"  # the key of the page that is left and of its successor, until the successor is drawn


def switch_to_wanted_page(current: str) -> None:
    """Switch to the page that a click asked for. Do nothing if no click asked for a page.

    A browser learns of a switch a moment later. A component of the page that is left, such as the curves of a run, may send
    an event in that moment: Streamlit would then draw the page that was left again, and forget the switch. Such an event
    comes before the next page is drawn. The switch is then repeated, once.

    Parameters
    ----------
    current
        The file of the page that this script run draws, such as "stage.py".
    """
    left, successor = st.session_state.pop(SWITCH, ("", ""))
    target = st.session_state.pop(WANTED, successor if current == left else current)
    if target == current:
        if current == successor:
            st.session_state[SWITCH] = left, successor
        return
    if (current, target) != (left, successor):
        st.session_state[SWITCH] = current, target
    switch_page(target)


def note_page_drawn() -> None:
    """Record that the current page is drawn. From now on its events are its own, and the visitor may go back."""
    st.session_state.pop(SWITCH, None)
