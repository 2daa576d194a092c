"""Train's `history.history`: what `fit` returned, epoch by epoch, as a table beside the curves."""

import pandas as pd
import streamlit as st

from core.application import application
from core.number_text import metric_text
from core.runs.comparison import Outcome, history_csv
from core.runs.run_record import Run

CODE = "history.history"
ROWS_AT_ONCE = 15  # epochs; the table of more of them scrolls
HEIGHT = 560  # of a table that scrolls, in pixels


def popover(run: Run) -> None:
    """Draw the button that opens the table; none while the run goes on, as `fit` returns its History at the end."""
    if not run.is_over:  # and what a page reads of a run that goes on must not grow with it
        return
    outcome = application().results.outcome(run)
    if outcome.epochs:
        with st.popover(CODE, icon=":material/table:", key="history-popover", width="content"):
            _table(run, outcome)


def _table(run: Run, outcome: Outcome) -> None:
    with st.container(key="history-table"):
        columns = outcome.history
        content = pd.DataFrame({"epoch": range(1, len(outcome.epochs) + 1), **columns})
        shapes = {name: (lambda value, name=name: metric_text(name, value)) for name in columns}
        alt = f"{', '.join(columns)} after each of {len(content)} epochs."
        st.dataframe(
            content.style.format(shapes, na_rep="no number"),
            hide_index=True,
            alt=alt,
            key="history-rows",
            height="content" if len(content) <= ROWS_AT_ONCE else HEIGHT,
        )
        st.caption(
            "`model.fit` returns a History; its `history` has a list for each number, with one value an epoch. Names that "
            "begin with val_ are of the validation set."
        )
        st.download_button(
            "Table as CSV",
            lambda: history_csv(outcome).encode("utf-8-sig"),
            file_name=f"run-{run.number}-history.csv",
            mime="text/csv",
            key="history-csv",
            icon=":material/download:",
            on_click="ignore",
            help="All digits of every epoch.",
        )
