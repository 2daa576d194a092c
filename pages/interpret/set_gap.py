"""A run's training set beside the sets that it did not learn from: accuracy, loss, and the gap between them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.analysis.set_scores import SetScores, gap_sentence
from core.application import application
from core.runs.run_record import Run
from pages.interpret.network_ref import NetworkRef, answer, prefetch

HELD_OUT = ("validation", "test")
WAITING = "Evaluating the training set, to put it beside the others …"


def held_out_scores(run: Run) -> dict[str, Mapping[str, Any]]:
    """The scores of the sets of an evaluated run that it did not learn from and that may be seen, by their names."""
    result = run.result or {}
    allowed = [name for name in HELD_OUT if name != "test" or run.test_is_open]
    return {name: result[name] for name in allowed if result.get(name)}


def ask_ahead(run: Run) -> None:
    """Let the inspector begin to evaluate the training set of a run."""
    if network := _network(run):
        prefetch(network, "training")


def training_scores(run: Run) -> SetScores | None:
    """The scores of a run on its training set; None after a line in their place says why they are not there."""
    network = _network(run)
    if network is None:
        st.caption(f"The network of run {run.number} is gone from the data folder: its training set cannot be evaluated.")
        return None
    found: SetScores | None = answer(network, "training", height=0, waiting_words=WAITING)
    return found


def _network(run: Run) -> NetworkRef | None:
    model = application().results.model(run)
    return NetworkRef(run.experiment, model, "", run, number=run.number) if model else None


def gap_line(run: Run) -> None:
    """Draw the training set beside the others in one line, and what the gap between them means."""
    held_out = held_out_scores(run)
    with st.container(key="set-gap"):
        found = training_scores(run) if held_out else None
        if found is not None:
            st.markdown(gap_sentence(found, held_out), help=explanation(found))


def explanation(found: SetScores) -> str:
    """What the training set's scores are, and what the gap says."""
    return (
        f"Training: {found.images_words}, asked after training, without dropout. The network learned from these images; the "
        "further its accuracy on others falls behind, the more it overfits. Dropout and early stopping are two cures."
    )
