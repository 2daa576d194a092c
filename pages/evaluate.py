"""The page Evaluate: the metrics of the trained network on images that were not used in its training."""

from collections.abc import Callable, Mapping, Sequence
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
from pages.frame import page_layout
from pages.interpret import calibration, confusion_panel, set_gap, threshold_card
from pages.interpret.evaluated_sets import (
    TITLES,
    VisibleSet,
    draw_missing_results,
    gallery,
    open_mistakes_page,
    visible_sets,
)
from pages.run_panels import result_card
from pages.run_panels.run_colours import run_coloured_container
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.page_data import current_view, run_counts
from pages.teaching import guess_first
from pages.widgets.address_tabs import address_tabs

MISTAKES_AT_ONCE, MISTAKES_OF_TWO = 12, 6  # of a single set, and of each of two sets
ROW_HEIGHT = 30  # of the table, in pixels
ROWS_AT_ONCE = 20  # classes: a longer table scrolls
TABLE_HEIGHT = 640  # of a table that scrolls, in pixels
BAR_WIDTH, COUNT_WIDTH = 105, 70  # of columns, in pixels, so that a projector shows all columns beside the code
NOT_KEPT = "This run kept no validation set aside (validation split 0), so only the test set can judge it."
AVERAGED = (
    "The weights are running averages (use_ema), with which Keras replaced those of the last step. "
    "So the numbers here can differ from the ends of the curves on Train."
)
# Values that the address keeps: ?evaluate-set=Both&evaluate-view=Confidence
SHOWN, VIEW = "evaluate-set", "evaluate-view"
OPENED = "just-opened"  # in session state: SHOWN was set, by a callback or by a scene
BOTH = "Both"
SEALED = (
    "Every look at the test set tempts to choose what does well on it, and then it is no honest mark any more. "
    "Decide on the validation set; open the test set once, at the end."
)
SETS = {"Validation": ("validation",), "Test": ("test",), BOTH: ("validation", "test")}


def choose_sets(run: Run) -> tuple[str, ...]:
    """Draw the choice of validation set, test set or both, and return the chosen sets.

    A lock marks the test set while it is sealed. The address keeps the choice, and a scene of a deck may make the choice.
    """
    if st.session_state.get(session.ASKED_TAB) in SETS:
        st.session_state[SHOWN] = st.session_state.pop(session.ASKED_TAB)
        st.session_state[OPENED] = True
    chosen = st.segmented_control(
        "Shown set",
        tuple(SETS),
        default=None if st.session_state.pop(OPENED, False) else "Validation",  # Streamlit warns of two values
        required=True,
        format_func=lambda name: f":material/lock: {name}" if name == "Test" and not run.test_is_open else name,
        key=SHOWN,
        bind="query-params",
        label_visibility="collapsed",
    )
    return SETS[chosen or "Validation"]


def test_set_line(run: Run) -> None:
    """Draw whether the test set is sealed (its results hidden), the number of openings, and the button to open or seal."""
    own = run.visitor == session.visitor()
    with st.container(
        key="opened" if run.test_is_open else "sealed", horizontal=True, vertical_alignment="center", gap="small"
    ):
        is_said = not run.test_is_open and "test" in SETS[st.session_state.get(SHOWN) or "Validation"]  # by a card
        state = "lock_open:" if run.test_is_open else "lock:" if is_said else "lock: The test set is sealed."
        less = " Each look makes it a little less honest." if run.test_is_open else ""
        st.markdown(f":material/{state} {test_set_openings(run)}{less}", width="content")
        if not own:
            if not run.test_is_open:
                st.caption("Only whoever trained this network can open it.", width="content")
        elif run.test_is_open:
            _seal_button(run)
        else:
            _open_popover(run)


def _open_popover(run: Run) -> None:
    """Draw the popover that asks for a confirmation before the test set is opened."""
    with st.popover("Open the test set …", icon=":material/lock_open:", key="open-test-popover"):
        st.markdown(
            "**Open it now?** Whatever you change after you have seen these numbers is chosen with the test set's help, "
            "and the next mark on it is too good. The look is counted, also where you seal the test set again."
        )
        st.button("Yes, open it", icon=":material/lock_open:", key="open-test", on_click=show_test_set, args=(run,))
        st.caption("Or press Esc, and it stays sealed.")


def _seal_button(run: Run) -> None:
    st.button(
        "Seal it again",
        icon=":material/lock:",
        key="seal-test",
        help="Its numbers and images are shown no more, here and to others; that it was opened stays counted.",
        on_click=lambda: application().history.seal_test_set(run.id),
    )


def show_test_set(run: Run) -> None:
    """Open the test set, and show its results beside those of the validation set, if the run has a validation set."""
    application().history.open_test_set(run.id)
    st.session_state[SHOWN] = BOTH if run.result and run.result["validation"] else "Test"
    st.session_state[OPENED] = True


def test_set_openings(run: Run) -> str:
    """Return a sentence about how often the owner of a run has opened the test set of its data, counted over all runs."""
    data = run.experiment.data.entry
    times, several = application().history.openings(run.visitor, data.name)
    is_own = run.visitor == session.visitor()
    who = "You have" if is_own else "Whoever trained this network has"
    if not times:
        return f"{who} not opened it yet.{' Open it once, at the end.' if is_own else ''}"
    often = "once" if times == 1 else f"{times:,} times"
    return escape_markdown(f"{who} opened the test set of {data.title} {often}, for {quantity(several, 'run')}.")


