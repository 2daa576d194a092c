"""Evaluate's confusion matrix of each visible set, the most confused pairs, and the images of a cell."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.analysis.evaluation_files import Pair, in_cell
from core.number_text import percent, quantity
from pages.components.confusion_matrix.confusion_matrix import SHOWS, confusion_matrix
from pages.interpret.evaluated_sets import ShownSet, gallery, look_closely
from pages.shell import session
from pages.shell.messages import plain

BY_CLASS, BY_CONFUSION = "By class", "By confusion"
PAIRS_AT_ONCE, PAIRS_OF_TWO = 5, 3  # of one set beside its matrix, and of each of two sets below them
IMAGES_AT_ONCE = 12
IMAGE_SIZE = 52  # pixels: three in a row beside the matrix
ANSWER = "evaluated-cell-images"  # the key of the place for the images of a cell
READING = "Rows are what it is, columns what the network said; the diagonal is right."
CELL = "evaluated-cell"  # in session state: the set's key, actual and predicted class


@st.fragment
def card(sets: Sequence[ShownSet]) -> None:
    """The matrices side by side, and beside one or below two of them the images of the selected cell."""
    session.refresh_guide()
    with st.container(key="matrix"):
        if len(sets) > 1:
            matrices = st.container(key="sets-side-matrix", horizontal=True, gap="large")
            with st.container(key="sets-side-pairs", horizontal=True, gap="large"):
                for shown in sets:
                    with st.container(key=f"pairs-of-{shown.name}"):
                        _pairs(shown, PAIRS_OF_TWO)
            _answer(sets)  # below all that opens it, so that nothing that was pressed moves
            st.caption(READING)
            shows, by_confusion = _choices()
            with matrices:
                for shown in sets:
                    with st.container(key=f"matrix-{shown.name}"):
                        st.markdown(f"**{shown.title}**")
                        _matrix(shown, sets, shows, by_confusion=by_confusion)
        else:
            _single(sets[0])


def _single(shown: ShownSet) -> None:
    """One matrix, first of all; its choices below it, and the pairs and images beside it."""
    with st.container(key="sets-side-matrix", horizontal=True, gap="large"):
        with st.container(key=f"matrix-{shown.name}"):
            matrix = st.container()
            st.caption(READING)
            shows, by_confusion = _choices()
            with matrix:
                _matrix(shown, [shown], shows, by_confusion=by_confusion)
        with st.container(key="matrix-aside"):
            _pairs(shown, PAIRS_AT_ONCE)
            _answer([shown])


def _choices() -> tuple[str, bool]:
    """Ask what the cells show, and whether classes that are confused stand side by side."""
    with st.container(horizontal=True, gap="medium"):
        shows = st.segmented_control(
            "Cells show", tuple(SHOWS), default="counts", format_func=SHOWS.__getitem__, required=True, key="cells-show"
        )
        order = st.segmented_control(
            "Classes", (BY_CLASS, BY_CONFUSION), default=BY_CLASS, required=True, key="classes-order", help=ORDER_HELP
        )
    return shows, order == BY_CONFUSION


def _answer(sets: Sequence[ShownSet]) -> None:
    """The images of the selected cell, in a place that is kept for them."""
    with st.container(border=True, key=ANSWER):
        for shown in sets:
            if (cell := selected_cell(shown)) is not None:
                _cell_images(shown, *cell)
                return
        st.caption("Press a cell of the matrix, or a sentence: the images behind it are shown here.")


ORDER_HELP = "By confusion: classes that are taken for each other stand side by side. Both matrices have the same order."


def _matrix(shown: ShownSet, sets: Sequence[ShownSet], shows: str, *, by_confusion: bool) -> None:
    key = f"confusion-{shown.key}"

    def select() -> None:
        select_cell(shown, st.session_state[key].cell)

    classes = range(len(shown.classes))
    confusion_matrix(
        shown.evaluated.matrix,
        classes=shown.classes,
        order=sets[0].evaluated.order.tolist() if by_confusion else list(classes),
        shows=shows,
        label=f"Confusion matrix of the {shown.title.lower()}: rows are actual classes, columns predicted ones",
        key=key,
        selected=selected_cell(shown),
        answer=ANSWER,
        on_cell=select,
    )


def select_cell(shown: ShownSet, cell_event: Any) -> None:
    """Show the images of a cell that a browser reports; do nothing for a cell outside this matrix."""
    cell = [cell_event.get(part) for part in ("actual", "predicted")] if isinstance(cell_event, dict) else [None]
    if all(type(number) is int and 0 <= number < len(shown.classes) for number in cell):
        st.session_state[CELL] = (shown.key, *cell)
        actual, predicted = (shown.classes[int(number or 0)] for number in cell)
        session.note("cell", f"{actual}→{predicted}")


def selected_cell(shown: ShownSet) -> tuple[int, int] | None:
    """The selected cell of a set, as actual and predicted class, or None."""
    key, *cell = st.session_state.get(CELL, ("",))
    return (cell[0], cell[1]) if key == shown.key else None


def pair_words(pair: Pair, classes: Sequence[str]) -> str:
    """How often a class was taken for another: "17 % of “Shirt” were called “T-shirt/top” (102 of 600)"."""
    share = percent(pair.share) if pair.share >= 0.01 else f"{100 * pair.share:.1g}\u00a0%"
    return (
        f"{share} of “{classes[pair.actual]}” were called “{classes[pair.predicted]}” ({pair.count:,} of {pair.support:,})"
    )


def _pairs(shown: ShownSet, most: int) -> None:
    """The most confused pairs as sentences; pressing a sentence shows the images."""
    pairs = shown.evaluated.pairs(most)
    if not pairs:
        st.markdown("There is no mistake.")
        return
    st.markdown("**Confused most**")
    with st.container(key=f"pairs-{shown.name}", gap=None):
        for pair in pairs:
            words, is_selected = (
                plain(pair_words(pair, shown.classes)),
                selected_cell(shown) == (pair.actual, pair.predicted),
            )
            st.button(
                f"**{words}**" if is_selected else words,
                key=f"pair-{shown.name}-{pair.actual}-{pair.predicted}",
                type="tertiary",
                on_click=select_cell,
                args=(shown, {"actual": pair.actual, "predicted": pair.predicted}),
            )


def _cell_images(shown: ShownSet, actual: int, predicted: int) -> None:
    """The images of a cell; pressing an image opens it on the page of mistakes."""
    indexes, count = in_cell(shown.evaluated, actual, predicted), int(shown.evaluated.matrix[actual, predicted])
    with st.container(horizontal=True, vertical_alignment="center"):
        images = f"{quantity(count, 'image')}"
        words = f"{shown.title}: “{shown.classes[actual]}”, called “{shown.classes[predicted]}”: {images}"
        st.markdown(f"**{plain(words)}**", width="stretch")
        is_pressed = (
            shown.evaluated.is_whole and count and st.button("Look closely", key="cell-closely", icon=":material/search:")
        )
        st.button("Close", key="close-cell", icon=":material/close:", on_click=lambda: st.session_state.pop(CELL, None))
    if is_pressed:
        look_closely(shown, (actual, predicted), int(indexes[0]))
    if not len(indexes):
        st.caption("No image of this cell was kept." if count else "There is no image in this cell.")
        return
    few = indexes[:IMAGES_AT_ONCE].tolist()
    surest = f"The {len(few)} of which the network was surest. " if len(few) < count else ""
    st.caption(f"{surest}Press one to look at it closely.")
    if (index := gallery(shown, few, key=f"cell-gallery-{shown.key}", size=IMAGE_SIZE)) is not None:
        look_closely(shown, (actual, predicted), index)
