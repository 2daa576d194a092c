"""The evaluated sets of a run that a page may show, and their images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet, label_of, probabilities_of
from core.application import application
from core.number_text import percent
from core.runs.run_record import Run
from core.runs.states import STATES
from pages.components.picture_grid.picture_grid import picture_grid
from pages.shell import run_bar, waiting
from pages.shell.addresses import switch_page
from pages.shell.view import current_view
from pages.widgets.colours import TEST, VALIDATION
from pages.widgets.picture_items import picture_item

TITLES = {"validation": "Validation set", "test": "Test set"}
COLOURS = {"validation": VALIDATION, "test": TEST}
DASHES = {"validation": "dash", "test": "solid"}
REQUEST = "wanted-mistakes"  # in session state
TRAIN_FIRST = "Train a network first; press **Train** below."


@dataclass(frozen=True)
class ShownSet:
    """An evaluated set of a run that may be seen."""

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
        """A key for what the session keeps of this set."""
        return f"{self.run.id}-{self.name}"


@dataclass(frozen=True)
class MistakesRequest:
    """What the page of mistakes shows first."""

    key: str  # the key of the set
    cell: tuple[int, int] | None  # actual and predicted class; None: the worst mistakes of the set
    index: int | None  # the index of the image; None: the first image


def empty(run: Run | None, title: str, coming: str, picture: Callable[[], None] | None = None) -> None:
    """A card in place of results before a run is evaluated: why there are none, and what to do.

    Parameters
    ----------
    run
        The run in view, or None.
    title
        The heading of the card.
    coming
        The result that comes once the run ends.
    picture
        Draws what this page will show, and says so; None draws nothing.
    """
    with st.container(border=True, key="empty"):
        st.header(title)
        if run is None:
            reason = run_bar.why_not(current_view())
            st.markdown(f"Train a network first. Something stands in the way. {reason}" if reason else TRAIN_FIRST)
            _way_to_train()
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


def look_closely(shown: ShownSet, cell: tuple[int, int] | None = None, index: int | None = None) -> None:
    """Go to the page of mistakes, to the images of a cell or to the worst mistakes."""
    st.session_state[REQUEST] = MistakesRequest(shown.key, cell, index)
    switch_page("mistakes.py")


def visible_sets(run: Run) -> list[ShownSet]:
    """The evaluated sets of a run that may be seen, the validation set first."""
    allowed = [name for name in TITLES if name != "test" or run.test_is_open]
    sets = [(name, application().results.evaluation(run, name)) for name in allowed]
    return [ShownSet(run, name, evaluated) for name, evaluated in sets if evaluated is not None]


def pictures_of(shown: ShownSet, indexes: Sequence[int], *, wait: bool = True) -> list[np.ndarray] | None:
    """Images of a set, uint8 (height, width, channels); None until they are there.

    Images that the evaluation kept are there at once; a worker reads the others.
    """
    kept = shown.evaluated.pictures()
    if all(int(index) in kept for index in indexes):
        return [kept[int(index)] for index in indexes]
    wanted = tuple(int(index) for index in indexes)
    images = application().runs.looks.pictures(shown.run.experiment, shown.name, wanted, wait=wait)
    return None if images is None else list(images)


def wait_for_pictures(shown: ShownSet, indexes: Sequence[int], height: int) -> None:
    """Keep room for images of a set until they are there."""
    waiting.wait_for_pictures(lambda: pictures_of(shown, indexes, wait=False) is not None, height)


def gallery(shown: ShownSet, indexes: Sequence[int], *, key: str, size: int = 84) -> int | None:
    """Images of a set with the network's answers; the index of the image that was pressed in this script run, or None."""
    images = pictures_of(shown, indexes)
    if images is None:
        wait_for_pictures(shown, indexes, size)
        return None
    answers = probabilities_of(shown.evaluated, indexes)
    items = [
        _item(shown.classes, index, image, label_of(shown.evaluated, index), answer)
        for index, image, answer in zip(indexes, images, answers, strict=True)
    ]
    pressed = picture_grid(items, key=key, size=size, selectable=True)
    return next((int(index) for index in indexes if str(int(index)) == pressed), None)


def _item(classes: Sequence[str], index: int, image: np.ndarray, label: int, answer: np.ndarray) -> dict[str, str]:
    predicted = int(answer.argmax())
    is_right = predicted == label
    also = "" if is_right else f", right one {percent(answer[label])}"
    return picture_item(
        index,
        image,
        f"A {classes[label]} that was called {classes[predicted]}",
        caption=classes[label],
        detail=f"said {classes[predicted]} ({percent(answer[predicted])}){also}",
        tone="right" if is_right else "wrong",
    )
