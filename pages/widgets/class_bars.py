"""A network's answer to one image: a bar for each class, a mark for the answer before, and the right class."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.number_text import percent
from pages.widgets.charts import LETTERS, chart
from pages.widgets.colours import WRONG

BAR, BEST_BAR, TRUTH = "#8CA3B5", "#3E6E94", "#0072B2"
MARK = "#7D8790"  # stands out from both themes
PATTERN = {"fgcolor": "white", "fillmode": "overlay", "solidity": 0.25}
MOST = 10  # the best classes are drawn
ROW = 30  # pixels
NUMBERS_AT = 1.3  # where numbers end, on an axis on which 1 is certainty


def answer_bars(
    classes: Sequence[str],
    probabilities: Sequence[float],
    *,
    key: str,
    before: Sequence[float] | None = None,
    truth: int | None = None,
) -> None:
    """The probabilities of the classes as bars.

    Parameters
    ----------
    classes : names, in the order of the labels.
    probabilities : of the classes, from 0 to 1.
    key : of the element.
    before : the probabilities before a change, drawn as marks.
    truth : the right class. It is marked, as is a wrong answer, and the likeliest classes come first. None if nobody knows
        it: then the classes keep their order, so that bars do not jump while a picture is changed.
    """
    likeliest = sorted(range(len(classes)), key=lambda label: -probabilities[label])
    best, shown = likeliest[0], likeliest[:MOST]
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
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )
    if before is not None:
        figure.add_scatter(
            x=[before[label] for label in shown],
            y=names,
            mode="markers",
            marker={"symbol": "diamond-open", "size": 11, "color": MARK, "line": {"width": 2}},
            hovertemplate="before: %{y} %{x:.2%}<extra></extra>",
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
        words += f" It is {classes[truth]}, {percent(probabilities[truth], 1)}."
    chart(figure, key=key, words=words)
    if before is not None:
        st.caption("◇ before it was changed")
