"""A window that moves over an image with a size, stride and padding, and the shape of the resulting output."""

from dataclasses import asdict

from core.teaching.shows.kernel import Picture
from core.teaching.shows.window import outputs_by_settings
from pages.components.browser_modules import register
from pages.views.shared.view_context import ViewContext

_WINDOW = register("window", folder="views/window")


def draw(shown: ViewContext) -> None:
    """Draw the image with the window. See `pages.views.shared.view_context.ViewContext`."""
    picture: Picture = shown.ground
    data = shown.data() | {
        "pixels": [pixel for row in picture.pixels for pixel in row],
        "side": picture.side,
        "outputs": [asdict(output) for output in outputs_by_settings(picture)],
    }
    _WINDOW(key=shown.key, data=data, on_moved_change=shown.on_move)
