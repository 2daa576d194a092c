"""A grid of small pictures with captions."""

from collections.abc import Callable, Iterable, Mapping

from pages.components.browser_modules import do_nothing, register

_PICTURE_GRID = register("picture_grid")


def picture_grid(  # noqa: PLR0913 - each is one thing that the grid shows
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
    """A grid of small pictures, drawn big and crisp, each with its caption.

    Parameters
    ----------
    items
        The pictures: {"id", "src" (see `core.png.to_data_uri`), "alt", "caption", "detail", "tone"}; caption and detail may
        be ""; tone is "", "wrong" or "right".
    key
        The key of the element.
    size
        The longer side of a picture, in pixels.
    columns
        How many pictures stand in a row; None for as many as fit.
    selectable
        Whether a picture can be picked, by click or keyboard.
    rows
        Whether a caption is the name of its whole row, and stands before it.
    selected
        The id of the picture that is marked; None for none.
    answer
        The key of the container that shows more of the marked picture: the page scrolls until it is seen. "" for none.
    label
        What the pictures are, for those who do not see them; "" where a title says it.
    on_picked
        Called before the script reruns for a picture that was picked.

    Returns
    -------
    The id of the picture in the script run that its click caused, else None.
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