def marks(run: Run, chosen: Sequence[str], sets: Sequence[VisibleSet]) -> None:
    """Draw the metrics of the chosen sets side by side. If a set has none, say why."""
    there = {shown.name: shown for shown in sets}
    with st.container(key="sets-side-marks", horizontal=True, gap="medium"):
        for name in chosen:
            with st.container(key=f"marks-{name}"):
                if name in there:
                    with st.container(key=f"set-numbers-{name}"):
                        st.header(TITLES[name])
                        numbers(there[name])
                elif name == "test" and not run.test_is_open:
                    with st.container(key="card-test-set-sealed"):
                        st.header("The test set is sealed")
                        st.markdown(SEALED)
                elif name == "validation" and run.result and run.result["validation"] is None:
                    st.info(NOT_KEPT)
                else:
                    st.warning(
                        "The file of this evaluation is gone from the data folder. Train again to evaluate again.",
                        title=f"The {TITLES[name].lower()}'s evaluation is missing",
                    )


def numbers(shown: VisibleSet) -> None:
    """Draw the metrics of a set: accuracy, top-k accuracy, loss and the others."""
    scores = shown.run.result[shown.name] if shown.run.result else {}
    count = int(shown.evaluated.matrix.sum())
    with st.container(horizontal=True, key=f"numbers-{shown.name}"):
        st.metric(
            "Accuracy", accuracy_text(scores["accuracy"]), help=f"The share of its {count:,} images classified correctly."
        )
        for k, share in shown.evaluated.top_k.items():
            st.metric(f"Top-{k}", accuracy_text(share), help=f"The share whose class is among the {k} likeliest answers.")
        for metric, value in scores.items():
            if metric != "accuracy":
                st.metric(metric.replace("_", " ").capitalize(), metric_text(metric, value))


def by_class(sets: Sequence[VisibleSet]) -> None:
    """Draw precision, recall and F1 of each class in a table."""
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


def mistakes(sets: Sequence[VisibleSet]) -> None:
    """Draw the worst mistakes of each set, and a button that opens the page Mistakes."""
    with st.container(key="sets-side-mistakes", horizontal=True, gap="large"):
        for shown in sets:
            _mistakes(shown, MISTAKES_AT_ONCE if len(sets) == 1 else MISTAKES_OF_TWO)


def _mistakes(shown: VisibleSet, most: int) -> None:
    total = shown.evaluated.num_mistakes
    with st.container(key=f"mistakes-{shown.name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f"{shown.title}: {quantity(total, 'mistake')}", width="stretch")
            if total and st.button("Look at them closely", key=f"closely-{shown.name}", icon=":material/search:"):
                open_mistakes_page(shown)
        if not total:
            st.markdown("Every image was classified correctly.")
            return
        st.caption("The worst first: what it is, and what the network said. Press one to look at it closely.")
        few = worst_mistakes(shown.evaluated)[:most].tolist()
        if (index := gallery(shown, few, key=f"mistake-pictures-{shown.name}")) is not None:
            open_mistakes_page(shown, index=index)


def example() -> None:
    """Draw a small confusion matrix, as an example of the results after a run."""
    drawing(confusion_drawing(), key="evaluate-example")
    st.caption(
        "For example, of thirty images: a row for what each is, a column for what the network said. "
        "Here you see which classes yours confuses, how sure it is, and its worst mistakes."
    )


# The name of each tab, which the address keeps, and the function that draws the tab.
VIEWS: Mapping[str, Callable[[Sequence[VisibleSet]], None]] = {
    "Confusion matrix": confusion_panel.card,
    "Class by class": by_class,
    "Confidence": calibration.card,
    "Threshold": threshold_card.card,
    "Worst mistakes": mistakes,
}


def views(sets: Sequence[VisibleSet]) -> None:
    """Draw the tabs of results, from the confusion matrix to the worst mistakes. Only the open tab is drawn."""
    tabs = address_tabs(list(VIEWS), VIEW)
    for tab, draw in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                draw(sets)


view = current_view()
page_layout.heading("Evaluate", "A network is worth what it does on images that it never learned from.")
with page_layout.draw_with_code_drawer(view, run=view.run):
    run = view.run
    if run is None or not run.result:
        draw_missing_results(run, "Nothing to evaluate yet", "Its marks are shown here", example)
    else:
        with st.container(key="evaluate-result"):
            result_card.draw(run, "mistakes.py", "See its mistakes", is_primary=True, has_scores=False)
        set_gap.prefetch_training_scores(run)
        guess_first.guess_beside_result(run, view)
        with st.container(border=True, key="card-sets"):
            with st.container(key="evaluate-top", horizontal=True, vertical_alignment="center", gap="medium"):
                with run_coloured_container(run):
                    st.markdown(f"{session.run_name_text(run).capitalize()}: {sentence(run.experiment, run_counts(run))}")
                chosen = choose_sets(run)
            sets = [shown for shown in visible_sets(run) if shown.name in chosen]
            marks(run, chosen, sets)
            if run.experiment.compile.optimizer.argument("use_ema"):
                st.caption(AVERAGED)
            set_gap.gap_line(run)
        is_about_test = "test" in chosen
        if is_about_test:
            test_set_line(run)
        user_dataset_list.leak_warning(run.experiment.data.entry)
        if sets:
            views(sets)
        if not is_about_test:  # the matrix comes first
            test_set_line(run)
