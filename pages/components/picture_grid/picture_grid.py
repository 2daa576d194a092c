"""A component that draws a grid of small pictures with captions, and the items of such a grid."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from core.png import to_data_uri
from pages.components.browser_modules import do_nothing, register

_PICTURE_GRID = register("picture_grid")


def picture_grid(  # noqa: PLR0913 - a value for each part of the grid
    items: Iterable[Mapping[str, str]],
    *,
    key: str,
    size: int = 72,
    columns: int | None = None,
    selectable: bool = False,
    rows: bool = False,
    selected: str | None = None,
    answer: str = "",
    label: str = "",
    on_picked: Callable[[], None] | None = None,
) -> str | None:
    """Draw a grid of small pictures, enlarged without smoothing, each with its caption.

    Parameters
    ----------
    items
        The pictures: {"id", "src" (see `core.png.to_data_uri`), "alt", "caption", "detail", "tone"}. Caption and detail may
        be "". The tone is "", "wrong" or "right".
    key
        The key of the element.
    size
        The longer side of a picture, in pixels.
    columns
        The number of pictures in a row, or None for as many as fit.
    selectable
        Whether a picture can be picked, by click or keyboard.
    rows
        Whether a caption is the name of its whole row, and stands before the row.
    selected
        The id of the picture that is marked, or None.
    answer
        The key of the container that shows more of the marked picture, or "". The page scrolls to this container.
    label
        A text alternative of the pictures, or "" for pictures with a title.
    on_picked
        Called before the script reruns for a picture that was picked.

    Returns
    -------
    The id of the picture in the script run that its click caused. In other script runs None.
    """
    result = _PICTURE_GRID(
        key=key,
        data={
            "items": [dict(item) for item in items],
            "size": size,
            "columns": columns,
            "selectable": selectable,
            "rows": rows,
            "selected": selected,
            "answer": answer,
            "label": label,
        },
        on_picked_change=on_picked or do_nothing,
    )
    return result.picked


def picture_item(  # noqa: PLR0913 - a value for each part of a picture in the grid
    name: object, picture: np.ndarray | str, alt: str, *, caption: str = "", detail: str = "", tone: str = ""
) -> dict[str, str]:
    """Return a picture as an item of `picture_grid`.

    Parameters
    ----------
    name
        The id of the picture in its grid.
    picture
        The pixels, uint8 (height, width) or (height, width, channels), or a data URI.
    alt
        The words for people who cannot see the picture.
    caption, detail
        The words below the picture, or an empty string.
    tone
        "right", "wrong" or "".
    """
    source = picture if isinstance(picture, str) else to_data_uri(picture)
    return {"id": str(name), "src": source, "alt": alt, "caption": caption, "detail": detail, "tone": tone}
