"""The wide cards on Learn for the lecture and the lab."""

from collections.abc import Sequence

import streamlit as st

from core.catalogue.datasets import PREFERRED
from core.datasets.previews import read_preview
from core.png import to_data_uri
from core.teaching import library
from core.teaching.deck import LECTURE, Deck
from core.teaching.learning_path import state_words
from core.teaching.progress import Answer, DeckPosition
from pages.components.drawing.drawing import drawing
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.teaching import current_scene
from pages.teaching.path_drawings import lab, lecture

BOOT = 9  # the label of ankle boots in the preferred data set
TITLES = {"lecture": "The lecture", "lab": "The lab"}
ICONS = {"lecture": ":material/play_arrow:", "lab": ":material/science:"}


def banner(deck: Deck, position: DeckPosition | None, answers: Sequence[Answer]) -> None:
    """Draw the card of a lecture or a lab with its sentence, its minutes, the visitor's progress and a button."""
    is_only_one = len(library.decks(deck.kind)) == 1
    with st.container(key=f"deck-{deck.name}", horizontal=True, vertical_alignment="top", height="stretch"):
        with st.container(width="stretch", gap="small"):
            st.header(TITLES[deck.kind] if is_only_one else escape_markdown(deck.title), anchor=False)
            state = state_words(deck, position, answers)
            st.markdown(f"{escape_markdown(deck.sentence)} {deck.minutes}\u00a0minutes{f', {state}' if state else ''}.")
            st.button(
                _verb(deck, state),
                key=f"open-{deck.name}",
                icon=ICONS[deck.kind],
                help=f"Open {escape_markdown(deck.title)}",
                on_click=current_scene.open_deck,
                args=(deck.name,),
            )
        with st.container(key=f"banner-picture-{deck.name}", width=320):
            drawing(lecture(_boot()) if deck.kind == LECTURE else lab(), key=f"drawing-{deck.name}")


def _verb(deck: Deck, state: str) -> str:
    if state:
        return f"Continue the {deck.kind}" if state.startswith("at") else f"Open the {deck.kind} again"
    return "Present the lecture" if deck.kind == LECTURE and session.is_lecturer() else f"Open the {deck.kind}"


def _boot() -> str:
    """Return the image of a boot for the lecture's card as a data: URI.

    Return an empty string if no images are available yet.
    """
    preview = read_preview(PREFERRED[0])
    return to_data_uri(preview.images[BOOT, 0]) if preview else ""
