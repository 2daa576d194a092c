"""The invitation that lets phones join a lecture's room: a QR code, an address and a code, or why phones cannot join."""

import streamlit as st

from core.application import application
from core.qr_codes import qr_code_svg
from pages.components.drawing.drawing import drawing
from pages.shell import session
from pages.shell.messages import escape_markdown
from pages.shell.phone_address import phone_address


def draw_corner_qr_code() -> None:
    """Draw the invitation to the room beside a question: the QR code in a corner, and the address below the options."""
    code = application().rooms.code(session.visitor())
    if not code:
        return
    way = phone_address(f"/room?code={code}")
    with st.container(key="asked-way-in", gap=None):
        if way.link:
            st.markdown(f"Guess with your phone:  \n**{escape_markdown(way.typed)} · {code}**")
        else:
            advice = f"{way.advice} `{way.command}`" if way.command else way.advice
            st.markdown(f"{way.short}  \nOn this machine: **{escape_markdown(way.here)} · {code}**", help=advice)
    if way.link:
        with st.container(key="asked-code"):
            drawing(qr_code_svg(way.link), key="asked-code-picture")


def draw_full_qr_code() -> None:
    """Draw the invitation to the room as the picture of a scene, so that all phones join before the first question."""
    code = application().rooms.code(session.visitor())
    if not code:
        return
    way = phone_address(f"/room?code={code}")
    with st.container(key="lecture-way-in", gap=None):
        if way.link:
            drawing(qr_code_svg(way.link), key="lecture-code-picture", large=True)
            st.markdown(f"**{escape_markdown(way.typed)}** · code **{code}**")
            return
        st.markdown(f"**{way.reason}**  \n{way.advice}")
        if way.command:
            st.code(way.command, language=None, wrap_lines=True)
        st.markdown(f"On this machine: **{escape_markdown(way.here)}** · code **{code}**")
