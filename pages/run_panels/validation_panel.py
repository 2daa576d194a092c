"""A network's predictions for its validation set during training: the matrix, twelve images, and the images of a cell."""

import numpy as np
import streamlit as st

from core.application import application
from core.experiment.set_sizes import images_per_set
from core.number_text import quantity
from core.runs.run_record import Run
from core.views.set_images import ConfusionCell, SetImagesQuestion, read_cell
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.components.validation_view.validation_view import validation_view
from pages.shell import session, waiting
from pages.shell.addresses import live_url
from pages.shell.messages import escape_markdown

MOST_IN_A_CELL = 8  # images that a confusion event names
HEIGHT, COMPACT_HEIGHT = 130, 80  # the heights of the space for the images, in pixels


@st.fragment
def section(run: Run) -> None:
    """Draw the confusion matrix, twelve images, and the images of the selected cell, also while the run trains."""
    session.refresh_guide()
    with st.container(border=True, key="card-watching"):
        st.header("Its answers for the validation set")
        if not has_validation(run):
            st.markdown("This run keeps no validation set aside (validation split 0), so there is nothing to watch here.")
            return
        with st.container(key="watching-both", horizontal=True, gap="medium"):
            with st.container(key="watching-matrix"):
                st.markdown("**Confused classes.** Rows are what it is, columns what the network says.")
                matrix(run)
                cell = selected_cell(run)
                if cell is not None:
                    cell_images(run, cell)
            with st.container(key="watching-images"):
                st.markdown("**Twelve images, always the same.** Watch the network change its mind.")
                twelve_images(run)


def has_validation(run: Run) -> bool:
    """Return whether the run has a validation set."""
    return bool(run.experiment.data.num_validation)


def matrix(run: Run, *, compact: bool = False) -> None:
    """Draw the confusion matrix. A click on a cell selects the cell."""
    cell, key = selected_cell(run), f"look-matrix-{run.id}"

    def select_clicked() -> None:
        clicked = read_cell(st.session_state[key].cell, run.experiment)
        if clicked is not None:
            st.session_state["cell"] = (run.id, clicked)
            classes = run.experiment.data.entry.classes
            session.note_activity("cell", f"{classes[clicked.actual]}→{classes[clicked.predicted]}")

    selected = None if cell is None else (cell.actual, cell.predicted)
    validation_view("matrix", key=key, selected=selected, on_cell=select_clicked, compact=compact, **_component_data(run))


def twelve_images(run: Run, *, compact: bool = False) -> None:
    """Draw twelve images with the network's answers."""
    validation_view("images", key=f"look-images-{run.id}", compact=compact, **_component_data(run))


def _component_data(run: Run) -> dict:
    data = run.experiment.data
    stream = {"url": live_url(run)}
    in_sets = images_per_set(data, application().facts.counts(run.experiment, wait=False))
    return {**stream, "classes": data.entry.classes, "validation": in_sets.validation}


def selected_cell(run: Run) -> ConfusionCell | None:
    """Return the selected cell of a run's confusion matrix. Return None if no cell is selected."""
    run_id, cell = st.session_state.get("cell", ("", None))
    return cell if run_id == run.id else None


def clear_selected_cell() -> None:
    """Clear the selected cell."""
    st.session_state.pop("cell", None)


def cell_images(run: Run, cell: ConfusionCell, *, compact: bool = False) -> None:
    """Draw the images of a cell of the matrix as soon as the images are available. The page does not wait for them.

    Parameters
    ----------
    run
        The run that owns the matrix.
    cell
        The picked cell.
    compact
        Whether the panel has little room, for a single row without words below the images.
    """
    classes = run.experiment.data.entry.classes
    actual, predicted = classes[cell.actual], classes[cell.predicted]
    with st.container(key="behind-cell", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(_title(actual, predicted, cell))}**", width="stretch")
            st.button("Close", key="close-cell", icon=":material/close:", on_click=clear_selected_cell)
        question = SetImagesQuestion(run.experiment, cell.indexes)
        images = application().ask(question)
        if isinstance(images, np.ndarray):
            _show(images, actual, predicted, cell, compact=compact)
        else:
            waiting.wait_for_pictures(
                run.experiment.data.dataset,
                lambda: application().ask(question, wait=False) is not None,
                COMPACT_HEIGHT if compact else HEIGHT,
            )


def _title(actual: str, predicted: str, cell: ConfusionCell) -> str:
    images = f"{quantity(cell.count, 'image')}"
    shown = "" if len(cell.indexes) == cell.count else f"; the {len(cell.indexes)} that the network was surest of"
    return f"{actual}, said {predicted}: {images} at epoch {cell.epoch:.3g}{shown}"


def _show(images: np.ndarray, actual: str, predicted: str, cell: ConfusionCell, *, compact: bool) -> None:
    is_right = cell.actual == cell.predicted
    items = [
        picture_item(
            index,
            image,
            f"{actual}, said {predicted}",
            caption="" if compact else actual,
            detail="" if compact or is_right else f"said {predicted}",
            tone="right" if is_right else "wrong",
        )
        for index, image in zip(cell.indexes, images, strict=True)
    ]
    picture_grid(items, key="cell-pictures", size=84, columns=MOST_IN_A_CELL if compact else None)
