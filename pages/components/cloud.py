"""Images as dots on a plane, coloured and marked by class; the one that is pointed at is shown, and can be picked."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.analysis.explanations import FeatureScatter
from pages.components import FOLDER

_HTML, _CSS, _JS = ((FOLDER / f"cloud.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
_CLOUD = st.components.v2.component("cloud", html=_HTML, css=_CSS, js=_JS)


def cloud(  # noqa: PLR0913 - each is one thing that it shows
    found: FeatureScatter,
    *,
    classes: Sequence[str],
    set_name: str,
    picked: int,
    label: str,
    key: str,
    on_picked: Callable[[], None],
) -> None:
    """The dots.

    Parameters
    ----------
    found : the dots and the sheet of their images.
    classes : their names, in the order of the labels.
    set_name : the array that they are of, as the script calls it.
    picked : index of the image that is looked into; -1 where it is of another set.
    label : what the plane shows, in words.
    key : of the element; its session state has `picked`, the index of an image, once one is picked.
    on_picked : called before the script reruns for it.
    """
    data = {
        "dots": [[one.index, round(one.x, 4), round(one.y, 4), one.label, one.predicted] for one in found.dots],
        "sheet": found.sheet,
        "columns": found.columns,
        "rows": -(-len(found.dots) // found.columns),
        "classes": list(classes),
        "set": set_name,
        "picked": picked,
        "label": label,
    }
    _CLOUD(key=key, data=data, on_picked_change=on_picked)
