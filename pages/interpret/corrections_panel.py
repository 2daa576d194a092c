"""Corrections of the draft's data (new labels, and images left out), made on the page Mistakes and undone on Load."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import true_label
from core.application import application
from core.experiment.corrections import MOST_CORRECTIONS, NONE
from core.experiment.edits import CORRECTIONS, leave_out_image, relabel, restore_original, set_value
from core.experiment.model import Data, Experiment
from core.views.set_images import SetImagesQuestion
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.interpret.evaluated_sets import VisibleSet
from pages.shell import session, waiting
from pages.shell.messages import escape_markdown
from pages.shell.page_data import View, train_refusal
from pages.shell.streamlit_patches import rerun

FILES = {"train": "training", "test": "test"}
HOW = (
    "The files stay as they are. Your draft notes it, in words, in its code and in its link, and a run that you train from "
    "it has the same split but for this image."
)


def draw_label_correction(shown: VisibleSet, index: int, view: View) -> None:
    """Draw the controls of an image: change its label in the draft, leave the image out, and retrain the draft."""
    if not shown.evaluated.is_whole:
        return
    draft, part, index_in_files = (
        view.experiment,
        "test" if shown.name == "test" else "train",
        int(shown.evaluated.file_indexes[index]),
    )
    is_same_data = draft.data.dataset == shown.run.experiment.data.dataset
    corrections, label = draft.data.corrections if is_same_data else NONE, true_label(shown.evaluated, index)
    new_label = corrections.labels(part).get(index_in_files)
    is_out = index_in_files in corrections.left_out(part)
    reason = _why_not(shown, draft, is_corrected=is_out or new_label is not None)
    st.markdown("**Is the image or its label at fault?**", help=HOW)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        others = [other for other in range(len(shown.classes)) if other != label]
        right_class = st.selectbox(
            "New label",
            others,
            index=None,
            placeholder="Choose",
            format_func=shown.classes.__getitem__,
            key=f"right-class-{shown.key}-{index}",
            disabled=bool(reason),
            width=180,
        )
        common: dict[str, Any] = {"disabled": bool(reason), "help": reason or None, "on_click": session.change}
        st.button(
            "Change the label",
            key="relabel",
            icon=":material/edit:",
            args=(relabel, part, index_in_files, right_class),
            **common
            | ({} if reason or right_class is not None else {"disabled": True, "help": "Choose the new label first."}),
        )
        st.button(
            "Leave it out of the data",
            key="leave-out",
            icon=":material/block:",
            args=(leave_out_image, part, index_in_files),
            **common,
        )
    st.caption("This changes what the network is judged by. It is right only for a label that is truly wrong.")
    if new_label is not None or is_out:
        words = "it is left out" if is_out or new_label is None else f"it is “{shown.classes[new_label]}”"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(escape_markdown(f"In your draft {words}."))
            st.button(
                "Take this back", key="as-in-files", on_click=session.change, args=(restore_original, part, index_in_files)
            )
    if corrections:
        _retrain(view)


def _why_not(shown: VisibleSet, draft: Experiment, *, is_corrected: bool) -> str:
    if session.why_locked("data"):
        return session.why_locked("data")
    if draft.data.dataset != shown.run.experiment.data.dataset:
        return f"Your draft learns from {draft.data.entry.title}, not from these images."
    if len(draft.data.corrections) >= MOST_CORRECTIONS and not is_corrected:
        return f"There are {MOST_CORRECTIONS} corrections already; take some back on Load."
    return ""


def _retrain(view: View) -> None:
    """Draw the button that trains the draft with its corrections."""
    reason = train_refusal(view)
    with st.container(horizontal=True, vertical_alignment="center", key="retrain-line"):
        st.markdown(f"Your draft: {view.experiment.data.corrections.words()}.")
        st.button(
            "Retrain as a new run",
            key="retrain",
            icon=":material/model_training:",
            disabled=bool(reason),
            help=reason or None,
            on_click=session.train,
        )


def card(experiment: Experiment) -> None:
    """Draw all corrections of the draft on Load. A click on a correction undoes the correction."""
    corrections = experiment.data.corrections
    with st.container(border=True, key="card-corrections"):
        locked = session.why_locked("data")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f"Corrected by hand: {corrections.words()}", width="stretch")
            st.button(
                "Take all back",
                key="no-corrections",
                icon=":material/undo:",
                disabled=bool(locked),
                help=locked or None,
                on_click=session.change,
                args=(set_value, CORRECTIONS, NONE),
            )
        st.caption(
            "The files stay as they are: the split is made first, and these are laid over it. Counts are of what is left. "
            + (locked or "Press one to take it back.")
        )
        _list(experiment, locked)


def _list(experiment: Experiment, locked: str) -> None:
    classes, corrections = experiment.data.entry.classes, experiment.data.corrections
    words = {(part, index): _label_words(classes, label) for part, index, label in corrections.relabelled}
    words |= dict.fromkeys(corrections.removed, "left out")

    def load() -> dict[str, dict[int, np.ndarray] | None]:
        return {part: _pictures(experiment, part, [index for source, index in words if source == part]) for part in FILES}

    pictures = load()
    if None in pictures.values():
        waiting.wait_for_pictures(experiment.data.dataset, lambda: None not in load().values(), 80)
        return
    items = [
        picture_item(
            f"{part} {index}",
            pictures[part][index],  # type: ignore[index]
            f"Image {index + 1:,} of the {FILES[part]} files: {label}",
            caption=label,
            detail=f"{FILES[part]} image {index + 1:,}",
        )
        for (part, index), label in words.items()
    ]
    pressed = picture_grid(items, key="corrected-pictures", size=64, selectable=not locked)
    if pressed and (
        correction := next((correction for correction in words if f"{correction[0]} {correction[1]}" == pressed), None)
    ):
        session.change(restore_original, *correction)
        rerun()


def _label_words(classes: Sequence[str], label: int) -> str:
    return f"now {classes[label]}" if label < len(classes) else f"now class {label}"


def _pictures(experiment: Experiment, part: str, indexes: Sequence[int]) -> dict[int, np.ndarray] | None:
    """Return images by their index in the training or test files. Return None until the worker has read the images."""
    if not indexes:
        return {}
    files = Experiment(Data(experiment.data.dataset))
    images = application().ask(SetImagesQuestion(files, tuple(indexes), f"{part} files"))
    return dict(zip(indexes, images, strict=True)) if isinstance(images, np.ndarray) else None
