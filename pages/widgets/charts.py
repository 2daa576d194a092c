"""The style of all Plotly charts: large letters, no toolbar, and a text alternative for screen readers."""

from itertools import count

import plotly.graph_objects as go
import streamlit as st

MOST_TICKS = 8  # on an axis: more are hard to read on a projector
LETTERS = 16  # pixels: no text on a screen is smaller


def integer_ticks(longest: int) -> dict[str, int | str]:
    """Return the settings of an axis of epochs or steps that ends at `longest`, with whole numbers as ticks."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if longest <= MOST_TICKS * step)
    return {"tickmode": "linear", "tick0": 0, "dtick": step, "tickformat": ",d"}


def chart(figure: go.Figure, *, key: str, words: str) -> None:
    """Draw a chart in the page's theme, with large letters.

    Parameters
    ----------
    figure
        The figure to draw. Its letters are set here, since Streamlit's theme makes them small.
    key
        The key of the element.
    words
        The content of the chart, in a sentence.
    """
    draw(with_large_font(figure), key=key, words=words)


def with_large_font(figure: go.Figure) -> go.Figure:
    """Set the letters of a figure to a size that can be read from the last row of a hall, and return the figure."""
    letters = {"size": LETTERS}
    figure.update_layout(font=letters, legend={"font": letters}, hoverlabel={"font": letters})
    figure.update_xaxes(tickfont=letters, title={"font": letters})
    figure.update_yaxes(tickfont=letters, title={"font": letters})
    return figure


def draw(figure: go.Figure, *, key: str, words: str) -> None:
    """Draw a chart whose letters are already large, such as a cached chart. See `chart`."""
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=words)
