"""What a network says of the validation set while it learns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pages.components.browser_modules import do_nothing, register
from pages.widgets.colours import SEQUENTIAL, SEQUENTIAL_DARK

_VALIDATION_VIEW = register("validation_view", styles=("confusion_matrix/confusion_matrix.css",))


def validation_view(  # noqa: PLR0913 - each is one thing that it shows
    shows: str,
    *,
    url: str,
    classes: Sequence[str],
    validation: int,
    key: str,
    selected: tuple[int, int] | None = None,
    on_cell: Callable[[], None] | None = None,
    compact: bool = False,
) -> Mapping[str, Any] | None:
    """What a network says of the validation set while it learns.

    Parameters
    ----------
    shows
        "matrix" for the confusion matrix, or "images" for a dozen images with the network's answers.
    url
        The path of the run's event stream, such as "/live/<run id>".
    classes
        The names of the classes, in the order of the labels.
    validation
        How many images the validation set holds.
    key
        The key of the element.
    selected
        The cell that is marked, as actual and predicted class.
    on_cell
        Called before the script reruns for a cell that was picked.
    compact
        Whether it has little room, as on the stage.

    Returns
    -------
    The cell in the script run that its click caused, as `core.engine.inspector_images.read_cell` takes it, else None.
    """
    result = _VALIDATION_VIEW(
        key=key,
        data={
            "shows": shows,
            "url": url,
            "classes": list(classes),
            "colours": {"light": SEQUENTIAL, "dark": SEQUENTIAL_DARK},
            "validation": validation,
            "selected": selected and list(selected),
            "compact": compact,
        },
        on_cell_change=on_cell or do_nothing,
    )
    return result.cell
