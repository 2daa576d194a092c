"""The confusion matrix of an evaluated set: counts or percent, in any order of its classes; each cell can be picked."""

from collections.abc import Callable, Sequence

import numpy as np

from pages.components.browser_modules import register
from pages.widgets.colours import SEQUENTIAL, SEQUENTIAL_DARK

SHOWS = {"counts": "Counts", "actual": "Percent of actual class", "predicted": "Percent of predicted class"}

_CONFUSION_MATRIX = register("confusion_matrix")


def confusion_matrix(  # noqa: PLR0913 - each is one thing that the matrix shows
    counts: np.ndarray,
    *,
    classes: Sequence[str],
    order: Sequence[int],
    shows: str,
    label: str,
    key: str,
    selected: tuple[int, int] | None = None,
    answer: str,
    on_cell: Callable[[], None],
) -> None:
    """Show the matrix: actual classes in rows, predicted classes in columns.

    Parameters
    ----------
    counts
        Numbers of images; rows are actual classes, columns predicted ones.
    classes
        The names of the classes, in the order of the labels.
    order
        All labels, in the order in which they are drawn.
    shows
        A key of SHOWS.
    label
        What the matrix shows, for screen readers.
    key
        The key of the element; its session state has `cell`, {"actual", "predicted"}, in the script run of a click.
    selected
        The cell that is marked, as actual and predicted class.
    answer
        The key of the container that shows the images of the marked cell: the page scrolls until it is seen.
    on_cell
        Called before the script reruns for a cell that was picked.
    """
    cells = zip(*np.nonzero(counts), strict=True)
    _CONFUSION_MATRIX(
        key=key,
        data={
            "cells": [[int(row), int(column), int(counts[row, column])] for row, column in cells],
            "classes": list(classes),
            "order": [int(label) for label in order],
            "shows": shows,
            "label": label,
            "colours": {"light": SEQUENTIAL, "dark": SEQUENTIAL_DARK},
            "selected": selected and list(selected),
            "answer": answer,
        },
        on_cell_change=on_cell,
    )
