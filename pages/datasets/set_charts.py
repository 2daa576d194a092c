"""The charts and pictures of a data set on the page Load, made once and cached for all visitors.

The file of a page runs again for each click and keeps no results, but this module is imported only once.
"""

from functools import lru_cache

import plotly.graph_objects as go

from core.datasets.previews import Preview
from core.png import to_data_uri
from pages.shell.colours import TEST, TRAINING
from pages.widgets.charts import with_large_font

CACHED_CHARTS = 32  # charts: building a chart takes longer than the rest of the page


@lru_cache(maxsize=CACHED_CHARTS)
def balance_figure(classes: tuple[str, ...], training: tuple[int, ...], test: tuple[int, ...]) -> go.Figure:
    """Return a bar chart of the number of images of each class."""
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
    return with_large_font(figure)


@lru_cache(maxsize=CACHED_CHARTS)
def picture_sources(preview: Preview, count: int) -> list[list[str]]:
    """Return the first `count` pictures of each class as data: URIs."""
    return [[to_data_uri(image) for image in images[:count]] for images in preview.images]
