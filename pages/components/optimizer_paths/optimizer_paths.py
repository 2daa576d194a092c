"""The ways of optimizers over the loss of the draft, as a map with height lines."""

from collections.abc import Sequence
from math import isfinite

from core.analysis.loss_surface import LossPlane, OptimizerPath
from pages.components.browser_modules import register

_PATHS = register("optimizer_paths")
DIGITS = 5  # of a position: far finer than a pixel


def optimizer_paths(plane: LossPlane, paths: Sequence[OptimizerPath], *, chosen: str, label: str, key: str) -> None:
    """A map of the loss with a line for each optimizer.

    Parameters
    ----------
    plane
        The loss over the plane.
    paths
        The ways, in the order of the legend.
    chosen
        The name of the optimizer whose line is thick.
    label
        What the map shows, in words.
    key
        The key of the element.
    """
    _PATHS(
        key=key,
        data={
            "across": [plane.across[0], plane.across[-1]],
            "up": [plane.up[0], plane.up[-1]],
            "losses": [[_finite(loss) for loss in row] for row in plane.losses],
            "paths": [
                {
                    "name": path.name,
                    "points": [
                        [round(across, DIGITS), round(up, DIGITS), _finite(loss)] for across, up, loss in path.points
                    ],
                    "hasLeft": path.has_left,
                }
                for path in paths
            ],
            "chosen": chosen,
            "label": label,
        },
    )


def _finite(loss: float) -> float | None:
    return round(loss, DIGITS) if isfinite(loss) else None
