"""The count of the drawings that a visitor draws, for tasks that ask for drawings."""

import secrets

import streamlit as st

from pages.shell import session

DRAWING_ID = "drawing-id"  # in session state: the name by which the current drawing is counted


def note_drawing(before: str, drawing: str) -> None:
    """Record that the visitor draws. All lines until the sheet is empty again are the same drawing.

    Parameters
    ----------
    before, drawing
        The sheet before and after the last change, as data: URIs, each "" for an empty sheet.
    """
    if drawing and not before:
        st.session_state[DRAWING_ID] = secrets.token_hex(8)
    if drawing:
        session.note_activity("drawn", st.session_state.setdefault(DRAWING_ID, ""))
