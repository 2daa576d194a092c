"""The picked image: kept in the session over all pages, chosen by previous and next, and by class."""

from typing import Any

import numpy as np
import streamlit as st

from core.experiment.image_ref import OWN, ImageRef, is_image_of, name_in_code, set_size
from core.experiment.model import Experiment
from core.number_text import quantity
from core.problems import Problem
from pages import components
from pages.interpret.network_ref import Subject, answer, ask
from pages.shell.messages import plain, show_problem

PICKED = "picked"  # in session state
SIZE = 112  # of the image, in pixels
SKELETON = 8  # height of what stands for nothing but the classes
NAMES = {"training": "Training set", "validation": "Validation set", "test": "Test set"}
ANY = -1  # of all classes


def pick(picked: ImageRef) -> None:
    """Look into this image from now on, on every page."""
    st.session_state[PICKED] = picked


def picked(subject: Subject) -> ImageRef:
    """The image that was picked; the first of the validation set where none was, or it is none of this data."""
    kept: Any = st.session_state.get(PICKED)
    if is_image_of(kept, subject.experiment.data, test_is_open=subject.test_is_open):
        assert isinstance(kept, ImageRef)
        return kept
    return ImageRef(_parts(subject)[0])


def _parts(subject: Subject) -> tuple[str, ...]:
    """The sets that can be chosen from: those to be tested on first, the test set only once it is open."""
    held_out = ("validation",) if subject.experiment.data.num_validation else ("training",)
    return (*held_out, "test") if subject.test_is_open else held_out


def is_blocked(subject: Subject) -> bool:
    """Whether no image can be shown at all, as where the files of the data set are missing; says why."""
    found = ask(subject, "picture", picked(subject), wait=False)
    if isinstance(found, Problem):
        show_problem(found, "picture")
    return isinstance(found, Problem)


def picker(subject: Subject) -> ImageRef:
    """The image that is looked into, and the ways to another one; returns it."""
    now, data = picked(subject), subject.experiment.data
    labels = None if now.part == OWN else answer(subject, "labels", now.part, height=SKELETON)
    with st.container(key="picker", horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=SIZE + 40):
            image = answer(subject, "picture", now, height=SIZE)
            words = caption(now, subject.experiment, labels)
            if image is not None:
                item = {"id": "picked", "src": components.picture_source(image), "alt": words, "caption": "", "detail": ""}
                components.pictures([{**item, "tone": ""}], key="picked-image", size=SIZE, columns=1)
        with st.container(width="stretch", gap="small"):
            st.markdown(f"**{plain(words)}**")
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                parts = _parts(subject)
                if len(parts) > 1 or now.part not in parts:
                    _choose_part(now, parts)
                wanted = _choose_class(data.dataset, data.entry.classes, labels is None)
                with st.container(key="icons-picker", horizontal=True, gap="small", width="content"):
                    for name, icon, places in (("Previous image", "arrow_back", -1), ("Next image", "arrow_forward", 1)):
                        st.button(
                            name,
                            key=f"pick{places}",
                            icon=f":material/{icon}:",
                            help=name if now.part != OWN else "Your own picture stands alone; choose a set.",
                            disabled=now.part == OWN,
                            on_click=_step,
                            args=(now, places, wanted, labels, subject.experiment),
                        )
    return now


def caption(now: ImageRef, experiment: Experiment, labels: np.ndarray | None) -> str:
    """Which image it is, in words: "Ankle boot: x_val[12], one of 6,000 images of the validation set"."""
    if now.part == OWN:
        return "Your own picture"
    size = _size(now.part, experiment, labels)
    index = now.index % size  # as `core.worker.interpret.load_trained.load_image` has it
    place = f"{name_in_code(now.part, index)}, one of {quantity(size, 'image')} of the {NAMES[now.part].lower()}"
    return place if labels is None else f"{experiment.data.entry.classes[int(labels[index])]}: {place}"


def _size(part: str, experiment: Experiment, labels: np.ndarray | None) -> int:
    """How many images there are to choose from; only the inspector knows how many were left out."""
    return set_size(part, experiment.data) if labels is None else len(labels)


def _choose_part(now: ImageRef, parts: tuple[str, ...]) -> None:
    def take() -> None:
        if chosen := st.session_state["picked-part"]:
            pick(ImageRef(chosen))

    shown = now.part if now.part in parts else None
    st.session_state["picked-part"] = shown
    st.segmented_control("From", parts, format_func=NAMES.__getitem__, key="picked-part", on_change=take)


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


def _step(now: ImageRef, places: int, wanted: int, labels: np.ndarray | None, experiment: Experiment) -> None:
    """Go to the next image of the class that is wanted, or the one before; behind the last one stands the first."""
    size = _size(now.part, experiment, labels)
    if wanted == ANY or labels is None:
        pick(ImageRef(now.part, (now.index + places) % size))
        return
    there = np.flatnonzero(labels == wanted)
    if len(there):
        beyond = there[there > now.index] if places > 0 else there[there < now.index]
        chosen = (beyond if len(beyond) else there)[0 if places > 0 else -1]
        pick(ImageRef(now.part, int(chosen)))
