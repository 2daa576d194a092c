"""The page Mistakes: the wrongly classified images, and correctly classified images of low confidence, in detail."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st

from core.analysis.evaluation_files import EvaluatedSet, confident_mistakes, images_in_cell, least_sure, worst_mistakes
from core.catalogue.datasets import DataSet
from core.datasets.previews import read_preview
from core.number_text import quantity
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.frame import page_layout
from pages.interpret import image_detail
from pages.interpret.confusion_panel import answer_words, pair_words
from pages.interpret.evaluated_sets import REQUEST, MistakesRequest, VisibleSet, draw_missing_results, gallery, visible_sets
from pages.shell import session, waiting
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view

AT_ONCE = 12  # images that the list shows at once, beside the enlarged image
FEWEST_ALIKE = 2  # wrong answers that name the same class, so that the page says so
EXAMPLES = 6  # images that are shown before the first run, in place of mistakes
WORST, PAIR, CONFIDENT, UNSURE = "worst", "pair", "confident", "unsure"
KINDS = {WORST: "Worst first", PAIR: "By pair", CONFIDENT: "Confident and wrong", UNSURE: "Right but unsure"}
SENTENCES = {
    WORST: "All wrong answers, the largest loss first.",
    PAIR: "Images of one class that the network took for another class, the surest answer first.",
    CONFIDENT: "All wrong answers, the surest answer first.",
    UNSURE: "All right answers, the least sure answer first.",
}
LISTS: Mapping[str, Callable[[EvaluatedSet], np.ndarray]] = {
    WORST: worst_mistakes,
    CONFIDENT: confident_mistakes,
    UNSURE: least_sure,
}
INDEX = "mistake"  # in session state: the set's key and the chosen image's index
FIRST = "mistakes-first"  # in session state: the number of the first visible image of the list


def begin(sets: Sequence[VisibleSet]) -> None:
    """Choose the set, pair and image that the visitor clicked on another page, such as a cell of the confusion matrix."""
    wanted: MistakesRequest | None = st.session_state.pop(REQUEST, None)
    shown = next((each for each in sets if wanted and each.key == wanted.key), None)
    if wanted is None or shown is None:
        return
    st.session_state["mistakes-set"] = shown.name
    st.session_state["mistakes-kind"] = PAIR if wanted.cell else WORST
    st.session_state["mistakes-pair"] = wanted.cell
    st.session_state.pop(FIRST, None)
    st.session_state[INDEX] = (shown.key, wanted.index)


def choose(sets: Sequence[VisibleSet]) -> tuple[VisibleSet, str, np.ndarray]:
    """Let the visitor choose a set and a kind of mistakes. Return both, and the indexes of the set's images of this kind."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        shown = _choose_set(sets) if len(sets) > 1 else sets[0]
        kinds = tuple(KINDS) if shown.evaluated.is_whole else (WORST, PAIR)
        kind = st.segmented_control(
            "Which images",
            kinds,
            default=WORST,
            format_func=KINDS.__getitem__,
            required=True,
            key="mistakes-kind",
            on_change=reset_to_first_image,
            help=" ".join(f"**{KINDS[each]}:** {SENTENCES[each]}" for each in kinds),
        )
    if kind == PAIR:
        return shown, PAIR, images_of_pair(shown)
    return shown, kind or WORST, LISTS[kind or WORST](shown.evaluated)


def _choose_set(sets: Sequence[VisibleSet]) -> VisibleSet:
    names = {shown.name: shown for shown in sets}
    name = st.segmented_control(
        "Which set",
        tuple(names),
        default=sets[0].name,
        format_func=lambda key: names[key].title,
        required=True,
        key="mistakes-set",
        on_change=reset_to_first_image,
    )
    return names.get(name or "", sets[0])


def images_of_pair(shown: VisibleSet) -> np.ndarray:
    """Let the visitor choose an actual and a predicted class. Return the indexes of the images with these classes."""
    words = {(pair.actual, pair.predicted): pair_words(pair, shown.classes) for pair in shown.evaluated.pairs()}
    cell = st.session_state.get("mistakes-pair")
    if cell and cell not in words:  # a cell of the diagonal
        same = f"{answer_words(shown.classes[cell[0]], shown.classes[cell[1]])} ({shown.evaluated.matrix[cell]:,})"
        words = {cell: same, **words}
    if not words:
        return np.zeros(0, dtype=int)
    chosen = st.selectbox(
        "Pair", tuple(words), format_func=words.__getitem__, key="mistakes-pair", on_change=reset_to_first_image
    )
    return images_in_cell(shown.evaluated, *chosen)


