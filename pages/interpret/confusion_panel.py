"""The tab Confusion matrix of Evaluate: the matrices, the most confused pairs, and the images of a selected cell."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.analysis.evaluation_files import ConfusedPair, images_in_cell
from core.number_text import percent, quantity
from pages.components.confusion_matrix.confusion_matrix import SHOWS, confusion_matrix
from pages.interpret.evaluated_sets import VisibleSet, gallery, open_mistakes_page
from pages.shell import session
from pages.shell.messages import escape_markdown

BY_CLASS, BY_CONFUSION = "By class", "By confusion"
PAIRS_AT_ONCE, PAIRS_OF_TWO = 5, 3  # confused pairs of a single set, and of each of two sets
IMAGES_AT_ONCE = 12
IMAGE_SIZE = 52  # pixels: three in a row beside the matrix
ANSWER = "card-evaluated-cell-images"  # the key of the place for the images of a cell
CELL = "evaluated-cell"  # in session state: the set's key, actual and predicted class; the key alone after Close


@st.fragment
def card(sets: Sequence[VisibleSet]) -> None:
    """Draw one confusion matrix with the selected cell's images beside it, or two matrices with the images below."""
    session.refresh_guide()
    with st.container(border=True, key="card-matrix"):
        if len(sets) > 1:
            matrices = st.container(key="sets-side-matrix", horizontal=True, gap="large")
            with st.container(key="sets-side-pairs", horizontal=True, gap="large"):
                for shown in sets:
                    with st.container(key=f"pairs-of-{shown.name}"):
                        _pairs(shown, PAIRS_OF_TWO)
            _answer(sets)  # below everything that opens the images, so that no pressed element moves
            shows, by_confusion = _choices()
            with matrices:
                for shown in sets:
                    with st.container(key=f"matrix-{shown.name}"):
                        st.markdown(f"**{shown.title}**")
                        _matrix(shown, sets, shows, by_confusion=by_confusion)
        else:
            _single(sets[0])


def _single(shown: VisibleSet) -> None:
    """Draw a single matrix with its options below, and the confused pairs and images beside the matrix.

    At first the worst confusion is selected, except in a lesson, whose tasks may ask for it.
    """
    if (
        st.session_state.get(CELL, ("",))[0] != shown.key
        and not session.is_deck_open()
        and (pairs := shown.evaluated.pairs())
    ):
        st.session_state[CELL] = (shown.key, pairs[0].actual, pairs[0].predicted)
    with st.container(key="sets-side-matrix", horizontal=True, gap="large"):
        with st.container(key=f"matrix-{shown.name}"):
            matrix = st.container(key="matrix-of-ten" if len(shown.classes) == TEN else None)
            shows, by_confusion = _choices()
            with matrix:
                _matrix(shown, [shown], shows, by_confusion=by_confusion)
        with st.container(key="matrix-aside"):
            _pairs(shown, PAIRS_AT_ONCE)
            _answer([shown])


def _choices() -> tuple[str, bool]:
    """Draw the options of the matrix: the numbers in the cells, and the order of the classes. Return both."""
    with st.container(horizontal=True, gap="medium"):
        shows = st.segmented_control(
            "Cells show", tuple(SHOWS), default="counts", format_func=SHOWS.__getitem__, required=True, key="cells-show"
        )
        order = st.segmented_control(
            "Order of the classes",
            (BY_CLASS, BY_CONFUSION),
            default=BY_CLASS,
            required=True,
            key="classes-order",
            help=ORDER_HELP,
        )
    return shows, order == BY_CONFUSION


def _answer(sets: Sequence[VisibleSet]) -> None:
    """Draw the images of the selected cell in a container of their own. If no cell is selected, draw a hint."""
    with st.container(border=True, key=ANSWER):
        for shown in sets:
            if (cell := selected_cell(shown)) is not None:
                _cell_images(shown, *cell)
                return
        st.caption("Press a cell of the matrix, or a sentence: the images behind it are shown here.")


TEN = 10  # classes, as in nearly all data sets: style sheets know the height of their matrix
ORDER_HELP = "By confusion: classes that are confused with each other stand side by side. Both matrices have the same order."


def _matrix(shown: VisibleSet, sets: Sequence[VisibleSet], shows: str, *, by_confusion: bool) -> None:
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


