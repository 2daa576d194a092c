"""A component that draws layers as rows of small pictures, in the order of the graph. A click can open a layer."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pages.components.browser_modules import do_nothing, register

_LAYER_ROWS = register(
    "layer_rows",
    folder="views/activations",
    styles=("../views/shared/bars.css", "../views/activations/layer_rows.css"),
)


def layer_rows(
    rows: Iterable[Mapping[str, Any]], *, key: str, size: int, on_opened: Callable[[], None] | None = None
) -> None:
    """Draw the layers of a network as rows of small pictures, for a moment or for two moments side by side.

    Parameters
    ----------
    rows
        The layers: {"id", "title", "details": lines, "sides", "opens"}. A side is the layer at a moment, of which two can be
        compared: {"name", "pictures": [{"src", "alt", "channel", "silent"}], "note", "scale"}. The scale is the number that
        black stands for and the number that white stands for, or empty. The layer that gives the answer has "answers"
        instead of pictures, {"rows": see `rows_of`, "best": the name of the likeliest class}.
    key
        The key of the element. Its session state has `opened`, {"layer": id, "channel": of the picture}, of a click.
    size
        The height of a picture, in pixels.
    on_opened
        Called before the script reruns for the opened layer.
    """
    _LAYER_ROWS(
        key=key, data={"layers": [dict(row) for row in rows], "size": size}, on_opened_change=on_opened or do_nothing
    )
