"""One image of an evaluated set, big, with all that the network said of it, and where to go on from there."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.evaluated import label_of, probabilities_of
from core.picked import Picked
from pages import components, corrections, frame
from pages.colours import WRONG
from pages.evaluations import Shown, pictures_of, wait_for_pictures
from pages.picked import pick
from pages.widgets import plain

SIZE = 240  # of the picture, in pixels
BARS = 10  # classes that are shown, the likeliest ones; the right one always
TRUTH, OTHER = "#0072B2", "#8A939C"
PATTERN = {"fgcolor": "white", "fillmode": "overlay", "solidity": 0.25}


def card(shown: Shown, index: int, view: frame.View) -> None:
    """The image, its answers as bars, the ways into the network, and what is wrong with the image itself."""
    label = label_of(shown.one, index)
    answer = probabilities_of(shown.one, [index])[0]
    with st.container(border=True, key="closeup-card"):
        st.subheader(plain(title(shown, index)))
        found = pictures_of(shown, [index])
        if found is None:
            wait_for_pictures(shown, [index], SIZE)
        else:
            item = {"id": str(index), "src": components.picture_source(found[0]), "alt": title(shown, index)}
            components.pictures(
                [{**item, "caption": "", "detail": "", "tone": ""}], key="closeup-picture", size=SIZE, columns=1
            )
        st.caption(words(shown, index))
        look_into(shown, index)
        bars(answer, label, shown.classes)
        corrections.at_image(shown, index, view)


def look_into(shown: Shown, index: int) -> None:
    """The ways to what the network made of this image."""
    with st.container(horizontal=True):
        inside = st.button("Inside your net", key="look-inside", icon=":material/account_tree:")
        why = st.button("Why this answer?", key="look-why", icon=":material/help_center:")
    if inside or why:
        place = int(shown.one.places[index]) if shown.name == "test" and shown.one.is_whole else index
        pick(Picked(shown.name, place))
        st.switch_page("inside.py" if inside else "why.py")


def title(shown: Shown, index: int) -> str:
    """What it is, and what the network said: "“Shirt”, called “Pullover”"."""
    label = label_of(shown.one, index)
    said = int(probabilities_of(shown.one, [index])[0].argmax())
    return f"“{shown.classes[label]}”, called “{shown.classes[said]}”"


def words(shown: Shown, index: int) -> str:
    """Which image it is, and its loss."""
    if not shown.one.is_whole:
        return f"Image {index + 1:,} of the {shown.title.lower()}."
    files = "test" if shown.name == "test" else "training"
    place = int(shown.one.places[index])
    loss = float(shown.one.losses[index])
    return (
        f"Image {index + 1:,} of {len(shown.one.labels):,} of the {shown.title.lower()}, number {place:,} of the {files} "
        f"files; its loss is {loss:.3g}, the mean of the set {shown.one.losses.mean():.3g}."
    )


def bars(answer: np.ndarray, label: int, classes: tuple[str, ...]) -> None:
    """The probability of each class, the likeliest first; the right class and a wrong answer are marked in words too."""
    order = np.argsort(-answer, kind="stable")[:BARS]
    if label not in order:
        order = np.append(order[:-1], label)
    said = int(answer.argmax())
    colours = [TRUTH if one == label else WRONG if one == said else OTHER for one in order]
    names = [f"{classes[one]} ✓" if one == label else classes[one] for one in order]
    figure = go.Figure(
        go.Bar(
            x=answer[order],
            y=names,
            orientation="h",
            text=[f"{answer[one]:.1%}" for one in order],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colours, "pattern": {"shape": ["x" if c == WRONG else "" for c in colours], **PATTERN}},
            hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        )
    )
    figure.update_layout(height=40 + 30 * len(order), margin={"l": 0, "r": 50, "t": 0, "b": 0}, font={"size": 14})
    figure.update_xaxes(range=[0, 1], visible=False)
    figure.update_yaxes(autorange="reversed")
    shares = ", ".join(f"{classes[one]} {answer[one]:.1%}" for one in order[:3])
    st.plotly_chart(figure, key="closeup-bars", config={"displayModeBar": False}, alt=f"Answers: {shares}.")
    st.caption(plain(f"The label says {classes[label]} (✓). The network's likeliest answers: {shares}."))
