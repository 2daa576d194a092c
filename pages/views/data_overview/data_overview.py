"""Views of a whole data set: a hundred images of a class, the frequency of all pixel values, and a table of facts."""

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.application import application
from core.catalogue.datasets import DataSet
from core.datasets.previews import Preview
from core.experiment.model import Experiment
from core.number_text import percent, quantity
from core.problems import Problem
from core.views.data_overview import ClassSampleQuestion, Overview, OverviewQuestion, contact_sheet, positions_histogram
from pages.components.picture_grid.picture_grid import picture_grid, picture_item
from pages.shell import waiting
from pages.shell.colours import TRAINING
from pages.shell.messages import escape_markdown, show_problem
from pages.widgets.charts import draw, with_large_font

SHEET_SIZE = 480  # of a hundred images, in pixels
ALL, LARGEST, SMALLEST = "All training images", "Largest value of each pixel", "Smallest value of each pixel"
CACHED_CHARTS = 32  # charts: building a chart takes longer than the rest of the page
SEED = "hundred-seed"  # in session state
STARTING = "Keras is starting; this follows in a few seconds …"


def _overview(name: str) -> Overview | None:
    """Return the statistics of a data set. Until they are computed, draw a placeholder or a problem and return None."""
    question = OverviewQuestion(name)
    overview = application().ask(question)
    if overview is None:
        is_there = lambda: application().ask(question, wait=False) is not None  # noqa: E731
        waiting.wait_for(is_there, "Counting all pixels …", 240, starting=STARTING)
        return None
    if isinstance(overview, Problem):
        show_problem(overview, "overview")
        return None
    return overview


