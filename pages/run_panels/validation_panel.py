"""What a network says of its validation set while it learns: the matrix, the dozen images, the images behind a cell."""

import numpy as np
import streamlit as st

from core.application import application
from core.engine.inspector_images import Cell, read_cell
from core.experiment.set_sizes import sizes
from core.number_text import quantity
from core.runs.run_record import Run
from pages import components
from pages.shell.addresses import base_path, live_url
from pages.shell.messages import plain
from pages.shell.streamlit_patches import draw_anew

MOST_IN_A_CELL = 8  # images that a look tells of
HEIGHT, COMPACT_HEIGHT = 130, 80  # of the room for them, in pixels
AGAIN_SECONDS = 0.4  # how often to look whether pictures have come


@st.fragment
def section(run: Run) -> None:
    """The matrix, the dozen images, and after a click on a cell the images behind it; also while the run trains."""
    with st.container(border=True, key="watching"):
        st.header("What it says of the validation set")
        if not has_validation(run):
            st.markdown("This run keeps no validation set aside (validation split 0), so there is nothing to watch here.")
            return
        with st.container(key="watching-both", horizontal=True, gap="medium"):
            with st.container(key="watching-matrix"):
                st.markdown("**Who is taken for whom.** Rows are what it is, columns what the network says.")
                matrix(run)
                cell = picked(run)
                if cell is not None:
                    behind(run, cell)
            with st.container(key="watching-images"):
                st.markdown("**Twelve images, always the same.** Watch the network change its mind.")
                dozen(run)


def has_validation(run: Run) -> bool:
    """Whether there is anything to watch."""
    return bool(run.experiment.data.num_validation)


def matrix(run: Run, *, compact: bool = False) -> None:
    """The confusion matrix; a click on a cell makes it the one that is picked."""
    cell, key = picked(run), f"look-matrix-{run.id}"

    def pick() -> None:
        told = read_cell(st.session_state[key].cell, run.experiment)
        if told is not None:
            st.session_state["cell"] = (run.id, told)

    selected = None if cell is None else (cell.actual, cell.predicted)
    components.look("matrix", key=key, selected=selected, on_cell=pick, compact=compact, **_told(run))


def dozen(run: Run, *, compact: bool = False) -> None:
    """A dozen images with the network's answers."""
    components.look("images", key=f"look-images-{run.id}", compact=compact, **_told(run))


def _told(run: Run) -> dict:
    data = run.experiment.data
    told = {"url": live_url(run), "base": base_path()}
    held = sizes(data, application().runs.looks.counts(run.experiment, wait=False))
    return {**told, "classes": data.entry.classes, "validation": held.validation}


def picked(run: Run) -> Cell | None:
    """The cell of a run's matrix that was picked last, or None."""
    identity, cell = st.session_state.get("cell", ("", None))
    return cell if identity == run.id else None


def forget() -> None:
    """Show no cell's images any more."""
    st.session_state.pop("cell", None)


def behind(run: Run, cell: Cell, *, compact: bool = False) -> None:
    """The images behind a cell, once they are there; the page does not wait for them.

    Parameters
    ----------
    run
        The run that owns the matrix.
    cell
        The picked cell.
    compact
        Whether there is little room: one row, and no word below each image.
    """
    classes = run.experiment.data.entry.classes
    actual, predicted = classes[cell.actual], classes[cell.predicted]
    with st.container(key="behind-cell", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(_title(actual, predicted, cell))}**", width="stretch")
            st.button("Close", key="close-cell", icon=":material/close:", on_click=forget)
        found = application().runs.looks.ask(run.experiment, cell)
        if found is None:
            _wait(run, cell, COMPACT_HEIGHT if compact else HEIGHT)
        else:
            _show(found, actual, predicted, cell, compact=compact)


def _title(actual: str, predicted: str, cell: Cell) -> str:
    images = f"{quantity(cell.count, 'image')}"
    shown = "" if len(cell.indexes) == cell.count else f"; the {len(cell.indexes)} that the network was surest of"
    return f"{actual}, said {predicted}: {images} at epoch {cell.epoch:.3g}{shown}"


@st.fragment(run_every=AGAIN_SECONDS)
def _wait(run: Run, cell: Cell, height: int) -> None:
    """Room for the pictures until they are there; then the page is drawn anew."""
    if application().runs.looks.ask(run.experiment, cell, wait=False) is not None:
        draw_anew()
    st.skeleton(height=height)
    st.caption("Reading the pictures …")


def _show(found: np.ndarray, actual: str, predicted: str, cell: Cell, *, compact: bool) -> None:
    is_right = cell.actual == cell.predicted
    items = [
        {
            "id": str(index),
            "src": components.picture_source(image),
            "alt": f"{actual}, said {predicted}",
            "caption": "" if compact else actual if is_right else f"{actual}, said {predicted}",
            "detail": "",
            "tone": "right" if is_right else "wrong",
        }
        for index, image in zip(cell.indexes, found, strict=True)
    ]
    components.pictures(items, key="cell-pictures", size=84, columns=MOST_IN_A_CELL if compact else None)
