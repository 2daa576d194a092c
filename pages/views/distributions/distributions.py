"""The distributions of a layer's weights and outputs as histograms, and a sentence about its dead units."""

from collections.abc import Sequence
from itertools import zip_longest

import plotly.graph_objects as go
import streamlit as st

from core.experiment.image_ref import SET_NAMES
from core.number_text import percent, short_text
from core.views.distributions import Distribution, LayerDistributions, distributions_on_common_scale
from pages.shell.messages import escape_markdown
from pages.views.shared.moments import Side, columns, scaled
from pages.widgets.charts import chart

GREY = "#7D8790"
HEIGHT = 200  # of a histogram, in pixels
ABOVE = 1.05  # the height of its axis, relative to its highest bar
DEAD_NAMED = 12  # units that are named


def draw(sides: Sequence[Side], several: Sequence[LayerDistributions], layer: str) -> None:
    """Draw the histograms and name the dead units, at each moment.

    On a common scale, the moments share the bins and the height of the axis.

    Parameters
    ----------
    sides
        The moments.
    several
        The distributions of the layer at each moment.
    layer
        The layer's id, for the keys.
    """
    distributions: Sequence[LayerDistributions] = scaled(distributions_on_common_scale, several, sides[0].common)
    if sides[0].scale:
        st.caption(sides[0].scale)
    tops = [
        max(max(distribution.counts) for distribution in kind)
        for kind in zip(*(distribution.all for distribution in distributions), strict=True)
    ]
    for column, distribution, side in zip(columns(len(distributions)), distributions, sides, strict=True):
        with column:
            _distributions(side, distribution, layer, tops if side.common else [])


def _distributions(side: Side, distributions: LayerDistributions, layer: str, tops: Sequence[int]) -> None:
    """Draw the histograms of a moment. `tops` are the heights of the axes.

    If `tops` is empty, each axis fits its own bars.
    """
    if side.name:
        st.markdown(f"**{escape_markdown(side.name)}**")
    with st.container(horizontal=True, key=f"spread-charts{side.suffix}", gap="medium"):
        for number, (distribution, top) in enumerate(zip_longest(distributions.all, tops)):
            with st.container(key=f"spread-{number}{side.suffix}"):
                _histogram(distribution, f"{layer}-{number}{side.suffix}", top)
    if distributions.outputs is not None:
        st.markdown(escape_markdown(_dead_words(distributions)))


def _dead_words(distributions: LayerDistributions) -> str:
    """Return a sentence about the dead units of a layer, whose output is zero for all images of a sample."""
    sample = f"all {distributions.images} images of a sample of the {SET_NAMES[distributions.part].lower()}"
    if not distributions.dead:
        return f"No unit is dead: none of the {distributions.units:,} is zero for {sample}."
    named = ", ".join(str(unit + 1) for unit in distributions.dead[:DEAD_NAMED])
    more = f" and {len(distributions.dead) - DEAD_NAMED} more" if len(distributions.dead) > DEAD_NAMED else ""
    are = "unit is" if len(distributions.dead) == 1 else "units are"
    return f"{len(distributions.dead)} of {distributions.units:,} {are} dead, zero for {sample}: {named}{more}."


def _histogram(distribution: Distribution, key: str, top: int | None) -> None:
    mean, deviation = short_text(distribution.mean), short_text(distribution.deviation)
    words = f"{distribution.count:,} numbers, mean {mean}, deviation {deviation}"
    zeros = f", {percent(distribution.zeros)} exactly 0" if distribution.zeros else ""
    st.markdown(f"**{escape_markdown(distribution.name)}**")
    middles = [(low + high) / 2 for low, high in zip(distribution.edges, distribution.edges[1:], strict=False)]
    figure = go.Figure(
        go.Bar(x=middles, y=distribution.counts, marker_color=GREY, hovertemplate="%{x:.3g}: %{y:,}<extra></extra>")
    )
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 4, "b": 0}, bargap=0.05)
    figure.update_xaxes(range=(distribution.edges[0], distribution.edges[-1]), title="value")
    figure.update_yaxes(range=(0, top * ABOVE) if top else None, title="how many")
    chart(figure, key=f"spread-chart-{key}", words=f"{distribution.name}: {words}{zeros}")
    st.caption(f"{words}{zeros}")
