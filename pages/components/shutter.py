"""The browser's camera: one picture a press, however quickly they follow each other."""

from collections.abc import Callable

import streamlit as st

from pages.components import FOLDER

MOST_TOLD = 4  # pictures at once, as the browser tells them: with their widgets they stay below `maxWidgetStateSize`
_HTML, _CSS = ((FOLDER / f"shutter.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
_JS = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in ("telling.js", "shutter.js"))
_SHUTTER = st.components.v2.component("shutter", html=_HTML, css=_CSS, js=_JS)


def shutter(*, label: str, done: int, key: str, on_told: Callable[[], None]) -> None:
    """What the camera sees, and a button that takes a picture of it.

    Parameters
    ----------
    label : the class that pictures are taken of; "" while it has no name, and none can be taken.
    done : the number of the last picture that was kept; later ones are told again.
    key : of the element; its session state has `told`, the pictures since:
        [{"number": ..., "label": ..., "picture": address of a JPEG}, ...].
    on_told : called before the script reruns for them.
    """
    _SHUTTER(key=key, data={"label": label, "done": done}, on_told_change=on_told)
