"""Recorded runs whose loss curves grow epoch by epoch, and the button that stops the run where overfitting begins."""

from core.teaching.shows.stop_in_time import LossesByEpoch
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_STOP_IN_TIME = register("stop_in_time", folder="views/stop_in_time")


def draw(shown: ViewContext) -> None:
    """Draw the growing loss curves. See `pages.views.shared.view_context.ViewContext`."""
    runs: tuple[LossesByEpoch, ...] = shown.ground
    data = shown.data() | {
        "runs": [
            {
                "loss": list(run.loss),
                "valLoss": list(run.val_loss),
                "lowest": run.stop(1).lowest,
                "words": [run.stop(epoch).words for epoch in range(1, len(run.val_loss) + 1)],
            }
            for run in runs
        ],
        "within": shown.settings["within"],
    }
    _STOP_IN_TIME(key=shown.key, data=data, on_moved_change=shown.on_move)
