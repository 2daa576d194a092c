"""Evaluate: how good the trained network is on images that it never learned from."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.analysis.evaluation_files import worst_mistakes
from core.application import application
from core.experiment.descriptions import sentence
from core.number_text import accuracy_text, quantity
from core.runs.run_record import Run
from pages.datasets import user_dataset_list
from pages.interpret import calibration, confusion_panel
from pages.interpret.evaluated_sets import TITLES, ShownSet, empty, gallery, look_closely, visible_sets
from pages.shell import page_layout, session
from pages.shell.messages import plain
from pages.shell.view import current_view, run_counts

MISTAKES_AT_ONCE = 12
BAR_WIDTH, COUNT_WIDTH = 105, 70  # of columns, in pixels: all are seen on a projector, with the code beside
NOT_KEPT = "This run kept no validation set aside (validation split 0), so only the test set can judge it."


def sealed(run: Run) -> None:
    """Draw why the test set is sealed, and the button that opens it after a question."""
    with st.container(border=True, key="sealed"):
        st.header("The test set is sealed")
        st.markdown(
            "Every look at the test set tempts to choose what does well on it, and then it is no honest mark any more. "
            "Decide on the validation set; open the test set once, at the end."
        )
        st.caption(looks_so_far(run))
        if run.visitor != session.visitor():
            st.caption("Only whoever trained this network can open it.")
            return
        with st.popover("Open the test set …", icon=":material/lock_open:", key="open-test-popover"):
            st.markdown(
                "**Open it now?** Whatever you change after you have seen these numbers is chosen with the test set's help, "
                "and the next mark on it is too good. The look is counted, also where you seal the test set again."
            )
            st.button("Yes, open it", icon=":material/lock_open:", key="open-test", on_click=open_test, args=(run.id,))
            st.caption("Or press Esc, and it stays sealed.")


def open_test(run_id: str) -> None:
    application().history.open_test_set(run_id)


def opened(run: Run) -> None:
    """Draw how often the test set was opened, and the button that seals it again."""
    st.caption(f"{looks_so_far(run)} Each look makes it a little less honest.")
    if run.visitor == session.visitor():
        st.button(
            "Seal it again",
            icon=":material/lock:",
            key="seal-test",
            help="Its numbers and images are shown no more, here and to others; that it was opened stays counted.",
            on_click=seal_test,
            args=(run.id,),
        )


def seal_test(run_id: str) -> None:
    application().history.seal_test_set(run_id)


def looks_so_far(run: Run) -> str:
    """How often the owner of a run has opened the test set of its data, over all runs."""
    data = run.experiment.data.entry
    times, several = application().history.openings(run.visitor, data.name)
    who = "You have" if run.visitor == session.visitor() else "Whoever trained this network has"
    if not times:
        return plain(f"{who} not opened the test set of {data.title} yet.")
    often = "once" if times == 1 else f"{times:,} times"
    return plain(f"{who} opened the test set of {data.title} {often}, for {quantity(several, 'run')}.")


def marks(run: Run, sets: Sequence[ShownSet]) -> None:
    """Draw the numbers of both sets side by side, or why a set has none."""
    there = {shown.name: shown for shown in sets}
    with st.container(key="sets-side-marks", horizontal=True, gap="medium"):
        for name, title in TITLES.items():
            with st.container(key=f"marks-{name}"):
                if name == "test" and not run.test_is_open:
                    sealed(run)
                elif name in there:
                    with st.container(border=True):
                        st.header(title)
                        numbers(there[name])
                        if name == "test":
                            opened(run)
                elif name == "validation" and run.result and run.result["validation"] is None:
                    st.info(NOT_KEPT)
                else:
                    st.warning(
                        "The file of this evaluation is gone from the data folder. Train again to evaluate again.",
                        title=f"The {title.lower()}'s evaluation is missing",
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
                st.metric(metric.replace("_", " ").capitalize(), f"{value:,.4g}")


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
    with st.container(border=True, key="by-class"):
        st.header("Class by class")
        st.caption("Press a title to sort. Images: how many of each class there are, its support.")
        with st.container(key="sets-side-classes", horizontal=True, gap="large"):
            for shown in sets:
                content = shown.evaluated.content
                measured = {"precision": content["precision"], "recall": content["recall"], "F1": content["f1"]}
                table = pd.DataFrame({"class": shown.classes, **measured, "images": content["support"]})
                with st.container(key=f"classes-{shown.name}"):
                    st.markdown(f"**{shown.title}**")
                    alt = f"Precision, recall and F1 by class, {shown.title.lower()}."
                    st.dataframe(table, hide_index=True, column_config=columns, height="content", alt=alt)


def mistakes(shown: ShownSet) -> None:
    """The images that were got most wrong, and the way to all of them."""
    total = shown.evaluated.num_mistakes
    with st.container(border=True, key=f"mistakes-{shown.name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f"{shown.title}: {quantity(total, 'mistake')}", width="stretch")
            if total and st.button("Look at them closely", key=f"closely-{shown.name}", icon=":material/search:"):
                look_closely(shown)
        if not total:
            st.markdown("Every image was classified rightly.")
            return
        st.caption("The worst first: what it is, and what the network said. Press one to look at it closely.")
        few = worst_mistakes(shown.evaluated)[:MISTAKES_AT_ONCE].tolist()
        if (index := gallery(shown, few, key=f"mistake-pictures-{shown.name}")) is not None:
            look_closely(shown, index=index)


view = current_view()
page_layout.heading("Evaluate", "A network is worth what it does on images that it never learned from.")
with st.container(horizontal=True, gap="medium"):
    st.page_link("runs.py", label="All runs", icon=":material/list:")
    st.page_link("mistakes.py", label="Mistakes", icon=":material/search:")
    st.page_link("inside.py", label="Inside your net", icon=":material/account_tree:")
    st.page_link("why.py", label="Why this answer?", icon=":material/help_center:")
    st.page_link("take_away.py", label="Take it away", icon=":material/download:")
    st.page_link("try_it.py", label="Try it", icon=":material/draw:")
with page_layout.beside_code(view, run=view.run):
    run = view.run
    if run is None or not run.result:
        empty(run, "Nothing to evaluate yet", "Its marks are shown here")
    else:
        st.markdown(f"{session.name_of(run).capitalize()}: {sentence(run.experiment, run_counts(run))}")
        sets = visible_sets(run)
        marks(run, sets)
        user_dataset_list.leak_warning(run.experiment.data.entry)
        if sets:
            confusion_panel.card(sets)
            by_class(sets)
            calibration.card(sets)
            for shown in sets:
                mistakes(shown)
