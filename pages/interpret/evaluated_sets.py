"""The evaluated sets of a run that a visitor may see, and their images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet, probabilities_of, true_label
from core.application import application
from core.number_text import percent
from core.runs.run_record import Run
from core.runs.states import STATES
from core.views.set_images import SetImagesQuestion
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell import waiting
from pages.shell.addresses import switch_page
from pages.shell.colours import TEST, VALIDATION
from pages.shell.page_data import current_view, train_refusal

TITLES = {"validation": "Validation set", "test": "Test set"}
COLOURS = {"validation": VALIDATION, "test": TEST}
DASHES = {"validation": "dash", "test": "solid"}
REQUEST = "wanted-mistakes"  # in session state
TRAIN_FIRST = "Train a network first; press **Train** below."


@dataclass(frozen=True)
class VisibleSet:
    """An evaluated set of a run (validation, or the opened test set) that the visitor may see."""

    run: Run
    name: str  # "validation" or "test"
    evaluated: EvaluatedSet

    @property
    def title(self) -> str:
        return TITLES[self.name]

    @property
    def classes(self) -> tuple[str, ...]:
        return self.run.experiment.data.entry.classes

    @property
    def key(self) -> str:
        """The id of the set in the session state and in the keys of elements."""
        return f"{self.run.id}-{self.name}"


@dataclass(frozen=True)
class MistakesRequest:
    """A request to open the page Mistakes with a set, a cell and an image."""

    key: str  # the key of the set
    cell: tuple[int, int] | None  # actual and predicted class, or None for the worst mistakes of the set
    index: int | None  # the index of the image, or None for the first image


def draw_missing_results(run: Run | None, title: str, coming: str, picture: Callable[[], None] | None = None) -> None:
    """Draw a card in place of missing results, which says why the results are missing and how to get results.

    Parameters
    ----------
    run
        The run in view, or None.
    title
        The heading of the card.
    coming
        The words for the results that follow once the run ends.
    picture
        A function that draws a preview of the results, or None for no preview.
    """
    with st.container(border=True, key="card-empty"):
        st.header(title)
        if run is None:
            if reason := train_refusal(current_view()):
                st.markdown(f"Train a network first. Something stands in the way. {reason}")
                _way_to_train()
            else:
                st.markdown(TRAIN_FIRST)
        elif not run.is_over:
            st.markdown(f"Run {run.number} is still {STATES[run.state].word}. {coming} once it ends.")
        elif run.state in ("failed", "interrupted", "cancelled"):
            was = "" if run.state == "failed" else "was "
            st.markdown(f"Run {run.number} {was}{STATES[run.state].word} before it could be evaluated. Train again.")
            _way_to_train()
        elif application().results.awaits_evaluation(run):
            waiting.wait_for_result(run)
        else:
            st.markdown(
                f"Run {run.number} was stopped by force, so that nothing was evaluated. Resume it on the Train page."
            )
        if picture is not None:
            with st.container(key="empty-picture"):
                picture()


def _way_to_train() -> None:
    with st.container(key="empty-to-train", width="content"):
        st.page_link("train.py", label="Go to Train", icon=":material/arrow_forward:", width="content")


def open_mistakes_page(shown: VisibleSet, cell: tuple[int, int] | None = None, index: int | None = None) -> None:
    """Open the page Mistakes at the images of a cell, or at the worst mistakes."""
    st.session_state[REQUEST] = MistakesRequest(shown.key, cell, index)
    switch_page("mistakes.py")


def visible_sets(run: Run) -> list[VisibleSet]:
    """Return the evaluated sets of a run that the visitor may see: the validation set, and the test set if opened."""
    allowed = [name for name in TITLES if name != "test" or run.test_is_open]
    sets = [(name, application().results.evaluation(run, name)) for name in allowed]
    return [VisibleSet(run, name, evaluated) for name, evaluated in sets if evaluated is not None]


def pictures_of_set(shown: VisibleSet, indexes: Sequence[int], *, wait: bool = True) -> list[np.ndarray] | None:
    """Return images of a set, uint8 (height, width, channels). Return None until the images are available.

    Images that the evaluation saved are available at once. A worker reads the others.
    """
    kept = shown.evaluated.pictures()
    if all(int(index) in kept for index in indexes):
        return [kept[int(index)] for index in indexes]
    wanted = tuple(int(index) for index in indexes)
    images = application().ask(SetImagesQuestion(shown.run.experiment, wanted, shown.name), wait=wait)
    return list(images) if isinstance(images, np.ndarray) else None


def wait_for_pictures(shown: VisibleSet, indexes: Sequence[int], height: int) -> None:
    """Draw a placeholder until images of a set are available."""
    dataset = shown.run.experiment.data.dataset
    waiting.wait_for_pictures(dataset, lambda: pictures_of_set(shown, indexes, wait=False) is not None, height)


def gallery(  # noqa: PLR0913 - each is a part of the pictures
    shown: VisibleSet,
    indexes: Sequence[int],
    *,
    key: str,
    size: int = 84,
    selected: int | None = None,
    signs: bool = True,
    on_picked: Callable[[], None] | None = None,
) -> int | None:
    """Draw images of a set with the network's answers. Return the index of the image that was just clicked, or None.

    Parameters
    ----------
    shown, indexes
        The set, and the indexes of the images.
    key
        The key of the element. Its session state has `picked`, the index of the clicked image, during `on_picked`.
    size
        The side of an image, in pixels.
    selected
        The index of the image to mark, or None to mark none.
    signs
        Whether right and wrong answers have a sign, as in a list that has both.
    on_picked
        Called before the script reruns for a clicked image.
    """
    images = pictures_of_set(shown, indexes)
    if images is None:
        wait_for_pictures(shown, indexes, size)
        return None
    answers = probabilities_of(shown.evaluated, indexes)
    items = [
        _item(shown.classes, index, image, true_label(shown.evaluated, index), answer) | ({} if signs else {"tone": ""})
        for index, image, answer in zip(indexes, images, answers, strict=True)
    ]
    marked = None if selected is None else str(selected)
    pressed = picture_grid(items, key=key, size=size, selectable=True, selected=marked, on_picked=on_picked)
    return next((int(index) for index in indexes if str(int(index)) == pressed), None)


def _item(classes: Sequence[str], index: int, image: np.ndarray, label: int, answer: np.ndarray) -> dict[str, str]:
    predicted = int(answer.argmax())
    is_right = predicted == label
    return picture_item(
        index,
        image,
        f"A {classes[label]} that was called {classes[predicted]}, {percent(answer[predicted])} sure",
        caption=classes[label],
        detail=f"said {classes[predicted]}",
        tone="right" if is_right else "wrong",
    )
