"""One image of an evaluated set, big, with all that the network said of it, and where to go on from there."""

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import label_of, probabilities_of
from core.experiment.image_ref import ImageRef, name_in_code
from core.number_text import percent, quantity, rounded
from pages import components
from pages.interpret import corrections_panel
from pages.interpret.evaluated_sets import Shown, pictures_of, wait_for_pictures
from pages.interpret.image_picker import pick
from pages.shell.messages import plain
from pages.shell.view import View
from pages.widgets.class_bars import answer_bars

SIZE = 240  # of the picture, in pixels
TOLD = 3  # of its answers, in words


def card(shown: Shown, index: int, view: View) -> None:
    """The image, its answers as bars, the ways into the network, and what is wrong with the image itself."""
    label = label_of(shown.one, index)
    answer = probabilities_of(shown.one, [index])[0]
    with st.container(border=True, key="closeup-card"):
        st.header(plain(title(shown, index)))
        found = pictures_of(shown, [index])
        if found is None:
            wait_for_pictures(shown, [index], SIZE)
        else:
            item = {"id": str(index), "src": components.picture_source(found[0]), "alt": title(shown, index)}
            components.pictures(
                [{**item, "caption": "", "detail": "", "tone": ""}], key="closeup-picture", size=SIZE, columns=1
            )
        st.caption(plain(words(shown, index)))
        look_into(shown, index)
        bars(answer, label, shown.classes)
        corrections_panel.at_image(shown, index, view)


def look_into(shown: Shown, index: int) -> None:
    """The ways to what the network made of this image."""
    with st.container(horizontal=True):
        inside = st.button("Inside your net", key="look-inside", icon=":material/account_tree:")
        why = st.button("Why this answer?", key="look-why", icon=":material/help_center:")
    if inside or why:
        place = int(shown.one.places[index]) if shown.name == "test" and shown.one.is_whole else index
        pick(ImageRef(shown.name, place))
        st.switch_page("inside.py" if inside else "why.py")


def title(shown: Shown, index: int) -> str:
    """What it is, and what the network said: "“Shirt”, called “Pullover”"."""
    label = label_of(shown.one, index)
    said = int(probabilities_of(shown.one, [index])[0].argmax())
    return f"“{shown.classes[label]}”, called “{shown.classes[said]}”"


def words(shown: Shown, index: int) -> str:
    """Which image it is, and its loss."""
    if not shown.one.is_whole:
        return f"{name_in_code(shown.name, index)}, an image of the {shown.title.lower()}."
    place, loss = int(shown.one.places[index]), float(shown.one.losses[index])
    named = name_in_code(shown.name, index)
    in_files = name_in_code("test" if shown.name == "test" else "training", place)
    files = "" if named == in_files else f"; in the files it is {in_files}"
    return (
        f"{named}, one of {quantity(len(shown.one.labels), 'image')} of the {shown.title.lower()}{files}. "
        f"Its loss is {rounded(loss)}, the mean of the set {rounded(shown.one.losses.mean())}."
    )


def bars(answer: np.ndarray, label: int, classes: tuple[str, ...]) -> None:
    """The probability of each class, the likeliest first; the right class and a wrong answer are marked in words too."""
    answer_bars(classes, answer.tolist(), key="closeup-bars", truth=label)
    likeliest = np.argsort(-answer, kind="stable")[:TOLD]
    shares = ", ".join(f"{classes[one]} {percent(answer[one], 1)}" for one in likeliest)
    st.caption(plain(f"The label says {classes[label]} (✓). The network's likeliest answers: {shares}."))