def select_cell(shown: VisibleSet, cell_event: Any) -> None:
    """Select a cell that the browser reports, so that its images are shown. Ignore a cell outside this matrix."""
    cell = [cell_event.get(part) for part in ("actual", "predicted")] if isinstance(cell_event, dict) else [None]
    if all(type(number) is int and 0 <= number < len(shown.classes) for number in cell):
        st.session_state[CELL] = (shown.key, *cell)
        actual, predicted = (shown.classes[int(number or 0)] for number in cell)
        session.note_activity("cell", f"{actual}→{predicted}")


def selected_cell(shown: VisibleSet) -> tuple[int, int] | None:
    """Return the selected cell of a set as actual and predicted class. Return None if no cell is selected."""
    key, *cell = st.session_state.get(CELL, ("",))
    return (cell[0], cell[1]) if cell and key == shown.key else None


def _close(shown: VisibleSet) -> None:
    st.session_state[CELL] = (shown.key,)


def pair_words(pair: ConfusedPair, classes: Sequence[str]) -> str:
    """Return a sentence about a confused pair, as in "17 % of “Shirt” were called “T-shirt/top” (102 of 600)"."""
    actual, predicted = classes[pair.actual], classes[pair.predicted]
    return f"{_share(pair)} of “{actual}” were called “{predicted}” ({pair.count:,} of {pair.support:,})"


def _share(pair: ConfusedPair) -> str:
    return percent(pair.share) if pair.share >= 0.01 else f"{100 * pair.share:.1g}\u00a0%"


def answer_words(label: str, answer: str) -> str:
    """Say what an image is and what the network said, as in "Labelled “Shirt”; the network said “Pullover”"."""
    return f"Labelled “{label}”; the network said “{answer}”"


def _pairs(shown: VisibleSet, most: int) -> None:
    """Draw the most confused pairs of classes as sentences. A click on a sentence shows the images."""
    known = shown.evaluated.pairs()
    pairs = known[:most]
    if not pairs:
        st.markdown("There is no mistake.")
        return
    st.markdown("**Confused most**")
    with st.container(key=f"pairs-{shown.name}", gap=None):
        for pair in pairs:
            words, is_selected = (
                escape_markdown(pair_words(pair, shown.classes)),
                selected_cell(shown) == (pair.actual, pair.predicted),
            )
            st.button(
                f"**{words}**" if is_selected else words,
                key=f"pair-{shown.name}-{pair.actual}-{pair.predicted}",
                type="tertiary",
                on_click=select_cell,
                args=(shown, {"actual": pair.actual, "predicted": pair.predicted}),
            )
    if ties := sum(_share(pair) == _share(pairs[-1]) for pair in known[most:]):
        st.caption(f"And {quantity(ties, 'pair')} more at {_share(pairs[-1])}.")


def _row_and_column(shown: VisibleSet, label: int, count: int) -> str:
    """Say what share of its row and of its column a cell on the diagonal is: recall and precision of the class."""
    row, column = (int(shown.evaluated.matrix.sum(axis=axis)[label]) for axis in (1, 0))
    return (
        f"{count:,} of the {row:,} in its row: a **recall** of {percent(count / row)}. "
        f"{count:,} of the {column:,} in its column: a **precision** of {percent(count / column)}."
    )


def _cell_images(shown: VisibleSet, actual: int, predicted: int) -> None:
    """Draw the images of a cell of the matrix. A click on an image opens the page Mistakes."""
    indexes, count = images_in_cell(shown.evaluated, actual, predicted), int(shown.evaluated.matrix[actual, predicted])
    with st.container(horizontal=True, vertical_alignment="center"):
        images = f"{quantity(count, 'image')}"
        words = f"{shown.title}, {images}. {answer_words(shown.classes[actual], shown.classes[predicted])}."
        st.markdown(f"**{escape_markdown(words)}**", width="stretch")
        is_pressed = (
            shown.evaluated.is_whole and count and st.button("Look closely", key="cell-closely", icon=":material/search:")
        )
        st.button("Close", key="close-cell", icon=":material/close:", on_click=_close, args=(shown,))
    if is_pressed:
        open_mistakes_page(shown, (actual, predicted), int(indexes[0]))
    if actual == predicted and count:
        st.markdown(_row_and_column(shown, actual, count))
    if not len(indexes):
        st.caption("No image of this cell was kept." if count else "There is no image in this cell.")
        return
    few = indexes[:IMAGES_AT_ONCE].tolist()
    surest = f"The {len(few)} of which the network was surest. " if len(few) < count else ""
    st.caption(f"{surest}Press one to look at it closely.")
    if (index := gallery(shown, few, key=f"cell-gallery-{shown.key}", size=IMAGE_SIZE)) is not None:
        open_mistakes_page(shown, (actual, predicted), index)