def draw_class_sample(experiment: Experiment, _preview: Preview) -> None:
    """Draw a hundred random images of a class on a contact sheet."""
    data = experiment.data.entry
    with st.container(key="hundred"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = _class_of(data, "hundred-class")
            st.button("Another hundred", key="hundred-again", icon=":material/casino:", on_click=_another)
        question = ClassSampleQuestion(data.name, label, st.session_state.get(SEED, 0))
        images = application().ask(question)
        if images is None:
            is_there = lambda: application().ask(question, wait=False) is not None  # noqa: E731
            waiting.wait_for(is_there, "Reading the images …", SHEET_SIZE, starting=STARTING)
        elif isinstance(images, Problem):
            show_problem(images, "hundred")
        else:
            _sheet(data, label, images)


def _sheet(data: DataSet, label: int, images: np.ndarray) -> None:
    name, count = data.classes[label], len(images)
    st.caption(
        f"{count} random training images of {escape_markdown(name)}. Do the labels fit? Does each show one thing, in the "
        "middle, the same way round?"
    )
    alt = f"{count} images of {name} in rows of ten."
    picture_grid([picture_item("sheet", contact_sheet(images), alt)], key="hundred-sheet", size=SHEET_SIZE, columns=1)


def _class_of(data: DataSet, key: str) -> int:
    labels = range(data.num_classes)
    return st.selectbox("Class", labels, format_func=data.classes.__getitem__, key=f"{key}-{data.name}", width=280)


def _another() -> None:
    st.session_state[SEED] = st.session_state.get(SEED, 0) + 1


def values(experiment: Experiment, _preview: Preview) -> None:
    """Draw a bar chart of pixel values: in all images, in a class, or of the largest or smallest value of each pixel."""
    data = experiment.data.entry
    with st.container(key="pixel-values"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            of = st.selectbox("Values of", (ALL, *data.classes, LARGEST, SMALLEST), key=f"values-of-{data.name}", width=320)
            without_0 = st.toggle(
                "Leave out 0", key="values-without-0", help="0 is so frequent that the rest is hard to see."
            )
        overview = _overview(data.name)
        if overview is None:
            return
        counts = chosen_values(overview, data, of)
        words = values_sentence(counts, of)
        shown = np.where(np.arange(len(counts)) == 0, 0, counts) if without_0 else counts
        unit = "pixels" if of in (LARGEST, SMALLEST) else "values"
        draw(
            values_figure(tuple(shown.tolist()), unit, skips=int(without_0)), key="values-chart", words=f"Histogram. {words}"
        )
        st.caption(words)


@lru_cache(maxsize=CACHED_CHARTS)
def values_figure(counts: tuple[int, ...], unit: str, *, skips: int = 0) -> go.Figure:
    """Return a bar chart of the frequency of each pixel value.

    Parameters
    ----------
    counts
        The count of each value, from 0 on.
    unit
        The counted objects, for the axis.
    skips
        The number of first values without a bar.
    """
    figure = go.Figure()
    figure.add_bar(
        x=list(range(skips, len(counts))),
        y=counts[skips:],
        marker={"color": TRAINING, "line": {"width": 0}},
        hovertemplate="value %{x}: %{y:,}<extra></extra>",
    )
    figure.update_layout(height=300, margin={"l": 0, "r": 0, "t": 10, "b": 0}, bargap=0.05)
    figure.update_xaxes(title="value of a pixel", range=[-0.5, len(counts) - 0.5])
    figure.update_yaxes(title=unit, tickformat=",")
    return with_large_font(figure)


def chosen_values(overview: Overview, data: DataSet, of: str) -> np.ndarray:
    """Return the count of each pixel value: in all images, in a class, or among the extreme values of each pixel."""
    if of in (LARGEST, SMALLEST):
        return positions_histogram(overview.largest if of == LARGEST else overview.smallest, data.pixel_maximum + 1)
    return overview.histogram if of == ALL else overview.histograms[data.classes.index(of)]


def values_sentence(counts: np.ndarray, of: str) -> str:
    """Return a sentence about the histogram of pixel values."""
    total, present = int(counts.sum()), np.flatnonzero(counts)
    if not total:
        return "There is no image."
    low, high, zeros = int(present[0]), int(present[-1]), percent(counts[0] / total)
    mean = float(np.average(np.arange(len(counts)), weights=counts))
    if of in (LARGEST, SMALLEST):
        which = "largest" if of == LARGEST else "smallest"
        if low == high:
            return f"The {which} value of each of the {total:,} pixels over all training images is {low}."
        return f"The {which} value of each of the {total:,} pixels over all training images lies between {low} and {high}."
    return f"{total:,} values between {low} and {high}, {mean:.1f} on average. {zeros} of them are 0: the background."


def table(experiment: Experiment, _preview: Preview) -> None:
    """Draw a table of questions to ask about a data set before training, and their answers."""
    overview = _overview(experiment.data.dataset)
    if overview is not None:
        with st.container(key="data-table"):
            st.caption("Look at data before you train: do they match their description?")
            lines = [f"| {question} | {answer} |" for question, answer in facts(overview, experiment.data.entry)]
            st.markdown("\n".join(["| Question | Answer |", "|---|---|", *lines]))


def facts(overview: Overview, data: DataSet) -> list[tuple[str, str]]:
    """Return the questions about a data set and their answers, as rows of the table."""
    lines = [(f"Shape of `{each.name}`", f"{_shape(each.shape)}, {each.dtype}") for each in overview.arrays]
    whole = overview.num_train + overview.num_test
    low, high = int(overview.smallest.min()), int(overview.largest.max())
    return [
        *lines,
        ("Held out for the test", f"{overview.num_test:,} of {whole:,} images, {percent(overview.num_test / whole)}"),
        ("Smallest and largest value", f"{low} and {high}"),
        ("Smallest value of each pixel", _range(overview.smallest)),
        ("Largest value of each pixel", _range(overview.largest)),
        ("Missing values", f"{overview.missing:,}" if overview.missing else "none"),
        ("Training images of each class", _counts(overview.train_counts)),
        ("Test images of each class", _counts(overview.test_counts)),
        ("Classes", f"{data.num_classes}: {escape_markdown(', '.join(data.classes))}"),
    ]


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(f'{size:,}' for size in shape)}{',' if len(shape) == 1 else ''})"


def _range(extremes: np.ndarray) -> str:
    low, high = int(extremes.min()), int(extremes.max())
    return f"{low} everywhere" if low == high else f"from {low} to {high}, over {quantity(extremes.size, 'position')}"


def _counts(counts: np.ndarray) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,} of each" if low == high else f"{low:,} to {high:,}"
