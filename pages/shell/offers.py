"""The offers of an address, such as to open an experiment or a deck. Nothing is opened before the visitor agrees."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.shell.messages import escape_markdown

OFFERS = "offers"  # in session state


@dataclass(frozen=True)
class Offer:
    """An offer of the address, such as to open an experiment, which the visitor may accept."""

    key: str  # the kind of offer; a later offer of the same kind replaces this offer
    words: str  # the offer in words, with its effect on the visitor's work
    decline: str  # the label of the button that changes nothing
    accept: Callable[..., Any]
    arguments: tuple[Any, ...]  # the arguments of `accept`


def make_offer(offer: Offer) -> None:
    """Show an offer on every page of this session, until the visitor accepts or declines."""
    st.session_state[OFFERS] = {**st.session_state.get(OFFERS, {}), offer.key: offer}


def draw() -> None:
    """Draw each offer with its buttons Open and Decline."""
    for offer in st.session_state.get(OFFERS, {}).values():
        with st.container(key=f"offer-{offer.key}", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="stretch"):
                st.info(escape_markdown(offer.words), icon=":material/link:")
            st.button("Open it", key=f"accept-{offer.key}", icon=":material/check:", on_click=_accept, args=(offer,))
            st.button(offer.decline, key=f"decline-{offer.key}", on_click=_remove, args=(offer,))


def _accept(offer: Offer) -> None:
    _remove(offer)
    offer.accept(*offer.arguments)


def _remove(offer: Offer) -> None:
    st.session_state.get(OFFERS, {}).pop(offer.key, None)
