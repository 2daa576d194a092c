"""The links from the first use of each glossary term on a page to its explanation. A click explains the term in place."""

from collections.abc import Mapping

import streamlit as st

from core.glossary.terms import TERMS
from pages.components.browser_modules import GLOSSARY, address, register

_TERM_LINKS = register("term_links")
KEY = "term-links"
GLOSSARY_TERM = "glossary-term"  # in session state: the key of the term that the page Glossary begins with


def term_links() -> None:
    """Link the glossary terms in all texts of the current page. Call this function once on each page."""
    _TERM_LINKS(key=KEY, data={"terms": address(GLOSSARY)}, on_opened_change=lambda: open_linked_page(KEY), height=1)


def open_linked_page(key: str) -> None:
    """Open the page that a glossary term names, or the term in the glossary. Ignore unknown terms from the browser.

    Parameters
    ----------
    key
        The key of the element, whose session state has the opened term.
    """
    opened = getattr(st.session_state.get(key), "opened", None)
    if not isinstance(opened, Mapping) or (term := TERMS.get(str(opened.get("term")))) is None:
        return
    if term.page and opened.get("page") == term.page:
        st.session_state["go_to"] = f"{term.page}.py"
    else:
        st.session_state[GLOSSARY_TERM] = term.key
        st.session_state["go_to"] = "glossary.py"
