"""An image with large and with small pixel values, the loss before and after a training step, and the learning rate."""

from math import isfinite
from typing import Any

import numpy as np

from core.datasets.previews import read_preview
from core.experiment.model import Experiment
from core.number_text import loss_text, number
from core.png import to_data_uri
from core.teaching.shows.scaling import goals_of
from core.views.scaling import HELPFUL_LOSS_SHARE, RATES, RangeSteps, ScaledSteps
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_SCALING = register("scaling", folder="views/scaling", styles=("shared/slider.css", "../views/scaling/scaling.css"))
CELLS = 8  # pixels along each side whose numbers are shown: as many as can be read
FIRST_CLASS = 3  # the class of the image: a three, or the last class of a smaller set
RATE_DIGITS = 2  # significant digits


def draw(shown: ViewContext) -> None:
    """Draw the image and the losses of both versions. See `pages.views.shared.view_context.ViewContext`."""
    ground: ScaledSteps = shown.ground
    data = (
        shown.data()
        | _image(shown.subject.experiment)
        | {
            "rates": [rate_of(index) for index in range(len(RATES))],
            "rateTexts": [number(rate_of(index)) for index in range(len(RATES))],
            "reaches": [list(goals_of(ground, index)) for index in range(len(RATES))],
            "sides": [_side(ground.small), _side(ground.large)],
            "images": ground.images,
        }
    )
    _SCALING(key=shown.key, data=data, on_moved_change=shown.on_move)


def rate_of(index: int) -> float:
    """Return a learning rate of RATES by its index, rounded for display."""
    return float(f"{RATES[index]:.{RATE_DIGITS}g}")


def _image(experiment: Experiment) -> dict[str, Any]:
    """Return the middle of an image of the data set, as a picture and as pixel values in rows."""
    data = experiment.data.entry
    preview = read_preview(data.name)
    if preview is None:
        return {"picture": "", "pixels": [], "name": ""}
    label = min(FIRST_CLASS, data.num_classes - 1)
    image = preview.images[label, 0]
    top, left = (max(0, (size - CELLS) // 2) for size in image.shape[:2])
    middle = image[top : top + CELLS, left : left + CELLS]
    return {"picture": to_data_uri(middle), "pixels": _brightness(middle), "name": data.classes[label]}


def _brightness(image: np.ndarray) -> list[list[int]]:
    return np.rint(image.mean(axis=-1)).astype(int).tolist()


def _side(steps: RangeSteps) -> dict[str, Any]:
    return {
        "pixels": steps.pixels,
        "before": steps.before,
        "beforeText": loss_text(steps.before),
        "after": [loss if isfinite(loss) else None for loss in steps.after],
        "afterTexts": [loss_text(loss) if isfinite(loss) else "not a number" for loss in steps.after],
        "verdicts": [_verdict(steps, index) for index in range(len(RATES))],
    }


def _verdict(steps: RangeSteps, index: int) -> str:
    """Return whether a step "helps" (the loss falls), "harms" (the loss rises), or changes the loss "little"."""
    if steps.helps(index):
        return "helps"
    return (
        "harms" if not isfinite(steps.after[index]) or steps.after[index] > steps.before / HELPFUL_LOSS_SHARE else "little"
    )
