"""The evaluated sets of a run, as pages show them: which may be seen, and their images."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet, label_of, probabilities_of
from core.application import application
from core.number_text import percent
from core.runs.run_record import Run
from core.runs.states import STATES
from pages import components
from pages.shell import waiting
from pages.shell.streamlit_patches import draw_anew
from pages.widgets.colours import TEST, VALIDATION

TITLES = {"validation": "Validation set", "test": "Test set"}
COLOURS = {"validation": VALIDATION, "test": TEST}
DASHES = {"validation": "dash", "test": "solid"}
WANTED = "wanted-mistakes"  # in session state
AGAIN_SECONDS = 0.4  # how often to look whether pictures have come


@dataclass(frozen=True)
class Shown:
    """One set of a run that may be seen."""

    run: Run
    name: str  # "validation" or "test"
    one: EvaluatedSet

    @property
    def title(self) -> str:
        return TITLES[self.name]

    @property
    def classes(self) -> tuple[str, ...]:
        return self.run.experiment.data.entry.classes

    @property
    def key(self) -> str:
        """For what is kept of this set in the session."""
        return f"{self.run.id}-{self.name}"


@dataclass(frozen=True)
class Wanted:
    """What the page of mistakes shall begin with."""

    key: str  # of the set
    cell: tuple[int, int] | None  # actual and predicted class; None: the worst mistakes of all
    index: int | None  # of the image; None: the first


def empty(run: Run | None, title: str, later: str) -> None:
    """A card in the place of what is not there before a run was evaluated: why it is not, and what to do.

    Parameters
    ----------
    run
        The run in view, or None.
    title
        The heading of the card.
    later
        The result that comes once the run ends.
    """
    with st.container(border=True, key="empty"):
        st.header(title)
        if run is None:
            st.markdown("Train a network first; press **Train** below.")
        elif not run.is_over:
            st.markdown(f"Run {run.number} is still {STATES[run.state].word}. {later} once it ends.")
        elif run.state in ("failed", "interrupted", "cancelled"):
            was = "" if run.state == "failed" else "was "
            st.markdown(f"Run {run.number} {was}{STATES[run.state].word} before it could be evaluated. Train again.")
        elif application().results.awaits_evaluation(run):
            waiting.wait_for_result(run)
        else:
            st.markdown(
                f"Run {run.number} was stopped by force, so that nothing was evaluated. Resume it on the Train page."
            )


def look_closely(shown: Shown, cell: tuple[int, int] | None = None, index: int | None = None) -> None:
    """Go to the page of mistakes, to the images of a cell, or to the worst ones."""
    st.session_state[WANTED] = Wanted(shown.key, cell, index)
    st.switch_page("mistakes.py")


def shown_sets(run: Run) -> list[Shown]:
    """The sets of a run that may be seen and whose files are there, validation first."""
    allowed = [name for name in TITLES if name != "test" or run.test_is_open]
    found = [(name, application().results.evaluation(run, name)) for name in allowed]
    return [Shown(run, name, one) for name, one in found if one is not None]


def pictures_of(shown: Shown, indexes: Sequence[int], *, wait: bool = True) -> list[np.ndarray] | None:
    """Images of a set, uint8 (height, width, channels); None where they are not there yet.

    Those that the evaluation kept are there at once; others are asked of a worker.
    """
    kept = shown.one.pictures()
    if all(int(index) in kept for index in indexes):
        return [kept[int(index)] for index in indexes]
    wanted = tuple(int(index) for index in indexes)
    found = application().runs.looks.pictures(shown.run.experiment, shown.name, wanted, wait=wait)
    return None if found is None else list(found)


@st.fragment(run_every=AGAIN_SECONDS)
def wait_for_pictures(shown: Shown, indexes: Sequence[int], height: int) -> None:
    """Room for images until they are there; then the page is drawn anew."""
    if pictures_of(shown, indexes, wait=False) is not None:
        draw_anew()
    st.skeleton(height=height)
    st.caption("Reading the pictures …")


def gallery(shown: Shown, indexes: Sequence[int], *, key: str, size: int = 84) -> int | None:
    """Images of a set with what the network said of them; the one that was picked in this script run, else None."""
    found = pictures_of(shown, indexes)
    if found is None:
        wait_for_pictures(shown, indexes, size)
        return None
    answers = probabilities_of(shown.one, indexes)
    items = [
        _item(shown.classes, index, image, label_of(shown.one, index), answer)
        for index, image, answer in zip(indexes, found, answers, strict=True)
    ]
    picked = components.pictures(items, key=key, size=size, selectable=True)
    return next((int(index) for index in indexes if str(int(index)) == picked), None)


def _item(classes: Sequence[str], index: int, image: np.ndarray, label: int, answer: np.ndarray) -> dict[str, str]:
    said = int(answer.argmax())
    is_right = said == label
    also = "" if is_right else f", right one {percent(answer[label])}"
    return {
        "id": str(int(index)),
        "src": components.picture_source(image),
        "alt": f"A {classes[label]} that was called {classes[said]}",
        "caption": classes[label],
        "detail": f"said {classes[said]} ({percent(answer[said])}){also}",
        "tone": "right" if is_right else "wrong",
    }
