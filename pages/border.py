"""The page Two inputs, one decision boundary: a small network on points that is trained again after each change."""

from functools import partial

import streamlit as st

from core.views.border import BorderNetSettings
from pages.frame import page_layout
from pages.shell.page_data import View, current_view
from pages.teaching import border_net_editor

KEY = "border"
FIRST = BorderNetSettings("ring", units=(3,))


def network_and_code(view: View) -> None:
    """Draw the network, and its code if the code is open. A change reruns only this part of the page."""
    with page_layout.draw_with_code_drawer(view, own_code=partial(border_net_editor.draw_net_code, KEY, FIRST)):
        border_net_editor.draw_net(KEY, FIRST)


page_layout.heading(
    "Two inputs, one decision boundary", "Can it separate blue from orange? Change one thing: it trains at once."
)
st.fragment(network_and_code)(current_view())
page_layout.draw_engine_footer()
