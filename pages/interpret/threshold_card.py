"""Evaluate's question what is gained by a network that answers only where it is sure."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet
from core.analysis.thresholds import CONFIDENCE, MARGIN, MEASURES, Answered, answered, threshold_curve
from core.number_text import accuracy_text, percent, quantity
from pages.interpret.evaluated_sets import COLOURS, DASHES, ShownSet
from pages.widgets.charts import draw, with_large_letters

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
def card(sets: Sequence[ShownSet]) -> None:
    """The threshold, and what becomes of each set with it; only this card is drawn again when the threshold moves."""
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
                help=" ".join(f"**{name}**: {what}" for name, what in MEASURES.items()),
            )
        with st.container(key="sets-side-threshold", horizontal=True, gap="large"):
            for shown in whole:
                with st.container(key=f"threshold-{shown.name}"):
                    _set(shown, measure or CONFIDENCE, threshold)


def _set(shown: ShownSet, measure: str, threshold: float) -> None:
    found = answered(shown.evaluated, measure, threshold)
    share = found.share_right
    st.markdown(f"**{shown.title}: {measure.lower()} at least {threshold:.2f}**")
    with st.container(horizontal=True, key=f"threshold-numbers-{shown.name}"):
        st.metric("Answered", percent(found.share_answered, 1), help=f"{found.answered:,} of {found.images:,} images.")
        right = f"{found.right:,} of the {found.answered:,} answered images."
        st.metric("Of those right", "none" if share is None else accuracy_text(share), help=right)
        st.metric("Not sure", f"{found.images - found.answered:,}", help="Images without an answer.")
    st.markdown(_sentence(shown, found))
    st.markdown(_ties(found, measure))
    figure = curve_figure(shown.evaluated, shown.name, measure)
    words = f"{shown.title}: the higher the threshold, the fewer images are answered, and the more of those rightly."
    draw(figure, key=f"threshold-chart-{shown.name}", words=words)


def _sentence(shown: ShownSet, found: Answered) -> str:
    """How many are answered and right, and what the others would have been."""
    left_out = found.images - found.answered
    saved = shown.evaluated.num_mistakes - (found.answered - found.right)
    words = f"{found.answered:,} of {quantity(found.images, 'image')} answered, {found.right:,} of them rightly."
    return f"{words} Of the {left_out:,} “not sure”, {saved:,} would have been wrong." if left_out else words


def _ties(found: Answered, measure: str) -> str:
    """How ties are decided here."""
    if not found.ties:
        return "No image has a tie: two classes that share the largest probability, to the last digit."
    words = f"{quantity(found.ties, 'image')} {'has' if found.ties == 1 else 'have'} a tie"
    if not found.ties_answered:
        why = " (its margin is 0)" if measure == MARGIN else ""
        return f"{words}{why}: “not sure” at this threshold."
    return f"{words}: {found.ties_answered:,} answered by the first of the classes, {found.ties_right:,} of them rightly."


def curve_figure(evaluated: EvaluatedSet, name: str, measure: str) -> go.Figure:
    """The share that is answered, and of those the share that is right, over all thresholds.

    It is the same whatever the threshold, so that the browser need not draw it again while the threshold moves.
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
    return with_large_letters(figure)
