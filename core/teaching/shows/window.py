"""The interactive view of a window that moves over an image. Its size, stride and padding decide the shape of the output."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from core.analysis.sliding_window import conv_output_length, padding_before
from core.parameters import Choice, Constraint, Integer, Parameter
from core.problems import Problem
from core.runs.manager import Runs
from core.teaching.shows.interactive_view import Goal, InteractiveView, Settings, ViewSubject
from core.teaching.shows.kernel import Picture, first_image

LESS_BY_TWO, SAME_SIZE, HALF_SIZE = "less-by-2", "same-size", "half-size"
SIZE, STRIDE, PADDING = Integer(1, 7), Integer(1, 4), Choice(("valid", "same"))
PARTS: tuple[Constraint, ...] = (SIZE, STRIDE, PADDING)


@dataclass(frozen=True)
class WindowSettings:
    """The constraint for the settings of a window: (size, stride, padding)."""

    def is_valid(self, value: object) -> bool:
        if not isinstance(value, tuple) or len(value) != 3:  # noqa: PLR2004 - as the docstring says
            return False
        return all(constraint.is_valid(part) for constraint, part in zip(PARTS, value, strict=True))

    def describe(self) -> str:
        return "a size, a stride and a padding"

    def boundary_values(self) -> tuple[Any, ...]:
        return ((1, 1, "valid"), (7, 4, "same"))

    def bad_values(self) -> tuple[Any, ...]:
        return ((0, 1, "valid"), (3, 5, "valid"), (3, 1, "full"), (3, 1), (3.0, 1, "valid"), None, "3")


@dataclass(frozen=True)
class Output:
    """The size of the output for certain settings of the window, and the goals that the settings reach."""

    size: int
    stride: int
    padding: str
    side: int  # the side of the output, in pixels
    before: int  # zeros above and left of the image
    goals: tuple[str, ...]


def outputs_by_settings(picture: Picture) -> Iterator[Output]:
    """Yield the output for each combination of window settings that fits the image."""
    for size, stride, padding in product(range(1, SIZE.high + 1), range(1, STRIDE.high + 1), PADDING.options):
        if size <= picture.side:
            sides = (picture.side, size, stride, padding)
            goals = tuple(_reached(picture, {}, (size, stride, padding)))
            yield Output(size, stride, padding, conv_output_length(*sides), padding_before(*sides), goals)


def _ground(runs: Runs, subject: ViewSubject, settings: Settings, _wait: bool) -> Picture | Problem | None:
    return first_image(runs, subject.experiment.data, settings["image_of"])


def _reached(picture: Picture, _settings: Settings, value: tuple[int, int, str]) -> Iterable[str]:
    size, stride, padding = value
    if size > picture.side:
        return []
    side = conv_output_length(picture.side, size, stride, padding)
    states = {LESS_BY_TWO: picture.side - 2, SAME_SIZE: picture.side, HALF_SIZE: picture.side / 2}
    return [name for name, wanted in states.items() if side == wanted and size > 1]


def _words(value: tuple[int, int, str]) -> str:
    size, stride, padding = value
    return f"window {size}, stride {stride}, {padding}"


WINDOW = InteractiveView(
    name="window",
    sentence="The size, stride and padding of a window are set, and the shape of its output follows.",
    ground=_ground,
    moved_to=WindowSettings(),
    reached=_reached,
    words=_words,
    goals=(
        Goal(
            LESS_BY_TWO,
            "2 pixels narrower and lower",
            "A window of at least 2 pixels gives an output with 2 rows and columns less.",
        ),
        Goal(SAME_SIZE, "as large as the image", "A window of at least 2 pixels gives an output as large as the image."),
        Goal(
            HALF_SIZE,
            "half as wide and high",
            "A window of at least 2 pixels gives an output half as wide and high as the image.",
        ),
    ),
    parameters=(
        Parameter("image_of", 0, Integer(0, 99), "The class whose first image the window moves over, counted from 0."),
    ),
)
