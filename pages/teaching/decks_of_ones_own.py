"""Decks that people bring: a file becomes a deck, or every mistake in it is shown with its line; a link shares a deck."""

import streamlit as st

from core.problems import ProblemError
from core.teaching import library
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES
from core.teaching.deck_problems import DeckProblem
from pages.components.share_link.share_link import share_link
from pages.shell.addresses import base_path
from pages.shell.messages import plain
from pages.shell.upload_memory import take
from pages.teaching import current_scene

PARAMETER = "deck"  # of the address
BROUGHT, MISTAKES, FILES = "brought_deck", "deck_mistakes", "deck_files"
MOST_SHOWN = 10  # mistakes at once
MEGABYTE = 1  # the least limit that Streamlit's uploader takes; the deck's own limit is smaller


def open_link() -> None:
    """Open the deck that the address names, once; it is taken out of the address."""
    name = st.query_params.get(PARAMETER)
    if name is None:
        return
    del st.query_params[PARAMETER]
    if library.find(name) is not None:
        current_scene.open_deck(name)
    else:
        st.session_state["refusal"] = current_scene.NO_DECK


def draw() -> None:
    """Draw the field that takes a file, what came of the last one, and the link of a deck that was brought."""
    with st.container(key="own-decks", gap="small"):
        st.header("A deck of your own")
        st.caption("A deck is a text file: headings are scenes, blocks say what happens. The documentation has an example.")
        key = f"deck-file-{st.session_state.get(FILES, 0)}"
        st.file_uploader(
            "A deck (.md)", type=["md"], key=key, max_upload_size=MEGABYTE, on_change=_bring, args=(key,), width=500
        )
        for mistake in (st.session_state.get(MISTAKES) or ())[:MOST_SHOWN]:
            _show(mistake)
        if (deck := library.find(st.session_state.get(BROUGHT, ""))) is not None:
            with st.container(key="brought-deck", border=True, width=500, gap="small"):
                st.markdown(f"**{plain(deck.title)}**: {plain(deck.sentence)}")
                share_link(f"{base_path()}/?{PARAMETER}={deck.name}", key="deck-link")
                st.button(
                    "Open it",
                    key="open-brought",
                    icon=":material/play_arrow:",
                    on_click=current_scene.open_deck,
                    args=(deck.name,),
                )


def _show(mistake: DeckProblem) -> None:
    problem = mistake.problem
    st.error(
        f"{plain(problem.expected)} {plain(problem.fix)}",
        title=f"Line {mistake.line}: {plain(problem.happened)}",
        icon=":material/error:",
    )


def _bring(key: str) -> None:
    """Keep an uploaded deck, or its mistakes."""
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[FILES] = st.session_state.get(FILES, 0) + 1
    try:
        [(_, content)] = take([file])
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    read = library.bring(content[: MAXIMUM_BYTES + 1])
    st.session_state[MISTAKES] = read.problems
    st.session_state[BROUGHT] = read.deck.name if read.deck is not None else ""
