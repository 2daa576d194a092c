"""The card with the network's answer on the page Try it: class, picture, probabilities, and a dare to fool the network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.experiment.image_ref import ImageRef
from core.number_text import percent
from core.views.adversarial_image import AdversarialImage
from core.views.predictions import ProbabilitiesQuestion
from pages.interpret.fool_the_network import draw_dare, note_dare_reached, target_of
from pages.interpret.image_picker import label_of
from pages.interpret.network_ref import NetworkRef, answer
from pages.shell.messages import escape_markdown
from pages.shell.streamlit_patches import Container
from pages.views.predictions.predictions import answer_rows

SIZE = 104  # of the picture that the network gets, in pixels
HEIGHT = 280  # of these bars, in pixels


def weights_moment(network: NetworkRef) -> str:
    """Return when in the training the weights were stored, such as "after epoch 3".

    Return an empty string for an untrained network and for the end of a run.
    """
    if network.run is None or network.model.endswith(".keras"):
        return ""
    return "before training" if network.number == 0 else f"after {network.label}"


@dataclass(frozen=True)
class AnswerSlots:
    """The containers of the card with the network's answer."""

    line: Container  # above the sheet, on a narrow screen
    winner: Container
    seen: Container
    bars: Container
    dare: Container


def draw_answer_slots(network: NetworkRef, line: Container) -> AnswerSlots:
    """Draw the card for the answer with empty containers, and return all containers of the answer."""
    with st.container(key="try-says", gap="small"):
        st.header(f"The network's answer {weights_moment(network)}".rstrip(), anchor=False)
        winner = st.container(key="try-winner", horizontal=True, vertical_alignment="center")
        with st.container(key="try-both", horizontal=True):
            seen, bars = st.container(key="try-sees", width=SIZE + 40, gap="small"), st.container(width="stretch")
        return AnswerSlots(line, winner, seen, bars, st.container(gap="small"))


def draw_bars(classes: Sequence[str], probabilities: Sequence[float], **more: Any) -> None:
    """Draw a bar for each class; `more` are arguments of `answer_rows`."""
    answer_rows(classes, probabilities, key="try-bars", **more)


def fill_answer_card(
    network: NetworkRef, places: AnswerSlots, original: ImageRef, now: ImageRef, nudged: AdversarialImage | None
) -> None:
    """Draw the network's answers before and after the picture was changed. An adversarial picture already has its answer."""
    classes = network.experiment.data.entry.classes
    with places.bars:
        question = ProbabilitiesQuestion(*network.weights, now)
        probabilities = nudged.probabilities if nudged else answer(network, question, height=HEIGHT, lane="now")
        if probabilities is None:
            return
        before = None
        if now != original:
            before = answer(network, ProbabilitiesQuestion(*network.weights, original), height=HEIGHT, lane="before")
            if before is None:
                return
        best = int(np.argmax(probabilities))
        target, truth = target_of(classes), label_of(network, original)
        draw_bars(
            classes,
            probabilities,
            before=before,
            target=target,
            truth=truth,
            on_reached=(lambda: note_dare_reached(classes[best], network.run)) if target == best else None,
        )
    said = f"**{escape_markdown(classes[best])}** {percent(probabilities[best], 1)}"
    places.winner.markdown(said)
    places.line.markdown(said)
    with places.dare:
        if before is not None:
            was = int(np.argmax(before))
            same = "The same answer as before the change."
            words = (
                same if was == best else f"Before the change: {escape_markdown(classes[was])}, {percent(before[was], 1)}."
            )
            st.caption(f"{words} ◇ is where a bar ended.")
        draw_dare(classes, probabilities, truth)
