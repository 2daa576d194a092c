"""A component that draws a confusion matrix, in counts or percent and in any order of the classes, with clickable cells."""

from collections.abc import Callable, Sequence

import numpy as np

from pages.components.browser_modules import register
from pages.shell.colours import SEQUENTIAL, SEQUENTIAL_DARK

SHOWS = {"counts": "Counts", "actual": "Percent of actual class", "predicted": "Percent of predicted class"}

_CONFUSION_MATRIX = register("confusion_matrix")


def confusion_matrix(  # noqa: PLR0913 - a value for each part of the matrix
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
    """Draw the confusion matrix, with actual classes in rows and predicted classes in columns.

    Parameters
    ----------
    counts
        Numbers of images, with actual classes in rows and predicted classes in columns.
    classes
        The names of the classes, in the order of the labels.
    order
        All labels, in the order in which they are drawn.
    shows
        A key of SHOWS.
    label
        The content of the matrix in words, for screen readers.
    key
        The key of the element. Its session state has `cell`, {"actual", "predicted"}, in the script run of a click.
    selected
        The cell that is marked, as actual and predicted class.
    answer
        The key of the container that shows the images of the marked cell. The page scrolls to this container.
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
