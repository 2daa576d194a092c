"""The synchronization of a lecture's browser windows: the projector's window and the presenter's."""

from collections.abc import Callable

from pages.components.browser_modules import register

_LECTURE_WINDOWS = register("lecture_windows")


def lecture_windows(scene: str, *, is_presenter: bool, minutes: int, passed: int, on_follow: Callable[[], None]) -> None:
    """Keep the windows of a lecture on the same scene: send this window's scene, and follow the scenes of other windows.

    Parameters
    ----------
    scene
        The deck and the scene on the screen, as a single text.
    is_presenter
        Whether this is the presenter's window, which has a clock and never becomes black.
    minutes
        The length of the whole lecture, in minutes, or 0 if its scenes name no minutes.
    passed
        The minutes of the earlier scenes, according to the deck.
    on_follow
        Called when another window shows another scene. This window then draws the visitor's scene.
    """
    data = {"scene": scene, "is_presenter": is_presenter, "minutes": minutes, "passed": passed}
    _LECTURE_WINDOWS(
        key="presenter-clock" if is_presenter else "lecture-windows",
        data=data,
        on_follow_change=on_follow,
    )
