"""The account of a visitor, where the server's operator has set up a login (OpenID Connect); docs/hosting.md says how.

A visitor who logged in is known by the account in place of their browser's cookie, so that their work is there on each of
their machines.
"""

import hashlib
import json

import streamlit as st

ACCOUNT = "account-"  # how names of visitors with an account begin; a cookie that begins so names nobody
NAME_DIGITS = 32  # of the hash: 128 bits


def is_offered() -> bool:
    """Whether `.streamlit/secrets.toml` sets up a login."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def account_name() -> str:
    """The name of the visitor whose account is logged in; "" where nobody is.

    It is a hash of what OpenID Connect promises to stay the same for a person: who issued the account, and its number there.
    """
    issuer, subject = st.user.get("iss"), st.user.get("sub")
    if not st.user.get("is_logged_in") or not issuer or not subject:
        return ""
    whole = json.dumps([issuer, subject]).encode()
    return ACCOUNT + hashlib.sha256(whole).hexdigest()[:NAME_DIGITS]
