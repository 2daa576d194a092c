"""The account of a visitor, if the server's operator has set up a login (OpenID Connect). See docs/hosting.md.

A visitor who is logged in is identified by the account instead of the browser's cookie, so that their work is available on
each of their machines.
"""

import hashlib
import json

import streamlit as st

ACCOUNT = "account-"  # begins the names of visitors with an account, so that a cookie with this beginning is ignored
NAME_DIGITS = 32  # of the hash: 128 bits


def is_offered() -> bool:
    """Return whether `.streamlit/secrets.toml` sets up a login."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def account_name() -> str:
    """Return the name of the visitor who is logged in. Return an empty string if nobody is logged in.

    The name is a hash of the two claims that OpenID Connect keeps for a person: the issuer and the number of the account.
    """
    user = st.user.to_dict()  # read once, since Streamlit looks for the file of secrets each time
    issuer, subject = user.get("iss"), user.get("sub")
    if not user.get("is_logged_in") or not issuer or not subject:
        return ""
    whole = json.dumps([issuer, subject]).encode()
    return ACCOUNT + hashlib.sha256(whole).hexdigest()[:NAME_DIGITS]
