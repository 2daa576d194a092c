"""Evaluate's confusion matrix, of each set that may be seen; the pairs that are confused most; the images of a cell."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.analysis.evaluation_files import Pair, in_cell
from core.number_text import quantity
from pages.components.confusion import SHOWS, confusion
from pages.interpret.evaluated_sets import Shown, gallery, look_closely
from pages.shell.messages import plain

BY_CLASS, BY_CONFUSION = "By class", "By confusion"
PAIRS_AT_ONCE = 5
IMAGES_AT_ONCE = 24
CELL = "evaluated-cell"  # in session state: the set's key, actual and predicted class


@st.fragment
def card(sets: Sequence[Shown]) -> None:
    """The matrices side by side, and below them the images of the cell that was pressed."""
    with st.container(border=True, key="matrix"):
        st.header("Confusion matrix")
        with st.container(horizontal=True, gap="medium"):
            shows = st.segmented_control(
                "Cells show", tuple(SHOWS), default="counts", format_func=SHOWS.__getitem__, required=True, key="cells-show"
            )
            order = st.segmented_control(
                "Classes", (BY_CLASS, BY_CONFUSION), default=BY_CLASS, required=True, key="classes-order", help=ORDER_HELP
            )
        st.caption("Rows are what it is, columns what the network said; the diagonal is right.")
        with st.container(key="sets-side-matrix", horizontal=True, gap="large"):
            for shown in sets:
                with st.container(key=f"matrix-{shown.name}"):
                    _matrix(shown, sets, shows, by_confusion=order == BY_CONFUSION)
                    _pairs(shown)
        for shown in sets:
            if (cell := picked(shown)) is not None:
                _behind(shown, *cell)


ORDER_HELP = "By confusion: classes that are taken for each other stand side by side. Both matrices have the same order."


def _matrix(shown: Shown, sets: Sequence[Shown], shows: str, *, by_confusion: bool) -> None:
    key = f"confusion-{shown.key}"

    def pick() -> None:
        pick_cell(shown, st.session_state[key].cell)

    st.markdown(f"**{shown.title}**")
    classes = range(len(shown.classes))
    confusion(
        shown.one.matrix,
        classes=shown.classes,
        order=sets[0].one.order.tolist() if by_confusion else list(classes),
        shows=shows,
        label=f"Confusion matrix of the {shown.title.lower()}: rows are actual classes, columns predicted ones",
        key=key,
        selected=picked(shown),
        on_cell=pick,
    )


def pick_cell(shown: Shown, told: Any) -> None:
    """Show the images of a cell that a browser tells of; nothing where it is none of this matrix."""
    cell = [told.get(part) for part in ("actual", "predicted")] if isinstance(told, dict) else [None]
    if all(type(one) is int and 0 <= one < len(shown.classes) for one in cell):
        st.session_state[CELL] = (shown.key, *cell)


def picked(shown: Shown) -> tuple[int, int] | None:
    """The cell of a set that was pressed last, as actual and predicted class, or None."""
    key, *cell = st.session_state.get(CELL, ("",))
    return (cell[0], cell[1]) if key == shown.key else None


def pair_words(pair: Pair, classes: Sequence[str]) -> str:
    """How often a class was taken for another: "17 % of “Shirt” were called “T-shirt/top” (102 of 600)"."""
    share = f"{100 * pair.share:.0f} %" if pair.share >= 0.01 else f"{100 * pair.share:.1g} %"
    return (
        f"{share} of “{classes[pair.actual]}” were called “{classes[pair.predicted]}” ({pair.count:,} of {pair.support:,})"
    )


def _pairs(shown: Shown) -> None:
    """The most confused pairs as sentences; one that is pressed shows its images."""
    pairs = shown.one.pairs(PAIRS_AT_ONCE)
    if not pairs:
        st.markdown("There is no mistake.")
        return
    st.markdown("**Confused most**")
    with st.container(key=f"pairs-{shown.name}", gap=None):
        for pair in pairs:
            st.button(
                plain(pair_words(pair, shown.classes)),
                key=f"pair-{shown.name}-{pair.actual}-{pair.predicted}",
                type="tertiary",
                on_click=pick_cell,
                args=(shown, {"actual": pair.actual, "predicted": pair.predicted}),
            )


def _behind(shown: Shown, actual: int, predicted: int) -> None:
    """The images of a cell; one that is pressed is looked at closely on the page of mistakes."""
    indexes, count = in_cell(shown.one, actual, predicted), int(shown.one.matrix[actual, predicted])
    with st.container(border=True, key="evaluated-cell-images"):
        with st.container(horizontal=True, vertical_alignment="center"):
            images = f"{quantity(count, 'image')}"
            words = f"{shown.title}: “{shown.classes[actual]}”, called “{shown.classes[predicted]}”: {images}"
            st.markdown(f"**{plain(words)}**", width="stretch")
            closely = (
                shown.one.is_whole and count and st.button("Look closely", key="cell-closely", icon=":material/search:")
            )
            st.button("Close", key="close-cell", icon=":material/close:", on_click=lambda: st.session_state.pop(CELL, None))
        if closely:
            look_closely(shown, (actual, predicted), int(indexes[0]))
        if not len(indexes):
            st.caption("No image of this cell was kept." if count else "There is no image in this cell.")
            return
        few = indexes[:IMAGES_AT_ONCE].tolist()
        which = f"The {len(few)} of which the network was surest. " if len(few) < count else ""
        st.caption(f"{which}Press one to look at it closely.")
        if (index := gallery(shown, few, key=f"cell-gallery-{shown.key}")) is not None:
            look_closely(shown, (actual, predicted), index)
