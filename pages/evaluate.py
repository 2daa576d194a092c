"""Evaluate: how good the trained network is on images that it never learned from."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
import streamlit as st

from core.analysis.evaluation_files import worst_mistakes
from core.application import application
from core.experiment.descriptions import sentence
from core.glossary.evaluation_terms import confusion_drawing
from core.number_text import accuracy_text, metric_text, quantity
from core.runs.run_record import Run
from pages.components.drawing.drawing import drawing
from pages.datasets import user_dataset_list
from pages.interpret import calibration, confusion_panel, set_gap, threshold_card
from pages.interpret.evaluated_sets import TITLES, ShownSet, empty, gallery, look_closely, visible_sets
from pages.shell import page_layout, session
from pages.shell.messages import plain
from pages.shell.view import current_view, run_counts
from pages.teaching import guess_first
from pages.widgets.address_tabs import address_tabs

STYLE = Path(__file__).parent / "evaluate.css"
MISTAKES_AT_ONCE, MISTAKES_OF_TWO = 12, 6  # of one set, and of each of two sets
ROW_HEIGHT = 30  # of the table, in pixels
ROWS_AT_ONCE = 20  # classes; the table of more of them scrolls
TABLE_HEIGHT = 640  # of a table that scrolls, in pixels
BAR_WIDTH, COUNT_WIDTH = 105, 70  # of columns, in pixels: all are seen on a projector, with the code beside
NOT_KEPT = "This run kept no validation set aside (validation split 0), so only the test set can judge it."
# What the address keeps: ?evaluate-set=Both&evaluate-view=Confidence
SHOWN, VIEW = "evaluate-set", "evaluate-view"
OPENED = "just-opened"  # in session state: a callback has set SHOWN
BOTH = "Both"
SEALED = (
    "Every look at the test set tempts to choose what does well on it, and then it is no honest mark any more. "
    "Decide on the validation set; open the test set once, at the end."
)
SETS = {"Validation": ("validation",), "Test": ("test",), BOTH: ("validation", "test")}


def choose_sets() -> tuple[str, ...]:
    """Ask which of the two sets the page shows; the address keeps the choice."""
    chosen = st.segmented_control(
        "Shown set",
        tuple(SETS),
        default=None if st.session_state.pop(OPENED, False) else "Validation",  # Streamlit warns of two values
        required=True,
        key=SHOWN,
        bind="query-params",
        label_visibility="collapsed",
    )
    return SETS[chosen or "Validation"]


def test_set_line(run: Run) -> None:
    """Draw whether the test set is sealed, how often it was opened, and the button that opens or seals it."""
    own = run.visitor == session.visitor()
    with st.container(
        key="opened" if run.test_is_open else "sealed", horizontal=True, vertical_alignment="center", gap="small"
    ):
        state = "lock_open:" if run.test_is_open else "lock: The test set is sealed."
        less = " Each look makes it a little less honest." if run.test_is_open else ""
        st.markdown(f":material/{state} {looks_so_far(run)}{less}", width="content")
        if not own:
            if not run.test_is_open:
                st.caption("Only whoever trained this network can open it.", width="content")
        elif run.test_is_open:
            _seal_button(run)
        else:
            _open_popover(run)


def _open_popover(run: Run) -> None:
    """Ask before the test set is opened: what it means, and that it is counted."""
    with st.popover("Open the test set …", icon=":material/lock_open:", key="open-test-popover"):
        st.markdown(
            "**Open it now?** Whatever you change after you have seen these numbers is chosen with the test set's help, "
            "and the next mark on it is too good. The look is counted, also where you seal the test set again."
        )
        st.button("Yes, open it", icon=":material/lock_open:", key="open-test", on_click=open_test, args=(run,))
        st.caption("Or press Esc, and it stays sealed.")


def _seal_button(run: Run) -> None:
    st.button(
        "Seal it again",
        icon=":material/lock:",
        key="seal-test",
        help="Its numbers and images are shown no more, here and to others; that it was opened stays counted.",
        on_click=lambda: application().history.seal_test_set(run.id),
    )


def open_test(run: Run) -> None:
    """Open the test set, and show it, beside the validation set where there is one."""
    application().history.open_test_set(run.id)
    st.session_state[SHOWN] = BOTH if run.result and run.result["validation"] else "Test"
    st.session_state[OPENED] = True


def looks_so_far(run: Run) -> str:
    """How often the owner of a run has opened the test set of its data, over all runs."""
    data = run.experiment.data.entry
    times, several = application().history.openings(run.visitor, data.name)
    who = "You have" if run.visitor == session.visitor() else "Whoever trained this network has"
    if not times:
        return plain(f"{who} not opened the test set of {data.title} yet.")
    often = "once" if times == 1 else f"{times:,} times"
    return plain(f"{who} opened the test set of {data.title} {often}, for {quantity(several, 'run')}.")


def marks(run: Run, chosen: Sequence[str], sets: Sequence[ShownSet]) -> None:
    """Draw the numbers of the chosen sets side by side, or why a set has none."""
    there = {shown.name: shown for shown in sets}
    with st.container(key="sets-side-marks", horizontal=True, gap="medium"):
        for name in chosen:
            with st.container(key=f"marks-{name}"):
                if name in there:
                    with st.container(border=True):
                        st.header(TITLES[name])
                        numbers(there[name])
                elif name == "test" and not run.test_is_open:
                    with st.container(border=True):
                        st.header("The test set is sealed")
                        st.markdown(SEALED)
                elif name == "validation" and run.result and run.result["validation"] is None:
                    st.info(NOT_KEPT)
                else:
                    st.warning(
                        "The file of this evaluation is gone from the data folder. Train again to evaluate again.",
                        title=f"The {TITLES[name].lower()}'s evaluation is missing",
                    )


def numbers(shown: ShownSet) -> None:
    """Loss and accuracy, top-k accuracy, and the other metrics."""
    found = shown.run.result[shown.name] if shown.run.result else {}
    count = int(shown.evaluated.matrix.sum())
    with st.container(horizontal=True, key=f"numbers-{shown.name}"):
        st.metric(
            "Accuracy", accuracy_text(found["accuracy"]), help=f"The share of its {count:,} images classified rightly."
        )
        for k, share in shown.evaluated.top_k.items():
            st.metric(f"Top-{k}", accuracy_text(share), help=f"The share whose class is among the {k} likeliest answers.")
        for metric, value in found.items():
            if metric != "accuracy":
                st.metric(metric.replace("_", " ").capitalize(), metric_text(metric, value))


def by_class(sets: Sequence[ShownSet]) -> None:
    """Precision, recall and F1 of each class."""
    meanings = {
        "precision": "Of the images called this class, the share that is.",
        "recall": "Of the images of this class, the share that was found.",
        "F1": "The harmonic mean of both.",
    }
    bars = {
        name: st.column_config.ProgressColumn(name, help=meaning, format="%.3f", min_value=0, max_value=1, width=BAR_WIDTH)
        for name, meaning in meanings.items()
    }
    columns = {**bars, "images": st.column_config.NumberColumn("images", width=COUNT_WIDTH, format="localized")}
    with st.container(key="by-class"):
        st.caption("Press a title to sort. Images: how many of each class there are, its support.")
        with st.container(key="sets-side-classes", horizontal=True, gap="large"):
            for shown in sets:
                content = shown.evaluated.content
                measured = {"precision": content["precision"], "recall": content["recall"], "F1": content["f1"]}
                table = pd.DataFrame({"class": shown.classes, **measured, "images": content["support"]})
                with st.container(key=f"classes-{shown.name}"):
                    st.markdown(f"**{shown.title}**")
                    alt = f"Precision, recall and F1 by class, {shown.title.lower()}."
                    height: int | Literal["content"] = "content" if len(table) <= ROWS_AT_ONCE else TABLE_HEIGHT
                    st.dataframe(
                        table, hide_index=True, column_config=columns, height=height, row_height=ROW_HEIGHT, alt=alt
                    )


def mistakes(sets: Sequence[ShownSet]) -> None:
    """The images of each set that were got most wrong, and the way to all of them."""
    with st.container(key="sets-side-mistakes", horizontal=True, gap="large"):
        for shown in sets:
            _mistakes(shown, MISTAKES_AT_ONCE if len(sets) == 1 else MISTAKES_OF_TWO)


def _mistakes(shown: ShownSet, most: int) -> None:
    total = shown.evaluated.num_mistakes
    with st.container(key=f"mistakes-{shown.name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f"{shown.title}: {quantity(total, 'mistake')}", width="stretch")
            if total and st.button("Look at them closely", key=f"closely-{shown.name}", icon=":material/search:"):
                look_closely(shown)
        if not total:
            st.markdown("Every image was classified rightly.")
            return
        st.caption("The worst first: what it is, and what the network said. Press one to look at it closely.")
        few = worst_mistakes(shown.evaluated)[:most].tolist()
        if (index := gallery(shown, few, key=f"mistake-pictures-{shown.name}")) is not None:
            look_closely(shown, index=index)


def example() -> None:
    """Draw a small confusion matrix, for what is shown here after a run."""
    drawing(confusion_drawing(), key="evaluate-example")
    st.caption(
        "For example, of thirty images: a row for what each is, a column for what the network said. "
        "Here you see which classes yours confuses, how sure it is, and its worst mistakes."
    )


# What a tab holds: its name, which the address keeps, and what draws it.
VIEWS: Mapping[str, Callable[[Sequence[ShownSet]], None]] = {
    "Confusion matrix": confusion_panel.card,
    "Class by class": by_class,
    "Confidence": calibration.card,
    "Threshold": threshold_card.card,
    "Worst mistakes": mistakes,
}


def views(sets: Sequence[ShownSet]) -> None:
    """Draw what is known of the sets in tabs, of which only the open one is drawn; the address keeps which."""
    tabs = address_tabs(list(VIEWS), VIEW)
    for tab, draw in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                draw(sets)


view = current_view()
page_layout.heading("Evaluate", "A network is worth what it does on images that it never learned from.")
st.html(STYLE)
with page_layout.beside_code(view, run=view.run):
    run = view.run
    if run is None or not run.result:
        empty(run, "Nothing to evaluate yet", "Its marks are shown here", example)
    else:
        with st.container(key="evaluate-top", horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(f"{session.name_of(run).capitalize()}: {sentence(run.experiment, run_counts(run))}", width="stretch")
            chosen = choose_sets()
        set_gap.ask_ahead(run)
        guess_first.guess_beside_result(run, view)
        sets = [shown for shown in visible_sets(run) if shown.name in chosen]
        marks(run, chosen, sets)
        set_gap.gap_line(run)
        is_about_test = "test" in chosen
        if is_about_test:
            test_set_line(run)
        user_dataset_list.leak_warning(run.experiment.data.entry)
        if sets:
            views(sets)
        if not is_about_test:  # the matrix comes first
            test_set_line(run)
