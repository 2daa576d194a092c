"""The tabs of the page Load: views of a whole data set, and its labels in both forms that a loss can read."""

from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st

from core.datasets.previews import Preview
from core.experiment.model import Experiment
from core.export.script import labels_are_integers
from core.png import to_data_uri
from pages.views.data_overview import data_overview

LABELS_AT_ONCE = 10  # rows of the table of labels: an image of each of the first classes
ROW_HEIGHT = 44  # of a table with small pictures, in pixels


def labels(experiment: Experiment, preview: Preview) -> None:
    """Draw a table of labels, each as a whole number and one-hot, with a column for each class and a single 1."""
    import pandas as pd  # imported late: the import takes as long as the rest of a first page

    data = experiment.data.entry
    with st.container(key="one-hot"):
        st.caption(
            f"A label is a whole number. One-hot, a label has {data.num_classes} columns: 1 in its class' column, 0 in all "
            f"others. That is why the network ends in {data.num_classes} numbers, a number for each column."
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
        alt = f"An image of each class, its label, and the label as {data.num_classes} columns."
        st.dataframe(table, hide_index=True, column_config=config, row_height=ROW_HEIGHT, height="content", alt=alt)
        st.code(f"y_train = keras.utils.to_categorical(y_train, {data.num_classes})", language="python")
        st.caption(f"{column_means(preview)} {label_format_sentence(experiment)}")


def column_means(preview: Preview) -> str:
    """Return a sentence about the means of the one-hot columns, which are the shares of the classes."""
    shares = preview.train_counts / preview.train_counts.sum()
    low, high = float(shares.min()), float(shares.max())
    if f"{low:.3f}" == f"{high:.3f}":
        return f"Each column is 1 in {low:.3g} of all training images, which is its mean: the classes are even."
    return f"The mean of a column is the share of its class: from {low:.3f} to {high:.3f} of all training images."


def label_format_sentence(experiment: Experiment) -> str:
    """Return a sentence on whether the loss of an experiment reads labels as integers or one-hot."""
    loss = experiment.compile.loss.name
    form = "the whole number, which says the same" if labels_are_integers(experiment) else "the columns"
    return f"Your loss, {loss}, reads {form}: the dashboard encodes the labels as the loss takes them."


# The tabs: the name of each, which the address keeps, and the function that draws the tab.
VIEWS: Mapping[str, Callable[[Experiment, Preview], None]] = {
    "A hundred of a class": data_overview.draw_class_sample,
    "Pixel values": data_overview.values,
    "Labels": labels,
    "In a table": data_overview.table,
}
