"""The account of a visitor, if the server's operator has set up a login (OpenID Connect). See docs/hosting.md.

A visitor who is logged in is identified by the account instead of the browser's cookie, so that their work is available on
each of their machines.
"""

import hashlib
import json

import streamlit as st

ACCOUNT = "account-"  # begins the names of visitors with an account, so that a cookie with this beginning is ignored
ACCOUNT_NAME = "account_name"  # the key of the name in the session
NAME_DIGITS = 32  # of the hash: 128 bits


def is_offered() -> bool:
    """Return whether `.streamlit/secrets.toml` sets up a login."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def account_name() -> str:
    """Return the name of the visitor who is logged in. Return an empty string if nobody is logged in.

    The name is that of the start of the script run, since Streamlit looks for the file of secrets at each question.
    """
    if ACCOUNT_NAME not in st.session_state:
        read_account()
    return st.session_state[ACCOUNT_NAME]


def read_account() -> None:
    """Read the name of the visitor's account. Call this function at the start of each script run."""
    st.session_state[ACCOUNT_NAME] = _name_of_user()


def _name_of_user() -> str:
    """Return a hash of the two claims that OpenID Connect keeps for a person: the issuer and the number of the account."""
    user = st.user.to_dict()
    issuer, subject = user.get("iss"), user.get("sub")
    if not user.get("is_logged_in") or not issuer or not subject:
        return ""
    whole = json.dumps([issuer, subject]).encode()
    return ACCOUNT + hashlib.sha256(whole).hexdigest()[:NAME_DIGITS]
