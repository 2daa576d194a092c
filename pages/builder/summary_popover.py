"""The table of `model.summary()` on Define, beside the drawing of the network."""

import streamlit as st

from core.experiment.memory import training_bytes
from core.experiment.model import Experiment
from core.experiment.shapes import Summary
from core.experiment.summary_table import INPUT_LAYER, batch_shape, summary_rows
from core.number_text import memory_text

HELP = "The table that `model.summary()` prints."


def popover(experiment: Experiment, summary: Summary) -> None:
    """Draw the button that opens the table of `model.summary()`."""
    opened = st.popover(
        "Table", icon=":material/table:", key="summary-popover", width="content", on_change="rerun", help=HELP
    )
    if opened.open:
        with opened:
            table(experiment, summary)


def table(experiment: Experiment, summary: Summary) -> None:
    """Draw a table of the layers with output shape and number of parameters, and the totals below the table."""
    import pandas as pd  # imported late: the import takes as long as the rest of a first page

    with st.container(key="summary-table"):
        rows = summary_rows(experiment, summary)
        lines = [
            {"layer": "inputs", "type": "Input", "output shape": batch_shape(summary.input_shape), "parameters": 0}
            | {"role": INPUT_LAYER}
        ] + [
            {"layer": row.layer, "type": row.type, "output shape": row.output_shape, "parameters": row.parameters}
            | {"role": row.role}
            | ({"takes": row.takes} if row.takes else {})
            for row in rows
        ]
        config = {"parameters": st.column_config.NumberColumn("parameters", format="localized")}
        alt = f"The {len(rows)} layers with the shape of their output, their parameters and their role."
        content = pd.DataFrame(lines).fillna({"takes": ""})
        st.dataframe(content, hide_index=True, column_config=config, alt=alt, key="summary-rows", height="content")
        st.markdown(
            f"Total parameters **{summary.parameters:,}** · trainable **{summary.trainable:,}** · "
            f"non-trainable **{summary.non_trainable:,}**"
        )
        memory = memory_text(training_bytes(experiment, summary))
        st.markdown(f"Multiply-adds **{summary.multiply_adds:,}** · to train **{memory}**")
        st.caption("The same as Keras prints for `model.summary()`. None stands for the batch: any number of images.")
