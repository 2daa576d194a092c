"""The confusion matrix of an evaluated set: counts or percent, in any order of its classes, each cell to be picked."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from pages.components import FOLDER
from pages.widgets.colours import SEQUENTIAL, SEQUENTIAL_DARK

SHOWS = {"counts": "Counts", "actual": "Percent of actual class", "predicted": "Percent of predicted class"}


def _text(*names: str) -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


_CONFUSION = st.components.v2.component(
    "confusion",
    html=_text("confusion.html"),
    css=_text("look.css"),
    js=_text("words.js", "ink.js", "look_matrix.js", "confusion.js"),
)


def confusion(  # noqa: PLR0913 - each is one thing that the matrix shows
    counts: np.ndarray,
    *,
    classes: Sequence[str],
    order: Sequence[int],
    shows: str,
    label: str,
    key: str,
    selected: tuple[int, int] | None = None,
    on_cell: Callable[[], None],
) -> None:
    """The matrix: actual classes in rows, predicted ones in columns.

    Parameters
    ----------
    counts : of images; rows are actual classes, columns predicted ones.
    classes : their names, in the order of the labels.
    order : all labels, in the order in which they are drawn.
    shows : one of SHOWS.
    label : what it is, for those who listen.
    key : of the element; its session state has `cell`, {"actual", "predicted"}, in the script run of a click.
    selected : the cell that is marked, as actual and predicted class.
    on_cell : called before the script reruns for a cell that was picked.
    """
    places = zip(*np.nonzero(counts), strict=True)
    _CONFUSION(
        key=key,
        data={
            "cells": [[int(row), int(column), int(counts[row, column])] for row, column in places],
            "classes": list(classes),
            "order": [int(one) for one in order],
            "shows": shows,
            "label": label,
            "colours": {"light": SEQUENTIAL, "dark": SEQUENTIAL_DARK},
            "selected": selected and list(selected),
        },
        on_cell_change=on_cell,
    )
