"""The style of every Plotly chart of a page: large letters, no tool bar, and a description for screen readers."""

from itertools import count

import plotly.graph_objects as go
import streamlit as st

MOST_TICKS = 8  # on an axis: more are hard to read on a projector
LETTERS = 16  # pixels: no text on a screen is smaller


def whole_ticks(longest: int) -> dict[str, int | str]:
    """The settings of an axis that counts epochs or steps from 0 or 1 to `longest`: its ticks are whole numbers."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if longest <= MOST_TICKS * step)
    return {"tickmode": "linear", "tick0": 0, "dtick": step, "tickformat": ",d"}


def chart(figure: go.Figure, *, key: str, words: str) -> None:
    """A chart in the page's theme.

    Parameters
    ----------
    figure
        The figure to draw; its letters are set here, since Streamlit's theme makes them small.
    key
        The key of the element.
    words
        A sentence that says what the chart shows.
    """
    draw(with_large_letters(figure), key=key, words=words)


def with_large_letters(figure: go.Figure) -> go.Figure:
    """The figure, with letters that the last row of a hall can read."""
    letters = {"size": LETTERS}
    figure.update_layout(font=letters, legend={"font": letters}, hoverlabel={"font": letters})
    figure.update_xaxes(tickfont=letters, title={"font": letters})
    figure.update_yaxes(tickfont=letters, title={"font": letters})
    return figure


def draw(figure: go.Figure, *, key: str, words: str) -> None:
    """A chart whose letters are set already, such as a chart that is kept for many pages; see `chart`."""
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=words)
