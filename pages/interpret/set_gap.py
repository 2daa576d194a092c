"""The comparison of a run's training set with its held-out sets: accuracy, loss and the gap between them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.application import application
from core.runs.run_record import Run
from core.views.training_scores import SetScores, TrainingScoresQuestion
from pages.interpret.network_ref import NetworkRef, answer, prefetch
from pages.views.training_scores import training_scores

HELD_OUT = ("validation", "test")
WAITING = "Evaluating the training set, to put it beside the others …"


def held_out_scores(run: Run) -> dict[str, Mapping[str, Any]]:
    """Return the metrics of a run's validation set, and of its test set if opened, by the names of the sets."""
    result = run.result or {}
    allowed = [name for name in HELD_OUT if name != "test" or run.test_is_open]
    return {name: result[name] for name in allowed if result.get(name)}


def prefetch_training_scores(run: Run) -> None:
    """Ask a worker ahead of time to evaluate the training set of a run."""
    if network := _network(run):
        prefetch(network, TrainingScoresQuestion(*network.weights))


def scores_of_training(run: Run) -> SetScores | None:
    """Return the metrics of a run on its training set. Until the metrics are available, draw the reason and return None."""
    network = _network(run)
    if network is None:
        st.caption(f"The network of run {run.number} is gone from the data folder: its training set cannot be evaluated.")
        return None
    return answer(network, TrainingScoresQuestion(*network.weights), height=0, waiting_words=WAITING)


def _network(run: Run) -> NetworkRef | None:
    model = application().results.model(run)
    return NetworkRef(run.experiment, model, "", run, number=run.number) if model else None


def gap_line(run: Run) -> None:
    """Draw the scores of a run on its training set. If the run has no scores of held-out sets, draw nothing."""
    held_out = held_out_scores(run)
    with st.container(key="set-gap"):
        scores = scores_of_training(run) if held_out else None
        if scores is not None:
            training_scores.draw(scores, held_out)
