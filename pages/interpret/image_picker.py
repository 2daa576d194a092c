"""The image in view: kept in the session for all pages, chosen by previous and next, and by class."""

from typing import Any

import numpy as np
import streamlit as st

from core.experiment.image_ref import OWN, ImageRef, is_image_of, name_in_code, set_size
from core.experiment.model import Experiment
from core.number_text import quantity
from core.problems import Problem
from pages.components.picture_grid.picture_grid import picture_grid
from pages.interpret.network_ref import NetworkRef, answer, ask
from pages.shell.messages import plain, show_problem
from pages.widgets.picture_items import picture_item

PICKED = "picked"  # in session state
SIZE = 112  # of the image, in pixels
SKELETON = 8  # height of the placeholder for the classes alone
NAMES = {"training": "Training set", "validation": "Validation set", "test": "Test set"}
ANY = -1  # of all classes


def pick(image: ImageRef) -> None:
    """Look into this image from now on, on every page."""
    st.session_state[PICKED] = image


def picked_image(network: NetworkRef) -> ImageRef:
    """The picked image; the first of the validation set if there is none, or if it belongs to other data."""
    kept: Any = st.session_state.get(PICKED)
    if is_image_of(kept, network.experiment.data, test_is_open=network.test_is_open):
        assert isinstance(kept, ImageRef)
        return kept
    return ImageRef(_parts(network)[0])


def _parts(network: NetworkRef) -> tuple[str, ...]:
    """The sets to choose from: held-out sets, with the test set only once it is open."""
    held_out = ("validation",) if network.experiment.data.num_validation else ("training",)
    return (*held_out, "test") if network.test_is_open else held_out


def is_blocked(network: NetworkRef) -> bool:
    """Whether no image can be shown, as when the files of the data set are missing; draws the reason."""
    result = ask(network, "picture", picked_image(network), wait=False)
    if isinstance(result, Problem):
        show_problem(result, "picture")
    return isinstance(result, Problem)


def picker(network: NetworkRef) -> ImageRef:
    """The image in view, and the ways to another one; returns the image."""
    current, data = picked_image(network), network.experiment.data
    labels = None if current.part == OWN else answer(network, "labels", current.part, height=SKELETON)
    with st.container(key="picker", horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=SIZE + 40):
            image = answer(network, "picture", current, height=SIZE)
            words = caption(current, network.experiment, labels)
            if image is not None:
                picture_grid([picture_item("picked", image, words)], key="picked-image", size=SIZE, columns=1)
        with st.container(width="stretch", gap="small"):
            st.markdown(f"**{plain(words)}**")
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
    """The name of an image: "Ankle boot: x_val[12], one of 6,000 images of the validation set"."""
    if image.part == OWN:
        return "Your own picture"
    size = _size(image.part, experiment, labels)
    index = image.index % size  # as `core.worker.interpret.load_trained.load_image` has it
    position = f"{name_in_code(image.part, index)}, one of {quantity(size, 'image')} of the {NAMES[image.part].lower()}"
    return position if labels is None else f"{experiment.data.entry.classes[int(labels[index])]}: {position}"


def _size(part: str, experiment: Experiment, labels: np.ndarray | None) -> int:
    """The number of images to choose from; only the inspector knows how many were left out."""
    return set_size(part, experiment.data) if labels is None else len(labels)


def _choose_part(current: ImageRef, parts: tuple[str, ...]) -> None:
    def pick_first() -> None:
        if chosen := st.session_state["picked-part"]:
            pick(ImageRef(chosen))

    shown = current.part if current.part in parts else None
    st.session_state["picked-part"] = shown
    st.segmented_control("From", parts, format_func=NAMES.__getitem__, key="picked-part", on_change=pick_first)


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
    """Pick the next or previous image of the wanted class; the first follows the last."""
    size = _size(current.part, experiment, labels)
    if wanted == ANY or labels is None:
        pick(ImageRef(current.part, (current.index + offset) % size))
        return
    indexes = np.flatnonzero(labels == wanted)
    if len(indexes):
        beyond = indexes[indexes > current.index] if offset > 0 else indexes[indexes < current.index]
        chosen = (beyond if len(beyond) else indexes)[0 if offset > 0 else -1]
        pick(ImageRef(current.part, int(chosen)))
