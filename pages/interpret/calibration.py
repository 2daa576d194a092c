"""The tab Confidence of Evaluate: whether the network's confidence equals its accuracy (calibration)."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.interpret.evaluated_sets import COLOURS, DASHES, VisibleSet
from pages.shell.colours import WRONG
from pages.widgets.charts import chart

RIGHT = "#8A939C"
HEIGHT = 230  # of a chart, in pixels
MARGIN = {"l": 0, "r": 0, "t": 10, "b": 0}
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}  # above the plot, however many rows the legend takes
FORMULA = r"\mathrm{ECE} = \sum_{b=1}^{10} \frac{n_b}{n}\,\bigl|\,\mathrm{accuracy}_b - \mathrm{confidence}_b\,\bigr|"
SOURCE = (
    "n images, of which n_b have a confidence in tenth b: their share that is right, and their mean confidence. From Guo, "
    "Pleiss, Sun and Weinberger, [On Calibration of Modern Neural Networks](https://arxiv.org/abs/1706.04599), ICML 2017, "
    "equation 3, there with 15 bins. The curve is scikit-learn's `calibration_curve`."
)


def card(sets: Sequence[VisibleSet]) -> None:
    """Draw histograms of the confidence of right and wrong answers, and the calibration curve."""
    whole = [shown for shown in sets if shown.evaluated.is_whole]
    with st.container(key="certainty"):
        st.caption("Is it right as often as it is sure?")
        if not whole:
            st.markdown(
                "This run was evaluated by an older dashboard, which kept too little for this. Train again to see it."
            )
            return
        with st.container(key="sets-side-certainty", horizontal=True, gap="large"):
            for shown in whole:
                with st.container(key=f"confidence-{shown.name}"):
                    _histogram(shown)
            with st.container(key="reliability"):
                _reliability(whole)
        with st.popover("How this is computed", icon=":material/functions:"):
            st.latex(FORMULA)
            st.markdown(SOURCE)


def _tenths() -> list[str]:
    return [f"{10 * low}-{10 * low + 10}\u00a0%" for low in range(10)]


def _histogram(shown: VisibleSet) -> None:
    right, counts = shown.evaluated.content["calibration_right"], shown.evaluated.content["calibration_counts"]
    wrong = counts - right
    pattern = {"shape": "x", "fgcolor": "white", "fillmode": "overlay", "solidity": 0.25}
    figure = go.Figure()
    figure.add_bar(x=_tenths(), y=right, name="right", marker_color=RIGHT)
    figure.add_bar(x=_tenths(), y=wrong, name="wrong", marker={"color": WRONG, "pattern": pattern})
    figure.update_layout(barmode="stack", height=HEIGHT, margin=MARGIN, legend=LEGEND)
    figure.update_xaxes(title="confidence in its answer")
    figure.update_yaxes(title="images", tickformat=",")
    sure = 9
    words = (
        f"Of {counts[sure]:,} answers with more than 90\u00a0% confidence, {wrong[sure]:,} were wrong; "
        f"{counts[:5].sum():,} had at most 50\u00a0%."
    )
    st.markdown(f"**{shown.title}: how sure it was**")
    chart(figure, key=f"confidence-chart-{shown.name}", words=f"Confidence. {words}")
    st.caption(words)


def _reliability(sets: Sequence[VisibleSet]) -> None:
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="as sure as right", line={"color": RIGHT, "width": 1}, hoverinfo="skip"
    )
    words = []
    for shown in sets:
        content = shown.evaluated.content
        counts = content["calibration_counts"]
        is_filled = counts > 0
        figure.add_scatter(
            x=content["calibration_confidence"][is_filled],
            y=content["calibration_accuracy"][is_filled],
            customdata=counts[is_filled],
            mode="lines+markers",
            name=shown.title.lower(),
            line={"color": COLOURS[shown.name], "dash": DASHES[shown.name], "width": 3},
            marker={"size": 9, "symbol": "circle" if shown.name == "validation" else "diamond"},
            hovertemplate="confidence %{x:.3f}, right %{y:.3f}, %{customdata:,} images<extra></extra>",
        )
        words.append(calibration_words(shown))
    figure.update_layout(height=HEIGHT, margin=MARGIN, legend=LEGEND)
    figure.update_xaxes(title="mean confidence", range=[0, 1.02])
    figure.update_yaxes(title="share that is right", range=[0, 1.02])
    st.markdown("**Reliability: below the line it is too sure of itself**")
    sentence = " ".join(words)
    chart(figure, key="reliability-chart", words=f"Reliability. {sentence}")
    st.caption(sentence)


def calibration_words(shown: VisibleSet) -> str:
    """Return a sentence about the expected calibration error of a set, and whether the network is too sure."""
    content = shown.evaluated.content
    counts = content["calibration_counts"]
    if not counts.sum():
        return f"{shown.title}: there is no image."
    gap = float(np.average(content["calibration_confidence"] - content["calibration_accuracy"], weights=counts))
    error = float(content["calibration_error"])
    side = "too sure of itself" if gap > 0 else "less sure than it could be"
    verdict = f", on the whole {side}" if error >= 0.01 else ""
    return f"{shown.title}: expected calibration error {error:.3f}{verdict}."
