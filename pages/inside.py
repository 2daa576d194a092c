"""Inside: what each layer makes of one image; open a layer, and then one of its numbers."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from core.experiment import INPUT, Experiment
from core.inside import Inside, Maps
from core.shapes import spoken
from pages import frame
from pages.components.layers import layers
from pages.picked import picker
from pages.subject import Subject, answer, subject
from pages.widgets import plain

OPENED = "inside_opened"  # {"layer", "place"} that is looked at alone
SIZE = 56  # of a map among those of all layers, in pixels
BEST = 3  # answers that are told
ROWS = "inside-layers"


def open_layer() -> None:
    """Look at one layer alone."""
    told = getattr(st.session_state[ROWS], "opened", None)
    if isinstance(told, dict) and isinstance(told.get("layer"), str):
        st.session_state[OPENED] = {"layer": told["layer"], "place": told.get("place", 0)}


def row(one: Maps, last: str) -> dict[str, Any]:
    """One layer as the overview shows it."""
    takes = [f"takes {' and '.join(one.takes)}"] if one.takes and one.takes != (last,) and one.id != INPUT else []
    scale = f"from {one.low:.3g} (black) to {one.high:.3g} (white)"
    pictures = [
        {
            "src": picture.source,
            "alt": f"{one.id}, {picture.words}" + (": all zero for this image" if picture.silent else ""),
            "place": picture.place,
            "silent": picture.silent and one.channels > 1,
        }
        for picture in one.pictures
    ]
    title = "The image" if one.id == INPUT else f"{one.id}: {one.name}"
    details = [spoken(one.shape), scale, *takes]
    return {"id": one.id, "title": title, "details": details, "pictures": pictures, "note": one.words, "opens": False}


def rows(found: Inside) -> Iterable[dict[str, Any]]:
    """All layers, in the order of the graph; what a layer takes is told where it is not the one before it."""
    last = ""
    for one in found.layers:
        yield row(one, last)
        last = one.id


def overview(subject: Subject, found: Inside) -> None:
    """All layers as small multiples."""
    with st.container(border=True, key="all-layers"):
        st.subheader("All layers")
        st.caption("What each layer makes of this image, in the order of the network. A dashed frame: zero everywhere.")
        layers(list(rows(found)), key=ROWS, size=SIZE, on_opened=open_layer)
        if found.stopped:
            st.caption(f"{plain(found.stopped)} cannot take what it gets, so that nothing follows; Define says why.")


def says(experiment: Experiment, probabilities: tuple[float, ...]) -> str:
    """The network's best answers, in a sentence."""
    if not probabilities:
        return "The network gives no answer for each class."
    best = sorted(range(len(probabilities)), key=lambda label: -probabilities[label])[:BEST]
    return "It says: " + ", ".join(f"{experiment.data.entry.classes[label]} {probabilities[label]:.1%}" for label in best)


view = frame.view()
frame.heading("Inside your net", "From the image to the answer: what each layer makes of it.", code=False)
looked_at = subject(view)
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(plain(looked_at.words), width="content")
    st.page_link("why.py", label="Why this answer?", icon=":material/help_center:")
left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
with left:
    image = picker(looked_at)
whole = answer(looked_at, "inside", image, height=400, said="Looking through all layers …")
if whole is not None:
    right.markdown(plain(says(looked_at.experiment, whole.probabilities)))
    overview(looked_at, whole)
frame.engine_foot()
