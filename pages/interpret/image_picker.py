"""The image that all pages show, and the controls that choose another image by class or by Previous and Next."""

from typing import Any

import numpy as np
import streamlit as st

from core.experiment.image_ref import OWN, SET_NAMES, ImageRef, code_help, is_image_of, set_size
from core.experiment.model import Experiment
from core.problems import Problem
from core.views.set_images import ImageQuestion, SetLabelsQuestion
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.interpret.network_ref import NetworkRef, answer, ask_network
from pages.shell.messages import escape_markdown, show_problem

PICKED = "picked"  # in session state
SIZE = 112  # of the image, in pixels
SKELETON = 8  # the height of the placeholder while the classes are read, in pixels
ANY = -1  # stands for images of all classes


def select_image(image: ImageRef) -> None:
    """Set the image that is shown on all pages that look into the network."""
    st.session_state[PICKED] = image


def picked_image(network: NetworkRef) -> ImageRef:
    """Return the chosen image. If no image is chosen or the image belongs to other data, return the first held-out image."""
    kept: Any = st.session_state.get(PICKED)
    if is_image_of(kept, network.experiment.data, test_is_open=network.test_is_open):
        assert isinstance(kept, ImageRef)
        return kept
    return ImageRef(_parts(network)[0])


def _parts(network: NetworkRef) -> tuple[str, ...]:
    """Return the sets to choose from: validation (or else training), and the test set if opened."""
    held_out = ("validation",) if network.experiment.data.num_validation else ("training",)
    return (*held_out, "test") if network.test_is_open else held_out


def is_image_unavailable(network: NetworkRef) -> bool:
    """Return whether no image can be shown, and draw the reason, such as missing files of the data set."""
    result = ask_network(network, ImageQuestion(network.experiment, picked_image(network)), wait=False)
    if isinstance(result, Problem):
        show_problem(result, "picture")
    return isinstance(result, Problem)


def draw_image_picker(network: NetworkRef, size: int = SIZE, *, with_image: bool = True) -> ImageRef:
    """Draw the chosen image with the controls that choose another image, and return the image.

    Parameters
    ----------
    network
        The network that looks at the image.
    size
        The side of the image, in pixels.
    with_image
        Whether the image itself is drawn. False where the page already shows it.
    """
    current, data = picked_image(network), network.experiment.data
    question = SetLabelsQuestion(network.experiment, current.part)
    labels = None if current.part == OWN else answer(network, question, height=SKELETON)
    with st.container(key="picker", horizontal=True, vertical_alignment="center", gap="medium"):
        words = caption(current, network.experiment, labels)
        if with_image:
            with st.container(width=size + 40):
                image = answer(network, ImageQuestion(network.experiment, current), height=size)
                if image is not None:
                    picture_grid([picture_item("picked", image, words)], key="picked-image", size=size, columns=1)
        with st.container(width="stretch", gap="small"):
            in_script = None if current.part == OWN else code_help(current.part, _index(current, network.experiment, labels))
            st.markdown(f"**{escape_markdown(words)}**", help=in_script)
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                parts = _parts(network)
                if len(parts) > 1 or current.part not in parts:
                    _choose_part(current, parts)
                wanted = _choose_class(data.dataset, data.entry.classes, labels is None)
                with st.container(key="icons-picker", horizontal=True, gap="small", width="content"):
                    for name, icon, offset in (("Previous image", "arrow_back", -1), ("Next image", "arrow_forward", 1)):
                        st.button(
                            name,
                            key=f"pick{offset}",
                            icon=f":material/{icon}:",
                            help=name if current.part != OWN else "Your own picture stands alone; choose a set.",
                            disabled=current.part == OWN,
                            on_click=_step,
                            args=(current, offset, wanted, labels, network.experiment),
                        )
    return current


def caption(image: ImageRef, experiment: Experiment, labels: np.ndarray | None) -> str:
    """Return the name of an image, as in "Label Ankle boot: validation image 13 of 6,000"."""
    if image.part == OWN:
        return "Your own picture"
    index = _index(image, experiment, labels)
    position = f"{image.part} image {index + 1:,} of {_size(image.part, experiment, labels):,}"
    if labels is None:
        return position.capitalize()
    return f"Label {experiment.data.entry.classes[int(labels[index])]}: {position}"


def label_of(network: NetworkRef, image: ImageRef) -> int | None:
    """Return the label of an image. Return None for an own picture, and until the labels are read."""
    if image.part == OWN:
        return None
    labels = ask_network(network, SetLabelsQuestion(network.experiment, image.part), wait=False)
    if labels is None or isinstance(labels, Problem):
        return None
    return int(labels[_index(image, network.experiment, labels)])


def verdict(network: NetworkRef, image: ImageRef, predicted: int) -> str:
    """Say whether the network's answer is right, and if not, how the image is labelled. An own picture has no label."""
    label = label_of(network, image)
    if label is None:
        return ""
    if label == predicted:
        return ":material/check: Right."
    return f":material/close: Wrong: its label is **{escape_markdown(network.experiment.data.entry.classes[label])}**."


def _index(image: ImageRef, experiment: Experiment, labels: np.ndarray | None) -> int:
    return image.index % _size(image.part, experiment, labels)  # as `load_image` of the workers reads an index


def _size(part: str, experiment: Experiment, labels: np.ndarray | None) -> int:
    """Return the number of images in a set. Without labels, the number includes images that corrections left out."""
    return set_size(part, experiment.data) if labels is None else len(labels)


def _choose_part(current: ImageRef, parts: tuple[str, ...]) -> None:
    def pick_first() -> None:
        if chosen := st.session_state["picked-part"]:
            select_image(ImageRef(chosen))

    shown = current.part if current.part in parts else None
    st.session_state["picked-part"] = shown
    st.segmented_control("From", parts, format_func=SET_NAMES.__getitem__, key="picked-part", on_change=pick_first)


def _choose_class(name: str, classes: tuple[str, ...], unknown: bool) -> int:
    return st.selectbox(
        "Class",
        (ANY, *range(len(classes))),
        format_func=lambda label: "All classes" if label == ANY else classes[label],
        key=f"picked-class-{name}",
        width=200,
        disabled=unknown,
        help="The classes are being read." if unknown else "Previous and next go to images of this class.",
        persist_state="session",
    )


def _step(current: ImageRef, offset: int, wanted: int, labels: np.ndarray | None, experiment: Experiment) -> None:
    """Choose the next or previous image of a class. The last image is followed by the first."""
    size = _size(current.part, experiment, labels)
    if wanted == ANY or labels is None:
        select_image(ImageRef(current.part, (current.index + offset) % size))
        return
    indexes = np.flatnonzero(labels == wanted)
    if len(indexes):
        beyond = indexes[indexes > current.index] if offset > 0 else indexes[indexes < current.index]
        chosen = (beyond if len(beyond) else indexes)[0 if offset > 0 else -1]
        select_image(ImageRef(current.part, int(chosen)))
