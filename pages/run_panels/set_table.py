"""Several runs in the lab's table: dropout yes or no, each set, accuracy and loss; and the gap of each run."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.analysis.set_scores import SetScores, gap_text, points
from core.coach.run_metrics import dropped_share
from core.experiment.model import Experiment
from core.number_text import accuracy_text, loss_text
from core.runs.comparison import Outcome
from core.runs.run_record import Run
from pages.interpret import set_gap
from pages.shell.messages import plain

MOST_RUNS = 6  # the table of more would be longer than the screen
SEALED = "sealed"


def card(outcomes: Sequence[Outcome]) -> None:
    """Draw the table of the evaluated ones of several runs, folded away; the training sets are evaluated when it opens."""
    runs = [outcome.run for outcome in outcomes if outcome.run.result][:MOST_RUNS]
    if not runs:
        return
    with st.expander(
        "Training, validation and test set in a table, with and without dropout",
        key="set-table",
        icon=":material/table:",
        on_change="rerun",
    ) as folded:
        if folded.open:
            _table(runs)


def _table(runs: Sequence[Run]) -> None:
    for run in runs:  # the inspector begins with all before the page waits for the first
        set_gap.ask_ahead(run)
    found = [(run, set_gap.training_scores(run)) for run in runs]
    lines = [line for run, training in found for line in table_lines(run, training)]
    alt = "Accuracy and loss of each run on its training, validation and test set."
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="set-table-rows", alt=alt, height="content")
    st.markdown("\n".join(f"- {words}" for run, training in found if (words := gap_words(run, training))))
    st.caption(
        "The gap is the training accuracy less that of the other set, in percentage points: the larger, the more it "
        "overfits. A sealed test set is opened on Evaluate, at the end."
    )


def table_lines(run: Run, training: SetScores | None) -> list[dict[str, str]]:
    """The lines of a run: a set each, with its accuracy and loss as all pages write them."""
    held_out = set_gap.held_out_scores(run)
    scores = {"training": {"accuracy": training.accuracy, "loss": training.loss} if training else None, **held_out}
    rows = [
        {
            "set": name,
            "accuracy": accuracy_text(found["accuracy"]) if found else "…",
            "loss": loss_text(found["loss"]) if found else "…",
        }
        for name, found in scores.items()
    ]
    if not run.test_is_open:
        rows.append({"set": "test", "accuracy": SEALED, "loss": SEALED})
    return [{"run": f"{run.number}", "dropout": dropout_words(run.experiment), **row} for row in rows]


def dropout_words(experiment: Experiment) -> str:
    """Whether a network drops inputs while it learns: "no", or "yes, 0.3"."""
    shares = sorted({share for layer in experiment.layers if (share := dropped_share(layer)) > 0})
    return f"yes, {' and '.join(f'{share:g}' for share in shares)}" if shares else "no"


def gap_words(run: Run, training: SetScores | None) -> str:
    """The gap of a run in words; "" while it is not known."""
    held_out = set_gap.held_out_scores(run)
    if training is None or not held_out:
        return ""
    gaps = [f"{gap_text(points(training, found['accuracy']))} to {name}" for name, found in held_out.items()]
    asked = "" if training.images == training.available else f", of {training.images_words}"
    return f"{plain(run.title)}: a gap of {' and '.join(gaps)}{asked}."
