"""A network's answer to an image as bars: the probability of each class, the previous answer, and the true class."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.number_text import percent
from pages.shell.colours import WRONG
from pages.widgets.charts import LETTERS, chart

BAR, BEST_BAR, TRUTH = "#8CA3B5", "#3E6E94", "#0072B2"
MARK = "#7D8790"  # stands out from both themes
PATTERN = {"fgcolor": "white", "fillmode": "overlay", "solidity": 0.25}
MOST_CLASSES = 10  # the best classes are drawn
ROW = 30  # pixels
NUMBERS_AT = 1.3  # the position at which the numbers end, on an axis on which 1 is certainty


def answer_bars(
    classes: Sequence[str],
    probabilities: Sequence[float],
    *,
    key: str,
    before: Sequence[float] | None = None,
    truth: int | None = None,
) -> None:
    """Draw the probabilities of the classes as bars.

    Parameters
    ----------
    classes, probabilities, key
        The names of the classes in the order of the labels, their probabilities, and the key of the element.
    before
        The probabilities before a change of the picture, drawn as marks, or None without a change.
    truth
        The label of the true class, which is marked, as is a wrong answer. Then the likeliest classes come first. If `truth`
        is None, the classes keep their order, so that bars do not jump while a visitor changes the picture.
    """
    likeliest = sorted(range(len(classes)), key=lambda label: -probabilities[label])
    best, shown = likeliest[0], likeliest[:MOST_CLASSES]
    if truth is None:
        shown.sort()
    elif truth not in shown:
        shown[-1] = truth
    names = [f"{classes[label]} ✓" if label == truth else classes[label] for label in shown]
    tones = {best: BEST_BAR if truth is None else WRONG} | ({} if truth is None else {truth: TRUTH})
    colours = [tones.get(label, BAR) for label in shown]
    figure = go.Figure(
        go.Bar(
            x=[probabilities[label] for label in shown],
            y=names,
            orientation="h",
            marker={
                "color": colours,
                "pattern": {"shape": ["x" if colour == WRONG else "" for colour in colours], **PATTERN},
            },
            customdata=_exact(probabilities, shown),
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    )
    if before is not None:
        figure.add_scatter(
            x=[before[label] for label in shown],
            y=names,
            mode="markers",
            marker={"symbol": "diamond-open", "size": 11, "color": MARK, "line": {"width": 2}},
            customdata=_exact(before, shown),
            hovertemplate="before: %{y} %{customdata}<extra></extra>",
        )
    figure.add_scatter(
        x=[NUMBERS_AT] * len(shown),
        y=names,
        mode="text",
        text=[
            f"<b>{percent(probabilities[label], 1)}</b>" if label == best else f"{percent(probabilities[label], 1)}"
            for label in shown
        ],
        textposition="middle left",
        textfont={"size": LETTERS},
        hoverinfo="skip",
    )
    figure.update_layout(
        height=ROW * len(shown) + 40,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        bargap=0.25,
        transition={"duration": 200},
    )
    figure.update_xaxes(
        range=[0, NUMBERS_AT], tickvals=[0, 0.5, 1], ticktext=["0 %", "50 %", "100 %"], showgrid=False, zeroline=True
    )
    figure.update_yaxes(autorange="reversed", type="category", dtick=1)
    words = f"The network says {classes[best]}, {percent(probabilities[best], 1)}."
    if truth is not None:
        words += f" The truth is {classes[truth]}, {percent(probabilities[truth], 1)}."
    chart(figure, key=key, words=words)
    if before is not None:
        st.caption("◇ before the change")


def _exact(probabilities: Sequence[float], labels: Sequence[int]) -> list[str]:
    """Return the probabilities of some classes as text, since Plotly writes no space before a percent sign."""
    return [percent(probabilities[label], 2) for label in labels]
