"""Mistakes: every image that was classified wrongly, or nearly so, in detail."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet, confident_mistakes, in_cell, least_sure, worst_mistakes
from core.catalogue.datasets import DataSet
from core.datasets.previews import read_preview
from core.experiment.descriptions import sentence
from pages.components.picture_grid.picture_grid import picture_grid
from pages.interpret import image_detail
from pages.interpret.confusion_panel import pair_words
from pages.interpret.evaluated_sets import REQUEST, MistakesRequest, ShownSet, empty, gallery, visible_sets
from pages.shell import page_layout, session, waiting
from pages.shell.messages import plain
from pages.shell.view import current_view, run_counts
from pages.widgets.picture_items import picture_item

AT_ONCE = 20
EXAMPLES = 6  # images in place of the mistakes before the first run
WORST, PAIR, CONFIDENT, UNSURE = "worst", "pair", "confident", "unsure"
KINDS = {WORST: "Worst first", PAIR: "By pair", CONFIDENT: "Confident and wrong", UNSURE: "Right but unsure"}
SENTENCES = {
    WORST: "All that were classified wrongly, the largest loss first.",
    PAIR: "One class that was taken for another, those first of which the network was surest.",
    CONFIDENT: "All that were classified wrongly, those first of whose wrong answer the network was surest.",
    UNSURE: "All that were classified rightly, those first of which the network was least sure.",
}
LISTS: Mapping[str, Callable[[EvaluatedSet], np.ndarray]] = {
    WORST: worst_mistakes,
    CONFIDENT: confident_mistakes,
    UNSURE: least_sure,
}
INDEX = "mistake"  # in session state: the set's key and the image's number
FIRST = "mistakes-first"  # in session state: the number of the first visible image of the list


def begin(sets: Sequence[ShownSet]) -> None:
    """Set the widgets to the cell or the image that a person pressed on another page, once."""
    wanted: MistakesRequest | None = st.session_state.pop(REQUEST, None)
    shown = next((one for one in sets if wanted and one.key == wanted.key), None)
    if wanted is None or shown is None:
        return
    st.session_state["mistakes-set"] = shown.name
    st.session_state["mistakes-kind"] = PAIR if wanted.cell else WORST
    st.session_state["mistakes-pair"] = wanted.cell
    st.session_state.pop(FIRST, None)
    st.session_state[INDEX] = (shown.key, wanted.index)


def choose(sets: Sequence[ShownSet]) -> tuple[ShownSet, np.ndarray]:
    """Ask for the set and for the list of its images."""
    with st.container(horizontal=True, gap="large", vertical_alignment="bottom"):
        names = {shown.name: shown for shown in sets}
        name = st.segmented_control(
            "Which set",
            tuple(names),
            default=sets[0].name,
            format_func=lambda one: names[one].title,
            required=True,
            key="mistakes-set",
            on_change=from_the_first,
        )
        shown = names.get(name or "", sets[0])
        kinds = tuple(KINDS) if shown.evaluated.is_whole else (WORST, PAIR)
        kind = st.segmented_control(
            "Which images",
            kinds,
            default=WORST,
            format_func=KINDS.__getitem__,
            required=True,
            key="mistakes-kind",
            on_change=from_the_first,
        )
    st.caption(SENTENCES[kind or WORST])
    if kind == PAIR:
        return shown, of_a_pair(shown)
    return shown, LISTS[kind or WORST](shown.evaluated)


def of_a_pair(shown: ShownSet) -> np.ndarray:
    """Return the images of the chosen pair of classes."""
    words = {(pair.actual, pair.predicted): pair_words(pair, shown.classes) for pair in shown.evaluated.pairs()}
    cell = st.session_state.get("mistakes-pair")
    if cell and cell not in words:  # a cell of the diagonal
        same = f"“{shown.classes[cell[0]]}”, called “{shown.classes[cell[1]]}” ({shown.evaluated.matrix[cell]:,})"
        words = {cell: same, **words}
    if not words:
        return np.zeros(0, dtype=int)
    chosen = st.selectbox("Pair", tuple(words), format_func=words.__getitem__, key="mistakes-pair", on_change=from_the_first)
    return in_cell(shown.evaluated, *chosen)


def from_the_first() -> None:
    """Start a new list at its first image."""
    for key in (INDEX, FIRST):
        st.session_state.pop(key, None)


def listed(shown: ShownSet, indexes: np.ndarray) -> int:
    """Draw a page of the list with buttons to turn it; return the chosen image."""
    first = min(st.session_state.get(FIRST, 0), (len(indexes) - 1) // AT_ONCE * AT_ONCE)
    key, index = st.session_state.get(INDEX, ("", None))
    if key != shown.key or index is None or index not in indexes:
        index = int(indexes[first])
    few = indexes[first : first + AT_ONCE].tolist()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{first + 1:,} to {first + len(few):,} of {len(indexes):,}**", width="stretch")
        for label, icon, start in (("Previous", "arrow_back", first - AT_ONCE), ("Next", "arrow_forward", first + AT_ONCE)):
            there = 0 <= start < len(indexes)
            st.button(
                label,
                key=f"mistakes-{label.lower()}",
                icon=f":material/{icon}:",
                disabled=not there,
                help=None if there else "There are no more in this direction.",
                on_click=turn,
                args=(start,),
            )
    picked = gallery(shown, few, key=f"mistakes-gallery-{shown.key}", size=72)
    if picked is not None:
        index = picked
        st.session_state[INDEX] = (shown.key, index)
    return index


def example(data: DataSet) -> None:
    """Draw an image of each of the first classes, whose answers are not known yet."""
    preview = read_preview(data.name)
    if preview is None:
        waiting.wait_for_preview(data.name)
    else:
        labels = range(min(EXAMPLES, data.num_classes))
        items = [
            picture_item(label, preview.images[label, 0], f"An image of {data.classes[label]}", caption=data.classes[label])
            | {"detail": "said ?"}
            for label in labels
        ]
        picture_grid(items, key="mistakes-example", size=72, label="Images whose answers are not known yet")
    st.caption("After a run you see here what the network said of each image, the worst mistake first, and why it may be.")


def turn(start: int) -> None:
    from_the_first()
    st.session_state[FIRST] = start


view = current_view()
page_layout.heading(
    "Mistakes", "What the network got wrong, image by image: often the label, or the image itself, says why.", code=False
)
run = view.run
sets = visible_sets(run) if run is not None and run.result else []
if run is None or not run.result:
    empty(run, "No mistakes to look at yet", "Its mistakes are shown here", lambda: example(view.experiment.data.entry))
elif not sets:
    with st.container(border=True, key="empty"):
        st.header("No mistakes to look at yet")
        st.markdown("This run was evaluated on no set that may be seen: open the test set on **Evaluate**.")
else:
    st.markdown(f"{session.name_of(run).capitalize()}: {sentence(run.experiment, run_counts(run))}")
    begin(sets)
    shown, indexes = choose(sets)
    if not len(indexes):
        st.markdown("There is no such image.")
    else:
        with st.container(key="sets-side-mistakes", horizontal=True, gap="large"):
            with st.container(key="mistakes-list"):
                index = listed(shown, indexes)
            with st.container(key="closeup"):
                image_detail.card(shown, index, view)
    if not run.test_is_open:
        st.caption(plain("The test set is sealed, so that its images are not shown here."))
