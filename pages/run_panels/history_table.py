"""The table of `history.history` on Train: the numbers that `fit` returned, epoch by epoch, beside the curves."""

import streamlit as st

from core.application import application
from core.number_text import metric_text
from core.runs.comparison import Outcome, history_csv
from core.runs.run_record import Run

CODE = "history.history"
ROWS_AT_ONCE = 15  # epochs: a longer table scrolls
HEIGHT = 560  # of a table that scrolls, in pixels


def popover(run: Run) -> None:
    """Draw the button that opens the table of `history.history`.

    Draw nothing while the run trains, since `fit` returns its History at the end.
    """
    if not run.is_over:  # a page must not read more and more of an active run
        return
    outcome = application().results.outcome(run)
    if outcome.epochs:
        opened = st.popover(CODE, icon=":material/table:", key="history-popover", width="content", on_change="rerun")
        if opened.open:
            with opened:
                _table(run, outcome)


def _table(run: Run, outcome: Outcome) -> None:
    import pandas as pd  # imported late: the import takes as long as the rest of a first page

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
            "`model.fit` returns a History; its `history` has a list for each number, with a value per epoch. Names that "
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
