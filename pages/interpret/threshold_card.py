"""The tab Threshold of Evaluate: the accuracy of a network that answers only above a threshold of confidence."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet
from core.analysis.thresholds import CONFIDENCE, MARGIN, MEASURES, AnsweredCounts, counts_at_threshold, threshold_curve
from core.number_text import accuracy_text, percent, quantity
from pages.interpret.evaluated_sets import COLOURS, DASHES, VisibleSet
from pages.widgets.charts import draw, with_large_font

HEIGHT = 260  # of a chart, in pixels
GREY = "#7D8790"
START = 0.5
MARGIN_OF_CHART = {"l": 0, "r": 0, "t": 10, "b": 0}
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
OLD = "This run was evaluated by an older dashboard, which kept too little for this. Train again to see it."
RULE = (
    "argmax names the class with the largest probability, also where all are equal, and of equal ones the first. With a "
    "threshold the network may say “not sure”."
)


@st.fragment
def card(sets: Sequence[VisibleSet]) -> None:
    """Draw the slider of the threshold, and its effect on each set. A moved slider redraws only this card."""
    whole = [shown for shown in sets if shown.evaluated.is_whole]
    with st.container(key="threshold-card"):
        st.caption(RULE)
        if not whole:
            st.markdown(OLD)
            return
        with st.container(horizontal=True, vertical_alignment="bottom", key="threshold-controls", gap="medium"):
            with st.container(width=360):
                threshold = st.slider(
                    "Threshold: below it, “not sure”", 0.0, 1.0, START, 0.01, key="threshold", persist_state="session"
                )
            measure = st.segmented_control(
                "Measured by",
                tuple(MEASURES),
                default=CONFIDENCE,
                required=True,
                key="threshold-measure",
                persist_state="session",
                help=" ".join(f"**{name}**: {meaning}" for name, meaning in MEASURES.items()),
            )
        with st.container(key="sets-side-threshold", horizontal=True, gap="large"):
            for shown in whole:
                with st.container(key=f"threshold-{shown.name}"):
                    _set(shown, measure or CONFIDENCE, threshold)


def _set(shown: VisibleSet, measure: str, threshold: float) -> None:
    result = counts_at_threshold(shown.evaluated, measure, threshold)
    share = result.share_right
    st.markdown(f"**{shown.title}: {measure.lower()} at least {threshold:.2f}**")
    with st.container(horizontal=True, key=f"threshold-numbers-{shown.name}"):
        st.metric("Answered", percent(result.share_answered, 1), help=f"{result.answered:,} of {result.images:,} images.")
        right = f"{result.right:,} of the {result.answered:,} answered images."
        st.metric("Of those right", "none" if share is None else accuracy_text(share), help=right)
        st.metric("Not sure", f"{result.images - result.answered:,}", help="Images without an answer.")
    st.markdown(_sentence(shown, result))
    st.markdown(_ties(result, measure))
    figure = curve_figure(shown.evaluated, shown.name, measure)
    words = f"{shown.title}: the higher the threshold, the fewer images are answered, and the more of those correctly."
    draw(figure, key=f"threshold-chart-{shown.name}", words=words)


def _sentence(shown: VisibleSet, result: AnsweredCounts) -> str:
    """Say how many images are answered, how many correctly, and how many withheld answers would have been wrong."""
    left_out = result.images - result.answered
    saved = shown.evaluated.num_mistakes - (result.answered - result.right)
    words = f"{result.answered:,} of {quantity(result.images, 'image')} answered, {result.right:,} of them correctly."
    return f"{words} Of the {left_out:,} “not sure”, {saved:,} would have been wrong." if left_out else words


def _ties(result: AnsweredCounts, measure: str) -> str:
    """Say how many images have two classes with the same largest probability, and how such ties are decided."""
    if not result.ties:
        return "No image has a tie: two classes that share the largest probability, to the last digit."
    words = f"{quantity(result.ties, 'image')} {'has' if result.ties == 1 else 'have'} a tie"
    if not result.ties_answered:
        why = " (its margin is 0)" if measure == MARGIN else ""
        return f"{words}{why}: “not sure” at this threshold."
    return (
        f"{words}: {result.ties_answered:,} answered by the first of the classes, {result.ties_right:,} of them correctly."
    )


def curve_figure(evaluated: EvaluatedSet, name: str, measure: str) -> go.Figure:
    """Return a chart over all thresholds: the share of answered images, and the accuracy of the answers.

    The chart does not depend on the chosen threshold, so the browser need not redraw the chart when the threshold moves.
    """
    curve = threshold_curve(evaluated, measure)
    figure = go.Figure()
    for title, values, colour, dash in (
        ("answered", curve.answered, GREY, "dot"),
        ("of those right", curve.right, COLOURS[name], DASHES[name]),
    ):
        figure.add_scatter(
            x=curve.thresholds,
            y=values,
            mode="lines",
            name=title,
            line={"color": colour, "dash": dash, "width": 3},
            hovertemplate="%{fullData.name}, threshold %{x:.2f}: %{y:.3f}<extra></extra>",
        )
    figure.update_layout(height=HEIGHT, margin=MARGIN_OF_CHART, legend=LEGEND)
    figure.update_xaxes(title=f"threshold ({measure.lower()})", range=[0, 1.01])
    figure.update_yaxes(title="share of images", range=[0, 1.03])
    return with_large_font(figure)
