"""The class that a visitor can trace on the sheet of Try it: a digit's dotted line, or the outline of a typical image."""

from collections.abc import Sequence

import streamlit as st

from core.analysis.image_perturbations import typical_image
from core.datasets.previews import read_preview
from core.png import to_data_uri
from pages.components.pixel_pad.digit_lines import DIGIT_LINES
from pages.interpret.network_ref import NetworkRef
from pages.shell.messages import escape_markdown

GHOST = "try-ghost"  # the class whose line or outline can be traced, or NOTHING for none
NOTHING = "Nothing"
EASY = "3"  # among digits, the first to trace: nothing else looks like it


def can_trace(network: NetworkRef) -> bool:
    """Return whether the data set's classes can be traced. Images in colour have no useful outline."""
    return network.experiment.data.entry.image_shape[2] == 1


def traced_label(network: NetworkRef) -> int | None:
    """Return the label of the class to trace on the sheet. Return None if the sheet is empty."""
    classes = network.experiment.data.entry.classes
    name = st.session_state.get(GHOST, classes[first_traced(classes)])
    return classes.index(name) if name in classes and can_trace(network) else None


def first_traced(classes: Sequence[str]) -> int:
    """Return the label of the class that is on the sheet at first."""
    return classes.index(EASY) if EASY in classes else min(1, len(classes) - 1)


def traced_line(network: NetworkRef) -> str:
    """Return the line of the digit to trace, as a path of SVG. Return an empty string for a class that is no digit."""
    label = traced_label(network)
    return "" if label is None else DIGIT_LINES.get(network.experiment.data.entry.classes[label], "")


def trace_words(network: NetworkRef) -> str:
    """Return the words on the empty sheet."""
    if traced_label(network) is None:
        return "Draw here"
    return "Follow the dots,\nor draw your own" if traced_line(network) else "Trace it, or\ndraw your own"


def trace_template(network: NetworkRef) -> str:
    """Return a typical image of the class to trace, as a data: URI. Return an empty string if the sheet has no outline."""
    preview, label = read_preview(network.experiment.data.entry.name), traced_label(network)
    return (
        "" if traced_line(network) or preview is None or label is None else to_data_uri(typical_image(preview.images[label]))
    )


def choose_ghost(network: NetworkRef) -> None:
    """Draw the choice of the class to trace on the sheet."""
    classes = network.experiment.data.entry.classes
    st.selectbox(
        "To trace",
        (NOTHING, *classes),
        index=1 + first_traced(classes),
        key=GHOST,
        format_func=escape_markdown,
        persist_state="session",
        width=180,
    )
