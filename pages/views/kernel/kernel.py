"""A convolution kernel on an image or a drawing: a window to drag, whose nine products are added up."""

from dataclasses import asdict

from core.teaching.shows.kernel import MEANINGS, Picture, bounds_of, kernel_of
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_KERNEL = register("kernel", folder="views/kernel")


def draw(shown: ViewContext) -> None:
    """Draw the image with the window of the kernel. See `pages.views.shared.view_context.ViewContext`."""
    picture: Picture = shown.ground
    above, below = MEANINGS[shown.settings["kernel"]]
    data = shown.data() | {
        "pixels": [pixel for row in picture.pixels for pixel in row],
        "side": picture.side,
        "name": picture.name,
        "kernel": [weight for row in kernel_of(shown.settings) for weight in row],
        "bounds": {name: asdict(bounds) for name, bounds in bounds_of(shown.settings).items()},
        "bound": shown.settings["bound"],
        "meanings": {"above": above, "below": below},
    }
    _KERNEL(key=shown.key, data=data, on_moved_change=shown.on_move)
