"""Evaluate: how good the trained network is on images that it never learned from."""

from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import runs
from core.ledger import Run
from core.phrases import sentence
from core.states import STATES
from pages import components, frame, session
from pages.colours import sequential

NUMBERS_UP_TO = 20  # classes; beyond that the cells are too small for numbers
MISTAKES_AT_ONCE = 24


def evaluation(run: Run, name: str) -> dict[str, np.ndarray] | None:
    """What was kept of a set's evaluation, or None where its file is not there."""
    path: Path = runs.current().folder(run.id) / f"{name}.npz"
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as content:
        return {key: content[key] for key in content.files}


def sealed(run: Run) -> None:
    """Why the test set is closed, and the button that opens it."""
    with st.container(border=True, key="sealed"):
        st.subheader("The test set is sealed")
        st.markdown(
            "Every look at the test set tempts to choose what does well on it, and then it is no honest mark any more. "
            "Decide on the validation set; open the test set once, at the end."
        )
        if run.visitor == session.visitor():
            st.button("Open the test set", icon=":material/lock_open:", key="open-test", on_click=open_test, args=(run.id,))
        else:
            st.caption("Only whoever trained this network can open it.")


def open_test(identity: str) -> None:
    runs.current().ledger.open_test_set(identity)
    st.session_state["set"] = "Test set"


def opened(run: Run) -> None:
    count = sum(one.test_openings for one in runs.current().ledger.runs_of(run.visitor))
    times = "once" if count == 1 else f"{count} times"
    st.caption(f"You have opened the test set {times}, over all runs. Each look makes it a little less honest.")


def numbers(run: Run, name: str) -> None:
    """Loss and accuracy, and the other metrics."""
    found = run.result[name] if run.result else {}
    with st.container(horizontal=True, key=f"numbers-{name}"):
        st.metric("Accuracy", f"{found['accuracy']:.4f}", help="The share of images that were classified rightly.")
        for metric, value in found.items():
            if metric != "accuracy":
                st.metric(metric.replace("_", " ").capitalize(), f"{value:.4g}")


def matrix(counts: np.ndarray, classes: tuple[str, ...], title: str) -> None:
    """The confusion matrix: actual classes in rows, predicted ones in columns."""
    with st.container(border=True, key=f"matrix-{title}"):
        st.subheader("Confusion matrix")
        share = "Percent of actual class"
        shown = st.segmented_control("Cells show", ("Counts", share), default="Counts", required=True, key=f"cells-{title}")
        support = counts.sum(axis=1, keepdims=True)
        percent = np.divide(100 * counts, support, out=np.zeros(counts.shape), where=support > 0)
        few = len(classes) <= NUMBERS_UP_TO
        text = np.vectorize("{:.0f}".format)(percent) if shown == share else counts.astype(str)
        figure = go.Figure(
            go.Heatmap(
                z=percent,
                x=classes,
                y=classes,
                text=text if few else None,
                texttemplate="%{text}" if few else None,
                customdata=counts,
                colorscale=sequential(),
                zmin=0,
                zmax=100,
                showscale=not few,
                xgap=1,
                ygap=1,
                hovertemplate="%{y} called %{x}: %{customdata} images, %{z:.1f} %<extra></extra>",
            )
        )
        figure.update_layout(height=560, margin={"l": 0, "r": 0, "t": 10, "b": 0}, font={"size": 14})
        figure.update_yaxes(autorange="reversed", title="actual class", showticklabels=few)
        figure.update_xaxes(title="predicted class", showticklabels=few)
        words = worst_pair(counts, classes)
        st.plotly_chart(
            figure, key=f"matrix-chart-{title}", config={"displayModeBar": False}, alt=f"Confusion matrix. {words}"
        )
        st.caption(f"Rows are what it is, columns what the network said; the diagonal is right. {words}")


def worst_pair(counts: np.ndarray, classes: tuple[str, ...]) -> str:
    """The most frequent mistake, in a sentence."""
    off = counts - np.diag(np.diag(counts))
    if not off.any():
        return "There is no mistake."
    actual, predicted = np.unravel_index(off.argmax(), off.shape)
    share = 100 * off[actual, predicted] / counts[actual].sum()
    return f"The most frequent mistake: {share:.0f} % of {classes[actual]} were called {classes[predicted]}."