def reset_to_first_image() -> None:
    """Forget the chosen image and the page of the list, so that the next list starts at its first image."""
    for key in (INDEX, FIRST):
        st.session_state.pop(key, None)


def listed(shown: VisibleSet, kind: str, count: int) -> str:
    """Return what a list of `count` images holds, such as "10 wrong answers for 144 images"."""
    if kind == PAIR or not shown.evaluated.is_whole:
        return quantity(count, "image")
    answers = "right answers" if kind == UNSURE else "wrong answers"
    return f"{count:,} {answers} for {len(shown.evaluated.labels):,} images"


def commonest_answer(shown: VisibleSet, kind: str) -> str:
    """Return a sentence on the class that most wrong answers name, or an empty string if no single class stands out."""
    if kind not in (WORST, CONFIDENT) or not shown.evaluated.is_whole:
        return ""
    wrong = shown.evaluated.matrix.sum(axis=0) - shown.evaluated.matrix.diagonal()
    second, most = np.sort(wrong)[-2:]
    if most == second or most < FEWEST_ALIKE:
        return ""
    return f"The most common: {most:,} of {wrong.sum():,} were called {shown.classes[int(wrong.argmax())]}."


def draw_mistake_list(shown: VisibleSet, kind: str, indexes: np.ndarray) -> int:
    """Draw some images of the list, with the buttons Previous and Next. Return the index of the chosen image."""
    first = min(st.session_state.get(FIRST, 0), (len(indexes) - 1) // AT_ONCE * AT_ONCE)
    key, index = st.session_state.get(INDEX, ("", None))
    if key != shown.key or index is None or index not in indexes:
        index = int(indexes[first])
    few = indexes[first : first + AT_ONCE].tolist()
    with st.container(horizontal=True, vertical_alignment="center"):
        part = f"{first + 1:,} to {first + len(few):,} of " if len(indexes) > AT_ONCE else ""
        st.markdown(f"**{part}{listed(shown, kind, len(indexes))}**", width="stretch")
        turns = (("Previous", "arrow_back", first - AT_ONCE), ("Next", "arrow_forward", first + AT_ONCE))
        for label, icon, start in turns if len(indexes) > AT_ONCE else ():
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
    if common := commonest_answer(shown, kind):
        st.caption(escape_markdown(common))
    grid = f"mistakes-gallery-{shown.key}"
    gallery(shown, few, key=grid, size=72, selected=index, signs=False, on_picked=lambda: pick(shown, grid))
    return index


def pick(shown: VisibleSet, grid: str) -> None:
    """Choose the image that was clicked in the grid with this key."""
    picked = str(getattr(st.session_state[grid], "picked", ""))
    if picked.isdecimal() and int(picked) < len(shown.evaluated.labels):
        st.session_state[INDEX] = (shown.key, int(picked))


def example(data: DataSet) -> None:
    """Draw some images of the data set as an example, before the first run has results."""
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
    reset_to_first_image()
    st.session_state[FIRST] = start


view = current_view()
run = view.run
of_run = f" · {escape_markdown(session.run_name_text(run).capitalize())}" if run is not None and run.result else ""
page_layout.heading("Mistakes", f"What the network got wrong{of_run}")
sets = visible_sets(run) if run is not None and run.result else []
if run is None or not run.result:
    draw_missing_results(
        run, "No mistakes to look at yet", "Its mistakes are shown here", lambda: example(view.experiment.data.entry)
    )
elif not sets:
    with st.container(border=True, key="card-empty"):
        st.header("No mistakes to look at yet")
        st.markdown("This run was evaluated on no set that may be seen: open the test set on **Evaluate**.")
else:
    begin(sets)
    shown, kind, indexes = choose(sets)
    if not len(indexes):
        st.markdown("There is no such image.")
    else:
        with st.container(key="sets-side-mistakes", horizontal=True, gap="large"):
            with st.container(key="mistakes-list"):
                index = draw_mistake_list(shown, kind, indexes)
            with st.container(key="closeup"):
                image_detail.card(shown, index, view)
