"""An address to give away, and a button that copies it."""

import streamlit as st

from pages.components import FOLDER

_HTML, _CSS, _CLIPBOARD, _JS = (
    (FOLDER / name).read_text(encoding="utf-8") for name in ("link.html", "link.css", "clipboard.js", "link.js")
)
_LINK = st.components.v2.component("link", html=_HTML, css=_CSS, js=f"{_CLIPBOARD}\n{_JS}")


def link(path: str, *, key: str) -> None:
    """An address of this server, whole, as the browser knows it.

    Parameters
    ----------
    path : the address below the server's own, such as "/?experiment=...".
    key : of the element.
    """
    _LINK(key=key, data={"path": path})
