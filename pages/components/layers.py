"""All layers of a network as rows of small pictures, in the order of the graph; one can be opened."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from pages.components import FOLDER, do_nothing

_HTML, _CSS, _JS = ((FOLDER / f"layers.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
_LAYERS = st.components.v2.component("layers", html=_HTML, css=_CSS, js=_JS)


def layers(rows: Iterable[Mapping[str, Any]], *, key: str, size: int, on_opened: Callable[[], None] | None = None) -> None:
    """The rows.

    Parameters
    ----------
    rows : each {"id", "title", "details": lines, "sides", "opens"}; a side is a moment that the layer is seen at, two where
        they are compared: {"name", "details": lines, "pictures": [{"src", "alt", "place", "silent"}], "note"}; a name of
        "" is not shown, nor are details without one.
    key : of the element; its session state has `opened`, {"layer": id, "place": of the picture}, once one is picked.
    size : height of a picture, in pixels.
    on_opened : called before the script reruns for it.
    """
    _LAYERS(key=key, data={"layers": [dict(row) for row in rows], "size": size}, on_opened_change=on_opened or do_nothing)
