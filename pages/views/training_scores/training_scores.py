"""The scores of a network on its training set and the gap to its held-out sets, as a sentence with an explanation."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.views.training_scores import SetScores, gap_sentence

NOTE = "The gap on Train differs: its training figure is a mean over an epoch, in which the weights still changed."


def draw(scores: SetScores, held_out: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw the scores of the training set, with their gap to the held-out sets, and a help text about both."""
    st.markdown(gap_sentence(scores, held_out), help=_explanation(scores))


def _explanation(scores: SetScores) -> str:
    """Return the help text that explains the metrics of the training set and the gap."""
    return (
        f"Training: {scores.images_words}, asked after training, without dropout. The network learned from these images; "
        "the further its accuracy on others falls behind, the more it overfits. Dropout and early stopping are two cures."
        f"\n\n{NOTE}"
    )
