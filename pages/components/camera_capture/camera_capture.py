"""The browser's camera: one picture a press, however quickly they follow each other."""

from collections.abc import Callable

from pages.components.browser_modules import register

MOST_AT_ONCE = 4  # pictures in one message: with their widgets they stay below `maxWidgetStateSize`
_CAMERA_CAPTURE = register("camera_capture")


def camera_capture(*, label: str, done: int, key: str, on_events: Callable[[], None]) -> None:
    """What the camera sees, and a button that takes a picture of it.

    Parameters
    ----------
    label
        The class that pictures are taken of; "" while it has no name: then none can be taken.
    done
        The number of the last picture that was kept; the browser resends later ones.
    key
        The key of the element; its session state has `events`, the pictures since:
        [{"number": ..., "label": ..., "picture": data: URI of a JPEG}, ...].
    on_events
        Called before the script reruns for them.
    """
    _CAMERA_CAPTURE(key=key, data={"label": label, "done": done}, on_events_change=on_events)
