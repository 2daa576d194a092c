"""The browser's camera: whether the browser lends it, and a picture for each click, however quickly the clicks follow."""

from collections.abc import Callable

import streamlit as st

from pages.components.browser_modules import register

MOST_AT_ONCE = 4  # pictures in a message: with their widgets they stay below `maxWidgetStateSize`
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_CAMERA_CAPTURE = register("camera_capture")


def camera_capture(*, label: str, done: int, key: str, on_events: Callable[[], None]) -> None:
    """Draw the camera's live image, and a button that takes a picture.

    Parameters
    ----------
    label
        The class of the pictures. While the class has no name (""), nobody can take a picture.
    done
        The number of the last picture that was stored. The browser resends later pictures.
    key
        The key of the element. Its session state has `events`, the pictures after `done`:
        [{"number": ..., "label": ..., "picture": data: URI of a JPEG}, ...].
    on_events
        Called before the script reruns for these pictures.
    """
    _CAMERA_CAPTURE(key=key, data={"label": label, "done": done}, on_events_change=on_events)


def why_no_camera() -> str:
    """Return why the browser does not allow the camera.

    Return an empty string on https:// and on this machine, where browsers allow the camera.
    """
    url = st.context.url or ""
    host = url.partition("://")[2].partition("/")[0]
    if not url or url.startswith("https://") or host in LOCAL_HOSTS or host.rpartition(":")[0] in LOCAL_HOSTS:
        return ""
    return "Browsers lend a camera to addresses that begin with https://, or to a dashboard on the same machine only."
