"""One image of an evaluated set, enlarged, with the network's answer and links to further pages."""

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import label_of, probabilities_of
from core.experiment.image_ref import ImageRef, name_in_code
from core.number_text import loss_text, percent, quantity
from pages.components.picture_grid.picture_grid import picture_grid
from pages.interpret import corrections_panel
from pages.interpret.evaluated_sets import ShownSet, pictures_of, wait_for_pictures
from pages.interpret.image_picker import pick
from pages.shell.addresses import switch_page
from pages.shell.messages import plain
from pages.shell.view import View
from pages.widgets.class_bars import answer_bars
from pages.widgets.picture_items import picture_item

SIZE = 200  # of the image, in pixels
LISTED = 3  # answers in words


def card(shown: ShownSet, index: int, view: View) -> None:
    """The image, its probabilities as bars, links into the network, and corrections of the image."""
    label = label_of(shown.evaluated, index)
    answer = probabilities_of(shown.evaluated, [index])[0]
    with st.container(border=True, key="closeup-card"):
        st.header(plain(title(shown, index)))
        with st.container(key="closeup-image", horizontal=True, gap="medium"):
            with st.container(key="closeup-pixels"):
                enlarged(shown, index)
            with st.container(key="closeup-words"):
                st.caption(plain(words(shown, index)))
                links(shown, index)
        bars(answer, label, shown.classes)
        corrections_panel.at_image(shown, index, view)


def enlarged(shown: ShownSet, index: int) -> None:
    """The image, once its pixels are there."""
    images = pictures_of(shown, [index])
    if images is None:
        wait_for_pictures(shown, [index], SIZE)
    else:
        picture_grid([picture_item(index, images[0], title(shown, index))], key="closeup-picture", size=SIZE, columns=1)


def links(shown: ShownSet, index: int) -> None:
    """Buttons that open pages on what the network made of this image."""
    with st.container(horizontal=True):
        inside = st.button("Inside your net", key="look-inside", icon=":material/account_tree:")
        why = st.button("Why this answer?", key="look-why", icon=":material/help_center:")
    if inside or why:
        position = int(shown.evaluated.file_indexes[index]) if shown.name == "test" and shown.evaluated.is_whole else index
        pick(ImageRef(shown.name, position))
        switch_page("inside.py" if inside else "why.py")


def title(shown: ShownSet, index: int) -> str:
    """The label and the answer: "“Shirt”, called “Pullover”"."""
    label = label_of(shown.evaluated, index)
    predicted = int(probabilities_of(shown.evaluated, [index])[0].argmax())
    return f"“{shown.classes[label]}”, called “{shown.classes[predicted]}”"


def words(shown: ShownSet, index: int) -> str:
    """The name of the image, and its loss."""
    if not shown.evaluated.is_whole:
        return f"{name_in_code(shown.name, index)}, an image of the {shown.title.lower()}."
    index_in_files, loss = int(shown.evaluated.file_indexes[index]), float(shown.evaluated.losses[index])
    name = name_in_code(shown.name, index)
    in_files = name_in_code("test" if shown.name == "test" else "training", index_in_files)
    files = "" if name == in_files else f"; in the files it is {in_files}"
    return (
        f"{name}, one of {quantity(len(shown.evaluated.labels), 'image')} of the {shown.title.lower()}{files}. "
        f"Its loss is {loss_text(loss)}, the mean of the set {loss_text(shown.evaluated.losses.mean())}."
    )


def bars(answer: np.ndarray, label: int, classes: tuple[str, ...]) -> None:
    """The probability of each class, the likeliest first; the right class and a wrong answer are marked in words too."""
    answer_bars(classes, answer.tolist(), key="closeup-bars", truth=label)
    likeliest = np.argsort(-answer, kind="stable")[:LISTED]
    shares = ", ".join(f"{classes[class_index]} {percent(answer[class_index], 1)}" for class_index in likeliest)
    st.caption(plain(f"The label says {classes[label]} (✓). The network's likeliest answers: {shares}."))
