"""An enlarged image of an evaluated set, with the network's answer and links to other pages."""

import streamlit as st

from core.analysis.evaluation_files import probabilities_of, true_label
from core.experiment.image_ref import ImageRef, code_help, name_in_set
from core.number_text import loss_text
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.interpret import corrections_panel
from pages.interpret.confusion_panel import answer_words
from pages.interpret.evaluated_sets import VisibleSet, pictures_of_set, wait_for_pictures
from pages.interpret.page_buttons import draw_page_buttons
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View
from pages.views.predictions.predictions import answer_rows

SIZE = 200  # of the image, in pixels


def card(shown: VisibleSet, index: int, view: View) -> None:
    """Draw the image, the class probabilities as bars, links to explanations, and the controls that correct the label."""
    label = true_label(shown.evaluated, index)
    answer = probabilities_of(shown.evaluated, [index])[0]
    with st.container(border=True, key="card-closeup-card"):
        st.header(escape_markdown(title(shown, index)))
        with st.container(key="closeup-image", horizontal=True, gap="medium"):
            with st.container(key="closeup-pixels"):
                enlarged(shown, index)
            with st.container(key="closeup-answer"):
                answer_rows(shown.classes, answer.tolist(), key="closeup-bars", truth=label)
        with st.container(key="closeup-words"):
            st.caption(
                escape_markdown(words(shown, index)),
                help=f"{escape_markdown(number_in_files(shown, index))} {code_help(shown.name, index)}",
            )
        links(shown, index)
        corrections_panel.draw_label_correction(shown, index, view)


def enlarged(shown: VisibleSet, index: int) -> None:
    """Draw the enlarged image as soon as its pixels are available."""
    images = pictures_of_set(shown, [index])
    if images is None:
        wait_for_pictures(shown, [index], SIZE)
    else:
        picture_grid([picture_item(index, images[0], title(shown, index))], key="closeup-picture", size=SIZE, columns=1)


def links(shown: VisibleSet, index: int) -> None:
    """Draw the buttons that open the pages Inside your network and Why this answer? with this image."""
    position = int(shown.evaluated.file_indexes[index]) if shown.name == "test" and shown.evaluated.is_whole else index
    with st.container(horizontal=True):
        draw_page_buttons(ImageRef(shown.name, position), key="look")


def title(shown: VisibleSet, index: int) -> str:
    """Return the true and the predicted class of an image in words."""
    label = true_label(shown.evaluated, index)
    predicted = int(probabilities_of(shown.evaluated, [index])[0].argmax())
    return answer_words(shown.classes[label], shown.classes[predicted])


def words(shown: VisibleSet, index: int) -> str:
    """Return a sentence with the number of the image in its set, and its loss."""
    if not shown.evaluated.is_whole:
        return f"{name_in_set(shown.name, index).capitalize()}."
    loss, mean = float(shown.evaluated.losses[index]), shown.evaluated.losses.mean()
    number = f"Image {index + 1:,} of {len(shown.evaluated.labels):,} of the {shown.title.lower()}"
    return f"{number}. Its loss is {loss_text(loss)}; the mean loss of the set is {loss_text(mean)}."


def number_in_files(shown: VisibleSet, index: int) -> str:
    """Return a sentence with the number of the image in the files.

    Return an empty string if this number equals the number in the set, or if only a part of the set is stored.
    """
    if not shown.evaluated.is_whole:
        return ""
    index_in_files = int(shown.evaluated.file_indexes[index])
    is_own_order = shown.name == "test" and index == index_in_files
    return "" if is_own_order else f"In the files it is image {index_in_files + 1:,}."
