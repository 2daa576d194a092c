"""The lab's table of several runs: dropout, accuracy and loss on each set, and the gap between the sets."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.coach.run_metrics import dropped_share
from core.experiment.model import Experiment
from core.number_text import accuracy_text, loss_text
from core.runs.comparison import Outcome
from core.runs.run_record import Run
from core.views.training_scores import SetScores, gap_in_points, gap_text
from pages.interpret import set_gap
from pages.shell.messages import escape_markdown

MOST_RUNS = 6  # the table of more runs would be longer than the screen
SEALED = "sealed"


def card(outcomes: Sequence[Outcome]) -> None:
    """Draw an expander with the table of the runs that have a result. Opening the table evaluates the training sets."""
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
        set_gap.prefetch_training_scores(run)
    scores = [(run, set_gap.scores_of_training(run)) for run in runs]
    lines = [line for run, training in scores for line in table_lines(run, training)]
    alt = "Accuracy and loss of each run on its training, validation and test set."
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="set-table-rows", alt=alt, height="content")
    st.markdown("\n".join(f"- {words}" for run, training in scores if (words := gap_words(run, training))))
    st.caption(
        "The gap is the training accuracy less that of the other set, in percentage points: the larger, the more the "
        "network overfits. A sealed test set is opened on Evaluate, at the end."
    )


def table_lines(run: Run, training: SetScores | None) -> list[dict[str, str]]:
    """Return the table rows of a run: a row for each set, with accuracy and loss as text."""
    held_out = set_gap.held_out_scores(run)
    scores = {"training": {"accuracy": training.accuracy, "loss": training.loss} if training else None, **held_out}
    rows = [
        {
            "set": name,
            "accuracy": accuracy_text(score["accuracy"]) if score else "…",
            "loss": loss_text(score["loss"]) if score else "…",
        }
        for name, score in scores.items()
    ]
    if not run.test_is_open:
        rows.append({"set": "test", "accuracy": SEALED, "loss": SEALED})
    return [{"run": f"{run.number}", "dropout": dropout_words(run.experiment), **row} for row in rows]


def dropout_words(experiment: Experiment) -> str:
    """Return whether a network has active dropout, in words: "no", or "yes, 0.3"."""
    shares = sorted({share for layer in experiment.layers if (share := dropped_share(layer)) > 0})
    return f"yes, {' and '.join(f'{share:g}' for share in shares)}" if shares else "no"


def gap_words(run: Run, training: SetScores | None) -> str:
    """Return a sentence about the gap between training and held-out accuracy.

    Return an empty string while the gap is unknown.
    """
    held_out = set_gap.held_out_scores(run)
    if training is None or not held_out:
        return ""
    gaps = [f"{gap_text(gap_in_points(training, score['accuracy']))} to {name}" for name, score in held_out.items()]
    sample = "" if training.images == training.available else f", of {training.images_words}"
    return f"{escape_markdown(run.title)}: a gap of {' and '.join(gaps)}{sample}."
