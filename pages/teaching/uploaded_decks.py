"""Decks that visitors upload as text files. The mistakes of a file are shown by line, and a link shares a deck."""

import streamlit as st

from core.problems import ProblemError
from core.teaching import library
from core.teaching.deck import INVENTORY
from core.teaching.deck_files.parse_deck import MAXIMUM_BYTES
from core.teaching.deck_problems import DeckProblem
from core.teaching.given_away import answers_given_away
from core.teaching.library import UploadedDeck
from pages.components.share_link.share_link import share_link
from pages.shell import offers, session
from pages.shell.addresses import base_path
from pages.shell.messages import escape_markdown
from pages.shell.offers import Offer
from pages.shell.upload_memory import take_uploads, uploaded_file
from pages.teaching import current_scene

PARAMETER = "deck"  # the query parameter of the address that names the deck
MISTAKES, FILES = "deck_mistakes", "deck_files"  # in session state
ANSWERS_SHOWN = "deck_answers_shown"  # in session state: guesses of the last uploaded deck whose answer the page shows
MOST_SHOWN = 10  # mistakes at once
MEGABYTE = 1  # the least limit that Streamlit's uploader takes, larger than the deck's own limit


def offer_linked_deck() -> None:
    """Offer to open the deck that the address names, and remove the name from the address.

    The first scene of a deck may replace the draft and train, so the visitor has to agree by a button.
    """
    name = st.query_params.get(PARAMETER)
    if name is None:
        return
    del st.query_params[PARAMETER]
    deck = library.find_deck(name)
    if deck is None:
        st.session_state["refusal"] = current_scene.NO_DECK
        return
    if deck.kind == INVENTORY:  # an inventory only leads to Learn
        current_scene.open_deck(name)
        return
    words = (
        f"A link offers the deck “{deck.title}”: {deck.sentence} Its experiments replace your draft; Undo brings it back."
    )
    offers.make_offer(Offer("deck", words, "Not now", current_scene.open_deck, (name,)))


def draw() -> None:
    """Draw the upload field for a deck, the mistakes in the last file, and the decks that the visitor uploaded."""
    folded = st.popover("Bring a deck", icon=":material/upload_file:", key="more-decks", wrap=False)
    with folded, st.container(key="own-decks", width=500, gap="small"):
        st.caption("A deck is a text file: headings are scenes, blocks say what happens. The documentation has an example.")
        key = f"deck-file-{st.session_state.get(FILES, 0)}"
        st.file_uploader(
            "A deck (.md)", type=["md"], key=key, max_upload_size=MEGABYTE, on_change=_bring, args=(key,), width=500
        )
        for mistake in (st.session_state.get(MISTAKES) or ())[:MOST_SHOWN]:
            _show(mistake)
        for shown in st.session_state.get(ANSWERS_SHOWN) or ():
            st.warning(_words(shown), title=_title(shown), icon=":material/visibility:")
        mine = library.decks_uploaded_by(session.visitor())
        for deck in mine:
            _card(deck)
        if session.is_lecturer():
            _of_others([deck for deck in library.all_uploaded_decks() if deck not in mine])


def _card(deck: UploadedDeck) -> None:
    """Draw an uploaded deck with its link, and the buttons that open and delete the deck."""
    with st.container(key=f"card-brought-{deck.name}", border=True, width=500, gap="small"):
        st.markdown(f"**{escape_markdown(deck.title)}**: {escape_markdown(deck.sentence)}")
        share_link(f"{base_path()}/?{PARAMETER}={deck.name}", key=f"link-{deck.name}")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Open it",
                key=f"open-{deck.name}",
                icon=":material/play_arrow:",
                on_click=current_scene.open_deck,
                args=(deck.name,),
            )
            _delete_button(deck, "Its link opens nothing any more; what people answered stays.")


def _of_others(decks: list[UploadedDeck]) -> None:
    """Draw the decks that other visitors uploaded, for the lecturer, who can delete them."""
    if not decks:
        return
    with st.expander(f"Decks that others brought: {len(decks)}", key="decks-of-others"):
        for deck in decks:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"{escape_markdown(deck.title)}: {escape_markdown(deck.sentence)}", width="stretch")
                _delete_button(deck, "Deletes it for everybody; its link opens nothing any more.")


def _delete_button(deck: UploadedDeck, consequence: str) -> None:
    st.button(
        "Delete",
        key=f"delete-{deck.name}",
        icon=":material/delete:",
        help=consequence,
        on_click=_delete,
        args=(deck.name,),
    )


def _delete(name: str) -> None:
    library.delete(name, session.visitor(), is_lecturer=session.is_lecturer())


def _show(mistake: DeckProblem) -> None:
    st.error(_words(mistake), title=_title(mistake), icon=":material/error:")


def _words(mistake: DeckProblem) -> str:
    return f"{escape_markdown(mistake.problem.expected)} {escape_markdown(mistake.problem.fix)}"


def _title(mistake: DeckProblem) -> str:
    return f"Line {mistake.line}: {escape_markdown(mistake.problem.happened)}"


def _bring(key: str) -> None:
    """Save an uploaded deck. If the file has mistakes, save the mistakes for the page to show."""
    file = uploaded_file(key)
    if file is None:
        return
    st.session_state[FILES] = st.session_state.get(FILES, 0) + 1
    try:
        [(_, content)] = take_uploads([file])
    except ProblemError as error:
        st.session_state["refusal"] = error.problem
        return
    visitor, is_lecturer = session.visitor(), session.is_lecturer()
    read = library.save_uploaded_deck(content[: MAXIMUM_BYTES + 1], visitor, is_lecturer=is_lecturer)
    st.session_state[MISTAKES] = read.problems
    st.session_state[ANSWERS_SHOWN] = tuple(answers_given_away(read.deck))[:MOST_SHOWN] if read.deck is not None else ()
