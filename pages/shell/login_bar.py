"""The line above every page, if a login is set up: who is logged in, and the button that logs in or out."""

from importlib.util import find_spec

import streamlit as st

from pages.shell import account
from pages.shell.messages import escape_markdown

WITHOUT_AUTHLIB = "The server lacks the package Authlib, which a login needs; its operator installs requirements-login.txt."


def login_bar() -> None:
    """Draw the line with the account. Draw nothing if no login is set up."""
    if not account.is_offered():
        return
    with st.container(key="account", horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if account.account_name():
            who = st.user.get("name") or st.user.get("email") or "Your account"
            st.caption(f"{escape_markdown(str(who))}: your work is kept for your account.", width="content")
            st.button("Log out", key="log-out", icon=":material/logout:", on_click=st.logout)
            return
        lacking = find_spec("authlib") is None
        st.caption("Your work is kept for this browser.", width="content")
        st.button(
            "Log in",
            key="log-in",
            icon=":material/login:",
            on_click=st.login,
            disabled=lacking,
            help=WITHOUT_AUTHLIB if lacking else "To find your work on every machine.",
        )
