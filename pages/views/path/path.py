"""The loss of two weights from above, the path of gradient descent during an epoch, and a slider of the batch size."""

from typing import Any

from core.number_text import loss_text
from core.teaching.shows.path import goals_of
from core.views.path import ENDS, BatchPath, BatchPaths
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_PATH = register("path", folder="views/path")
DIGITS = 4  # the decimal places of a position: finer than a pixel


def draw(shown: ViewContext) -> None:
    """Draw the loss and the path. See `pages.views.shared.view_context.ViewContext`."""
    ground: BatchPaths = shown.ground
    data = shown.data() | {
        "images": ground.images,
        "shown": list(shown.settings["shown"]),
        "ends": [list(ends) for ends in ENDS],
        "losses": [[round(float(loss), DIGITS) for loss in row] for row in ground.losses],
        "valley": [round(float(weight), DIGITS) for weight in ground.valley],
        "lowest": loss_text(ground.lowest),
        "paths": [_path(ground, path) for path in ground.paths],
    }
    _PATH(key=shown.key, data=data, on_moved_change=shown.on_move)


def _path(ground: BatchPaths, path: BatchPath) -> dict[str, Any]:
    return {
        "batchSize": path.batch_size,
        "points": [[round(float(weight), DIGITS) for weight in point] for point in path.points],
        "loss": loss_text(path.loss),
        "goals": list(goals_of(ground, path.batch_size)),
    }
