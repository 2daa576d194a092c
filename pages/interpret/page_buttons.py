"""The buttons that open the pages Inside your network and Why this answer? with an image."""

import streamlit as st

from core.experiment.image_ref import ImageRef
from pages.interpret.image_picker import select_image
from pages.shell.addresses import switch_page
from pages.shell.page_map import INSIDE_ICON, WHY_ICON, page_of

ICONS = {"inside.py": INSIDE_ICON, "why.py": WHY_ICON}


def draw_page_buttons(image: ImageRef, *, key: str, pages: tuple[str, ...] = tuple(ICONS)) -> None:
    """Draw a button for each page. A click selects the image, and opens the page.

    Parameters
    ----------
    image
        The image that the page will show.
    key
        The beginning of the keys of the buttons.
    pages
        The files of the pages.
    """
    for page in pages:
        if st.button(page_of(page).title, icon=ICONS[page], key=f"{key}-{page.removesuffix('.py')}"):
            select_image(image)
            switch_page(page)
