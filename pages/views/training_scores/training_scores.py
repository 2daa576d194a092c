"""The gap between a network's accuracy on its training set and on the held-out sets, as a sentence with an explanation."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.views.training_scores import SetScores, gap_sentence

NOTE = (
    "These are scores of the finished network. The training curve on Train is a mean over each epoch, in which the "
    "weights still changed."
)


def draw(scores: SetScores, held_out: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw a sentence that compares the training set with the held-out sets, and a help text that explains the gap."""
    st.markdown(gap_sentence(scores, held_out), help=_explanation(scores))


def draw_note() -> None:
    """Say why the training scores differ from the curve of the run. In a low window, only the help text says it."""
    with st.container(key="set-gap-note"):
        st.caption(NOTE)


def _explanation(scores: SetScores) -> str:
    """Return the help text that explains the metrics of the training set and the gap."""
    return (
        f"Training: {scores.images_words}, asked after training, without dropout. The network learned from these images; "
        "the further its accuracy on others falls behind, the more it overfits. Dropout and early stopping are two cures. "
        f"{NOTE}"
    )
