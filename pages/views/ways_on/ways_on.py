"""Three ways on from a trained network, each a card with a picture: draw an image, improve the network, see its mistakes."""

from collections.abc import Sequence

import streamlit as st

from pages.components.browser_modules import register

_PICTURE = register("way_picture", folder="views/ways_on")


def ways_on(wrong: str, class_pictures: Sequence[str], mistakes: Sequence[str]) -> None:
    """Draw the three cards.

    Parameters
    ----------
    wrong
        How many images the network classifies wrongly, as a sentence, or "" if nobody knows.
    class_pictures
        An image of each class, as data: URIs. Empty as long as there are none.
    mistakes
        Images that the network classifies wrongly, at most four, as data: URIs.
    """
    with st.container(key="start-ways", horizontal=True, gap="small"):
        _card("draw", "try_it.py", "Draw your own", "It answers while you draw.", class_pictures[:1])
        _card("better", "define.py", "Make it better", "Add a layer, train again, compare.", ())
        _card("mistakes", "mistakes.py", "See its mistakes", f"{wrong} See which, and why.".strip(), mistakes)


def _card(kind: str, file: str, title: str, sentence: str, images: Sequence[str]) -> None:
    with st.container(key=f"start-way-{kind}", horizontal=True, vertical_alignment="center", gap=None):
        with st.container(key=f"way-of-{kind}", width="content"):
            _PICTURE(key=f"way-picture-{kind}", data={"kind": kind, "images": list(images)})
        st.page_link(file, label=f"**{title}** → :small[{sentence}]", width="stretch")
