"""The interactive view of a kernel on an image: visitors drag a window, which adds up nine pixels times nine weights."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.sliding_window import KERNELS, SIDE, Kernel, centre, window_sum
from core.catalogue.datasets import missing_files
from core.datasets.previews import read_preview
from core.experiment.model import Data
from core.parameters import Choice, Integer, Parameter, Real
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject

ABOVE, BELOW, ZERO = "above", "below", "zero-on-bright"
BRIGHT_PIXEL = 0.8  # the least brightness of a bright pixel, from 0 to 1
NEARLY_ZERO = 0.05  # smaller sums are written as 0.0
GREYS = 15  # the levels of grey in a drawing: each pixel is a hexadecimal digit
DIGITS = re.compile(r"[0-9a-f]*")
MOST_PIXELS = 128 * 128
MEANINGS = {
    "vertical": ("dark left, bright right: an edge", "bright left, dark right: the other edge"),
    "horizontal": ("dark above, bright below: an edge", "bright above, dark below: the other edge"),
}


@dataclass(frozen=True)
class Picture:
    """The grey image under the window, with the name of its class."""

    pixels: tuple[tuple[float, ...], ...]  # rows, from 0 to 1, in grey
    name: str  # the name of the picture's class

    @property
    def side(self) -> int:
        return len(self.pixels)


@dataclass(frozen=True)
class Bounds:
    """The range of sums that reaches a goal, and the least brightness of the middle pixel."""

    least: float
    most: float
    brightness: float = 0.0  # the least brightness of the pixel in the middle of the window


@dataclass(frozen=True)
class WindowPlace:
    """The constraint for a value (row, column, drawing). An empty drawing stands for the image of the data set."""

    def is_valid(self, value: object) -> bool:
        if not isinstance(value, tuple) or len(value) != 3:  # noqa: PLR2004 - as the docstring says
            return False
        row, column, drawing = value
        places = Integer(0, MOST_PIXELS)
        is_text = isinstance(drawing, str) and len(drawing) <= MOST_PIXELS and DIGITS.fullmatch(drawing) is not None
        return places.is_valid(row) and places.is_valid(column) and is_text

    def describe(self) -> str:
        return "a row, a column, and the pixels of a drawing"

    def boundary_values(self) -> tuple[Any, ...]:
        return ((0, 0, ""), (0, 0, "0f"))

    def bad_values(self) -> tuple[Any, ...]:
        return ((0, 0), (0, -1, ""), (0.5, 0, ""), (0, 0, "xyz"), (0, 0, None), None, "00")


def kernel_of(settings: Settings) -> Kernel:
    """Return the kernel, a set of nine weights, that the settings name."""
    return KERNELS[settings["kernel"]]


def bounds_of(settings: Settings) -> dict[str, Bounds]:
    """Return the range of sums that reaches each goal."""
    bound, far = settings["bound"], float(SIDE**2)
    return {
        ABOVE: Bounds(bound, far),
        BELOW: Bounds(-far, -bound),
        ZERO: Bounds(-NEARLY_ZERO, NEARLY_ZERO, BRIGHT_PIXEL),
    }


def _ground(runs: Runs, subject: ViewSubject, settings: Settings, _wait: bool) -> Picture | Problem | None:
    return first_image(runs, subject.experiment.data, settings["image_of"])


def first_image(runs: Runs, data: Data, label: int) -> Picture | Problem | None:
    """Return the first image of a class, or the problem if there are no images. Return None while the images load.

    Parameters
    ----------
    runs
        The runs of this server.
    data
        The data of an experiment.
    label
        The class, counted from 0. A larger number stands for the last class.
    """
    if not runs.downloads.ask_for_preview(data.dataset):
        return _not_here(data.entry.title) if missing_files(data.dataset) else runs.downloads.preview_problem(data.dataset)
    preview = read_preview(data.dataset)
    if preview is None:
        return None
    label = min(label, len(preview.images) - 1)
    grey = np.asarray(preview.images[label][0], "float64").mean(axis=-1) / 255
    rows = tuple(tuple(round(float(pixel), 3) for pixel in row) for row in grey)
    return Picture(rows, data.entry.classes[label])


def _not_here(title: str) -> Problem:
    return Problem(
        code="show-without-images",
        where=("data", "dataset"),
        happened=f"The images of {title} are not on this machine.",
        expected="Expected the data set whose images this scene shows.",
        fix="Choose it on Load, download it there, and come back.",
    )


def _reached(picture: Picture, settings: Settings, value: tuple[int, int, str]) -> Iterable[str]:
    row, column, drawing = value
    side, pixels = picture.side, picture.pixels
    if max(row, column) > side - SIDE or (drawing and len(drawing) != side * side):
        return []
    if drawing:
        greys = [int(digit, 16) / GREYS for digit in drawing]
        pixels = tuple(tuple(greys[start : start + side]) for start in range(0, side * side, side))
    total, middle = window_sum(pixels, kernel_of(settings), row, column), centre(pixels, row, column)
    return [
        name
        for name, bounds in bounds_of(settings).items()
        if bounds.least <= total <= bounds.most and middle >= bounds.brightness
    ]


KERNEL = InteractiveView(
    name="kernel",
    sentence="A window is dragged over an image or a drawing; its pixels times the kernel make one number of the map.",
    ground=_ground,
    moved_to=WindowPlace(),
    reached=_reached,
    words=lambda value: f"row {value[0] + 1}, column {value[1] + 1}",
    goals=(
        Goal(ABOVE, "above {bound}", "The sum is at least the setting `bound`."),
        Goal(BELOW, "below −{bound}", "The sum is at most the setting `bound` with a minus."),
        Goal(ZERO, "near 0, on something bright", f"The sum is 0, and the pixel in the middle is at least {BRIGHT_PIXEL}."),
    ),
    parameters=(
        Parameter("kernel", "vertical", Choice(tuple(KERNELS)), "The weights: which edges they find."),
        Parameter("bound", 2.0, Real(0.1, 3.0), "How large a sum must be for above and below."),
        Parameter("image_of", 0, Integer(0, 99), "The class whose first image the window lies on, counted from 0."),
    ),
)
