"""The placeholder for a drawing of the loss, and the card that says why the loss cannot be drawn."""

from collections.abc import Callable

import streamlit as st

from core.problems import Problem
from pages.shell import waiting
from pages.shell.messages import escape_markdown

STARTING = "Keras is starting; the picture follows in a few seconds …"


def wait_for(is_there: Callable[[], bool], words: str, height: int, *, starting: str = STARTING) -> None:
    """Draw a placeholder for a picture until Keras has answered. For the arguments see `pages.shell.waiting.wait_for`."""
    waiting.wait_for(is_there, words, height, starting=starting)


def no_picture(reason: str | Problem) -> None:
    """Draw a card that says why the loss cannot be drawn."""
    words = f"{reason.happened} {reason.fix}" if isinstance(reason, Problem) else reason
    with st.container(key="card-no-picture", border=True):
        st.markdown(f":material/landscape: No picture yet. {escape_markdown(words)}")
