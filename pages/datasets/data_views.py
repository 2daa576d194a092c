"""Load's views of a whole data set: a hundred images of a class, all pixel values, labels as columns, and a table."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import streamlit as st

from core.application import application
from core.catalogue.datasets import DataSet
from core.datasets.overview import Overview, contact_sheet, positions_histogram
from core.datasets.previews import Preview
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.number_text import percent, quantity
from core.png import to_data_uri
from core.problems import Problem
from pages.components.picture_grid.picture_grid import picture_grid
from pages.datasets.set_charts import values_figure
from pages.shell import waiting
from pages.shell.messages import plain, show_problem
from pages.widgets.charts import draw
from pages.widgets.picture_items import picture_item

SHEET_SIZE = 480  # of a hundred images, in pixels
LABELS_AT_ONCE = 10  # rows of the table of labels: one image of each of the first classes
ROW_HEIGHT = 44  # of a table with small pictures, in pixels
ALL, LARGEST, SMALLEST = "All training images", "Largest value of each pixel", "Smallest value of each pixel"
SEED = "hundred-seed"  # in session state
STARTING = "Keras is starting; this follows in a few seconds …"


def _overview(name: str) -> Overview | None:
    """What was measured of a data set; None after a skeleton or a problem was drawn in its place."""
    ask = application().runs.data_questions.overview
    found = ask(name)
    if found is None:
        waiting.wait_for(lambda: ask(name, wait=False) is not None, "Counting all pixels …", 240, starting=STARTING)
        return None
    if isinstance(found, Problem):
        show_problem(found, "overview")
        return None
    return found


def hundred(experiment: Experiment, _preview: Preview) -> None:
    """Draw a hundred random images of one class at once."""
    data = experiment.data.entry
    with st.container(key="hundred"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = _class_of(data, "hundred-class")
            st.button("Another hundred", key="hundred-again", icon=":material/casino:", on_click=_another)
        seed = st.session_state.get(SEED, 0)
        ask = application().runs.data_questions.hundred
        images = ask(data.name, label, seed)
        if images is None:
            is_there: Callable[[], bool] = lambda: ask(data.name, label, seed, wait=False) is not None  # noqa: E731
            waiting.wait_for(is_there, "Reading the images …", SHEET_SIZE, starting=STARTING)
        elif isinstance(images, Problem):
            show_problem(images, "hundred")
        else:
            _sheet(data, label, images)


def _sheet(data: DataSet, label: int, images: np.ndarray) -> None:
    name, count = data.classes[label], len(images)
    st.caption(
        f"{count} random training images of {plain(name)}. Do the labels fit? Does each show one thing, in the middle, the "
        "same way round?"
    )
    alt = f"{count} images of {name} in rows of ten."
    picture_grid([picture_item("sheet", contact_sheet(images), alt)], key="hundred-sheet", size=SHEET_SIZE, columns=1)


def _class_of(data: DataSet, key: str) -> int:
    labels = range(data.num_classes)
    return st.selectbox("Class", labels, format_func=data.classes.__getitem__, key=f"{key}-{data.name}", width=280)


def _another() -> None:
    st.session_state[SEED] = st.session_state.get(SEED, 0) + 1


def values(experiment: Experiment, _preview: Preview) -> None:
    """Draw how often each value of a pixel occurs: in all images, in a class, or among the extremes of each position."""
    data = experiment.data.entry
    with st.container(key="pixel-values"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            of = st.selectbox("Values of", (ALL, *data.classes, LARGEST, SMALLEST), key=f"values-of-{data.name}", width=320)
            without_0 = st.toggle(
                "Leave out 0", key="values-without-0", help="0 is so frequent that the rest is hard to see."
            )
        found = _overview(data.name)
        if found is None:
            return
        counts = chosen_values(found, data, of)
        words = values_sentence(counts, of)
        shown = np.where(np.arange(len(counts)) == 0, 0, counts) if without_0 else counts
        what = "pixels" if of in (LARGEST, SMALLEST) else "values"
        draw(
            values_figure(tuple(shown.tolist()), what, skips=int(without_0)), key="values-chart", words=f"Histogram. {words}"
        )
        st.caption(words)


def chosen_values(found: Overview, data: DataSet, of: str) -> np.ndarray:
    """How often each value occurs, (values,): of all images, of a class, or of the extremes of each position."""
    if of in (LARGEST, SMALLEST):
        return positions_histogram(found.largest if of == LARGEST else found.smallest, data.pixel_maximum + 1)
    return found.histogram if of == ALL else found.histograms[data.classes.index(of)]


def values_sentence(counts: np.ndarray, of: str) -> str:
    """What a histogram shows, in words."""
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


def labels(experiment: Experiment, preview: Preview) -> None:
    """Draw labels as what a loss reads: a whole number, or a column for each class with one 1."""
    data = experiment.data.entry
    with st.container(key="one-hot"):
        st.caption(
            f"A label is a whole number. One-hot, it is {data.num_classes} columns: 1 in the column of its class, 0 in all "
            f"others. That is why the network ends in {data.num_classes} numbers, one for each column."
        )
        shown = range(min(LABELS_AT_ONCE, data.num_classes))
        columns = {str(label): np.eye(data.num_classes, dtype=int)[: len(shown), label] for label in range(data.num_classes)}
        table = pd.DataFrame(
            {
                "image": [to_data_uri(preview.images[label, 0]) for label in shown],
                "class": [data.classes[label] for label in shown],
                "label": list(shown),
                **columns,
            }
        )
        config = {
            "image": st.column_config.ImageColumn("image", width=60),
            "class": st.column_config.TextColumn("class", width=110),
            "label": st.column_config.NumberColumn("label", width=60),
            **{name: st.column_config.NumberColumn(name, width=44) for name in columns},
        }
        alt = f"One image of each class, its label, and the label as {data.num_classes} columns."
        st.dataframe(table, hide_index=True, column_config=config, row_height=ROW_HEIGHT, height="content", alt=alt)
        st.code(f"y_train = keras.utils.to_categorical(y_train, {data.num_classes})", language="python")
        st.caption(f"{column_means(preview)} {loss_reads(experiment)}")


def column_means(preview: Preview) -> str:
    """How often each column is 1, in a sentence."""
    shares = preview.train_counts / preview.train_counts.sum()
    low, high = float(shares.min()), float(shares.max())
    if f"{low:.3f}" == f"{high:.3f}":
        return f"Each column is 1 in {low:.3g} of all training images, which is its mean: the classes are even."
    return f"The mean of a column is the share of its class: from {low:.3f} to {high:.3f} of all training images."


def loss_reads(experiment: Experiment) -> str:
    """Which form the loss of an experiment reads, in a sentence."""
    loss = experiment.compile.loss.name
    form = "the whole number, which says the same" if labels_are_integers(experiment) else "the columns"
    return f"Your loss, {loss}, reads {form}: the dashboard encodes the labels as the loss takes them."


def table(experiment: Experiment, _preview: Preview) -> None:
    """Draw what is asked of data before anything is trained."""
    found = _overview(experiment.data.dataset)
    if found is not None:
        with st.container(key="data-table"):
            st.caption("Look at data before you train: are they what they are said to be?")
            lines = [f"| {question} | {answer} |" for question, answer in facts(found, experiment.data.entry)]
            st.markdown("\n".join(["| Asked | Found |", "|---|---|", *lines]))


def facts(found: Overview, data: DataSet) -> list[tuple[str, str]]:
    """What is asked of a data set, and what was found."""
    lines = [(f"Shape of `{each.name}`", f"{_shape(each.shape)}, {each.dtype}") for each in found.arrays]
    whole = found.num_train + found.num_test
    low, high = int(found.smallest.min()), int(found.largest.max())
    return [
        *lines,
        ("Held out for the test", f"{found.num_test:,} of {whole:,} images, {percent(found.num_test / whole)}"),
        ("Smallest and largest value", f"{low} and {high}"),
        ("Smallest value of each pixel", _range(found.smallest)),
        ("Largest value of each pixel", _range(found.largest)),
        ("Missing values", f"{found.missing:,}" if found.missing else "none"),
        ("Training images of each class", _counts(found.train_counts)),
        ("Test images of each class", _counts(found.test_counts)),
        ("Classes", f"{data.num_classes}: {plain(', '.join(data.classes))}"),
    ]


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(f'{size:,}' for size in shape)}{',' if len(shape) == 1 else ''})"


def _range(extremes: np.ndarray) -> str:
    low, high = int(extremes.min()), int(extremes.max())
    return f"{low} everywhere" if low == high else f"from {low} to {high}, over {quantity(extremes.size, 'position')}"


def _counts(counts: np.ndarray) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,} of each" if low == high else f"{low:,} to {high:,}"


# What a tab holds: its name, which the address keeps, and what draws it.
VIEWS: Mapping[str, Callable[[Experiment, Preview], None]] = {
    "A hundred of a class": hundred,
    "Pixel values": values,
    "Labels": labels,
    "In a table": table,
}