def by_class(found: dict[str, np.ndarray], classes: tuple[str, ...]) -> None:
    """Precision, recall and F1 of each class."""
    with st.container(border=True, key="by-class"):
        st.subheader("Class by class")
        table = pd.DataFrame(
            {
                "class": classes,
                "precision": found["precision"],
                "recall": found["recall"],
                "F1": found["f1"],
                "images": found["support"],
            }
        )
        bars = {
            name: st.column_config.ProgressColumn(name, help=meaning, format="%.3f", min_value=0, max_value=1)
            for name, meaning in {
                "precision": "Of the images called this class, the share that is.",
                "recall": "Of the images of this class, the share that was found.",
                "F1": "The harmonic mean of both.",
            }.items()
        }
        st.dataframe(table, hide_index=True, column_config=bars, height="content", alt="Precision, recall and F1 by class.")


def mistakes(found: dict[str, np.ndarray], classes: tuple[str, ...], title: str) -> None:
    """Images that were got wrong, the most confident mistakes first, with the probabilities given."""
    total = int(found["num_mistakes"])
    with st.container(border=True, key=f"mistakes-{title}"):
        st.subheader(f"{total:,} mistake{'' if total == 1 else 's'}")
        if not total:
            st.markdown("Every image was classified rightly.")
            return
        st.caption("The most confident mistakes first: what it is, and what the network said.")
        items = []
        for place in range(min(MISTAKES_AT_ONCE, len(found["mistake_labels"]))):
            probabilities, label = found["mistake_probabilities"][place], int(found["mistake_labels"][place])
            said = int(probabilities.argmax())
            items.append(
                {
                    "id": str(int(found["mistake_indexes"][place])),
                    "src": components.picture_source(found["mistake_images"][place]),
                    "alt": f"A {classes[label]} that was called {classes[said]}",
                    "caption": f"{classes[label]}",
                    "detail": f"said {classes[said]} {probabilities[said]:.0%}, right one {probabilities[label]:.0%}",
                    "tone": "wrong",
                }
            )
        components.pictures(items, key=f"mistake-pictures-{title}", size=84)


def empty() -> None:
    with st.container(border=True, key="empty"):
        st.subheader("Nothing to evaluate yet")
        run = view.run
        if run is not None and not run.is_over:
            st.markdown(f"Run {run.number} is still {STATES[run.state].word}. Its marks are shown here once it ends.")
        elif run is not None and run.state in ("failed", "interrupted", "cancelled"):
            was = "" if run.state == "failed" else "was "
            st.markdown(f"Run {run.number} {was}{STATES[run.state].word} before it could be evaluated. Train again.")
        elif run is not None and frame.awaits_result(run):
            frame.wait_for_result(run)
        elif run is not None:
            st.markdown(
                f"Run {run.number} was stopped by force, so that nothing was evaluated. Resume it on the Train page."
            )
        else:
            st.markdown("Train a network first; press **Train** below.")


view = frame.view()
frame.heading("Evaluate", "A network is worth what it does on images that it never learned from.")
st.page_link("runs.py", label="All runs", icon=":material/list:")
with frame.beside_code(view):
    run = view.run
    if run is None or not run.result:
        empty()
    else:
        st.markdown(f"Run {run.number}: {sentence(run.experiment)}")
        classes = run.experiment.data.entry.classes
        shown = st.segmented_control(
            "Which set", ("Validation set", "Test set"), default="Validation set", required=True, key="set"
        )
        name = "test" if shown == "Test set" else "validation"
        found = evaluation(run, name)
        if name == "test" and not run.test_openings:
            sealed(run)
        elif name == "validation" and run.result["validation"] is None:
            st.info("This run kept no validation set aside (validation split 0), so only the test set can judge it.")
        elif found is None:
            st.warning(
                "The file of this evaluation is gone from the data folder. Train again to evaluate again.",
                title=f"The {shown.lower()}'s evaluation is missing",
            )
        else:
            if name == "test":
                opened(run)
            numbers(run, name)
            matrix(found["confusion_matrix"], classes, name)
            by_class(found, classes)
            mistakes(found, classes, name)
