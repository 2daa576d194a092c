"""A network's predictions for the validation set while the network learns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pages.components.browser_modules import do_nothing, register
from pages.shell.colours import SEQUENTIAL, SEQUENTIAL_DARK

_VALIDATION_VIEW = register("validation_view", styles=("confusion_matrix/confusion_matrix.css",))


def validation_view(  # noqa: PLR0913 - a value for each part of the view
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
    """Draw a network's predictions for the validation set while the network learns.

    Parameters
    ----------
    shows
        "matrix" for the confusion matrix, or "images" for a dozen images with the network's answers.
    url
        The path of the run's event stream, such as "/live/<run id>".
    classes
        The names of the classes, in the order of the labels.
    validation
        The number of images in the validation set.
    key
        The key of the element.
    selected
        The cell that is marked, as actual and predicted class.
    on_cell
        Called before the script reruns for a cell that was picked.
    compact
        Whether the view has little room, as on the stage.

    Returns
    -------
    The cell, for `core.views.set_images.read_cell`, in the script run that its click caused. In other script runs None.
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
