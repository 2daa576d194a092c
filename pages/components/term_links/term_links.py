"""Mark each term of the glossary where it first stands on a page; pressed, it is explained in place."""

from collections.abc import Mapping

import streamlit as st

from core.glossary.terms import TERMS
from pages.components.browser_modules import GLOSSARY, address, register

_TERM_LINKS = register("term_links")
KEY = "term-links"
GLOSSARY_TERM = "glossary-term"  # in session state: the key of the term that the page Glossary begins with


def term_links() -> None:
    """Mark terms on the page that is shown, whatever draws it; to be called once on each page."""
    _TERM_LINKS(key=KEY, data={"terms": address(GLOSSARY)}, on_opened_change=lambda: open_asked_page(KEY), height=1)


def open_asked_page(key: str) -> None:
    """Go to the page that a term is linked to, or to the term in the glossary; a browser may ask for anything.

    Parameters
    ----------
    key
        The key of the element in whose session state stands what was asked for.
    """
    asked = getattr(st.session_state.get(key), "opened", None)
    if not isinstance(asked, Mapping) or (term := TERMS.get(str(asked.get("term")))) is None:
        return
    if term.page and asked.get("page") == term.page:
        st.session_state["go_to"] = f"{term.page}.py"
    else:
        st.session_state[GLOSSARY_TERM] = term.key
        st.session_state["go_to"] = "glossary.py"
