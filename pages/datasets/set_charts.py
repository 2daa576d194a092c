"""The charts and pictures of a data set on the page Load, made once for all who look.

The file of a page runs again for each click and keeps nothing that it makes; this module is imported once.
"""

from functools import lru_cache

import plotly.graph_objects as go

from core.datasets.previews import Preview
from core.png import to_data_uri
from pages.widgets.charts import with_large_letters
from pages.widgets.colours import TEST, TRAINING

LEGEND_HEIGHT = 80  # pixels: two rows on a phone; with less Plotly makes it scroll
KEPT = 32  # charts: building one takes longer than all else on the page


@lru_cache(maxsize=KEPT)
def sets_figure(bars: tuple[tuple[str, int, str, str], ...]) -> go.Figure:
    """One row of bars, as long as the sets are large; `bars`: title, images, colour and pattern of each."""
    figure = go.Figure()
    for title, count, colour, pattern in bars:
        if count:
            figure.add_bar(
                y=[""],
                x=[count],
                name=title,
                orientation="h",
                marker={
                    "color": colour,
                    "pattern": {"shape": pattern, "fgcolor": "white", "fillmode": "overlay", "solidity": 0.2},
                },
                hovertemplate=f"{title}: {count:,} images<extra></extra>",
            )
    figure.update_layout(
        barmode="stack",
        height=110,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h", "traceorder": "normal", "maxheight": LEGEND_HEIGHT},
        xaxis={"visible": False},
    )
    return with_large_letters(figure)


@lru_cache(maxsize=KEPT)
def balance_figure(classes: tuple[str, ...], training: tuple[int, ...], test: tuple[int, ...]) -> go.Figure:
    """Bars of how many images of each class there are."""
    figure = go.Figure()
    figure.add_bar(x=classes, y=training, name="training and validation", marker_color=TRAINING)
    figure.add_bar(
        x=classes,
        y=test,
        name="test",
        marker={"color": TEST, "pattern": {"shape": "x", "fgcolor": "white", "fillmode": "overlay", "solidity": 0.2}},
    )
    figure.update_layout(
        height=300,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        legend={"orientation": "h", "y": 1.15},
        yaxis={"title": "images", "tickformat": ","},
    )
    return with_large_letters(figure)


@lru_cache(maxsize=KEPT)
def picture_sources(preview: Preview, count: int) -> list[list[str]]:
    """Return the first `count` pictures of each class of a data set as addresses that a browser shows."""
    return [[to_data_uri(image) for image in images[:count]] for images in preview.images]


@lru_cache(maxsize=KEPT)
def values_figure(counts: tuple[int, ...], what: str, *, skips: int = 0) -> go.Figure:
    """Bars of how often each value of a pixel occurs.

    Parameters
    ----------
    counts
        How often each value occurs, from 0 on.
    what
        What is counted, for the axis.
    skips
        How many of the first values have no bar.
    """
    figure = go.Figure()
    figure.add_bar(
        x=list(range(skips, len(counts))),
        y=counts[skips:],
        marker={"color": TRAINING, "line": {"width": 0}},
        hovertemplate="value %{x}: %{y:,}<extra></extra>",
    )
    figure.update_layout(height=300, margin={"l": 0, "r": 0, "t": 10, "b": 0}, bargap=0.05)
    figure.update_xaxes(title="value of a pixel", range=[-0.5, len(counts) - 0.5])
    figure.update_yaxes(title=what, tickformat=",")
    return with_large_letters(figure)
