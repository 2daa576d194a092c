"""The colour of a run, as a square before its name."""

from typing import Literal

import streamlit as st

from core.runs.run_record import Run
from pages.shell.colours import run_colour
from pages.shell.streamlit_patches import Container


def run_coloured_container(run: Run | None, width: Literal["stretch", "content"] = "stretch") -> Container:
    """Return a container whose heading is marked with the colour of a run. Without a run, the heading has no mark.

    Parameters
    ----------
    run
        The run whose name stands in the container.
    width
        The width of the container. See `st.container`.
    """
    return st.container(key=f"run-colour-{run_colour(run.number)}" if run else "run-colour-none", gap=None, width=width)
